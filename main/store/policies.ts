/** Every policy that was accepted, as its own bytes, and what the log says of the last one. Rows are only ever added. */
import * as z from 'zod'
import type { Db } from './open.ts'

const Row = z.object({
  version: z.number(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  signature: z.string(),
  /** In minisign's form. */
  publicKey: z.string(),
  keyId: z.string(),
  digest: z.string(),
  loadedAt: z.number(),
  loadedBy: z.string(),
})
export type PolicyRow = Readonly<z.infer<typeof Row>>
const HistoryRow = Row.omit({ bytes: true, signature: true, publicKey: true })

const Loaded = z.object({ version: z.number(), digest: z.object({ value: z.string() }), keyDigest: z.object({ value: z.string() }) })

export interface Policies {
  /** In the transaction of its event. */
  add(row: PolicyRow): void
  /** The last one that was added; throws where it cannot be read. */
  last(): PolicyRow | null
  /** Newest first. */
  history(limit: number): ReadonlyArray<z.infer<typeof HistoryRow>>
  /** Of the last event that says that a policy was loaded. */
  recorded(): { readonly version: number; readonly digest: string; readonly keyDigest: string } | null
}

export function createPolicies(db: Db, tenant: string): Policies {
  const insert = db.prepare(`INSERT INTO policies (tenant_id, version, bytes, signature, public_key, key_id, digest, loaded_at, loaded_by)
    VALUES (:tenant, :version, :bytes, :signature, :publicKey, :keyId, :digest, :loadedAt, :loadedBy)`)
  const last = db.prepare(`SELECT version, bytes, signature, public_key AS publicKey, key_id AS keyId, digest, loaded_at AS loadedAt,
    loaded_by AS loadedBy FROM policies WHERE tenant_id = ? ORDER BY id DESC LIMIT 1`)
  const history = db.prepare(`SELECT version, key_id AS keyId, digest, loaded_at AS loadedAt, loaded_by AS loadedBy FROM policies
    WHERE tenant_id = ? ORDER BY id DESC LIMIT ?`)
  const recorded = db.prepare<[string], { body: string }>(
    `SELECT body FROM events WHERE tenant_id = ? AND type = 'policy.loaded' ORDER BY seq DESC LIMIT 1`,
  )
  return {
    add: (row) => void insert.run({ tenant, ...row, bytes: Buffer.from(row.bytes) }),
    last: () => {
      const row = last.get(tenant)
      return row === undefined ? null : Row.parse(row)
    },
    history: (limit) => history.all(tenant, limit).map((row) => HistoryRow.parse(row)),
    recorded: () => {
      const row = recorded.get(tenant)
      if (row === undefined) return null
      const { version, digest, keyDigest } = Loaded.parse(JSON.parse(row.body))
      return { version, digest: digest.value, keyDigest: keyDigest.value }
    },
  }
}
