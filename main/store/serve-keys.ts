/**
 * Keys of programs elsewhere, and their calls under way with the tokens set aside for them. No row holds a secret, only its salted hash.
 * Write them in the transaction of their events.
 */
import * as z from 'zod'
import { type Digest, formatDigest, parseDigest } from '../domain/digest.ts'
import type { Label } from '../domain/label.ts'
import { ServeEndpoint } from '../domain/serve.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'

const KeyRow = z.object({
  id: z.string(),
  name: z.string(),
  salt: z.instanceof(Uint8Array),
  hash: z.string().transform(parseDigest),
  ceiling: z.number(),
  models: z
    .string()
    .nullable()
    .transform((text) => (text === null ? null : z.array(z.string()).parse(JSON.parse(text)))),
  tokensMax: z.number().nullable(),
  tokensSpent: z.number(),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  revokedAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
})

export interface ServeKeyRow extends Readonly<Omit<z.output<typeof KeyRow>, 'ceiling'>> {
  readonly ceiling: Label
}

export interface NewServeKey extends Pick<ServeKeyRow, 'id' | 'name' | 'ceiling' | 'models' | 'tokensMax' | 'expiresAt'> {
  readonly salt: Uint8Array
  /** Over salt and secret. */
  readonly hash: Digest
  readonly createdAt: number
  readonly createdBy: string
}

const CallRow = z.object({
  id: z.number(),
  keyId: z.string(),
  endpoint: ServeEndpoint,
  modelId: z.string(),
  label: z.number(),
  promptTokens: z.number(),
  completionTokens: z.number(),
})

/** A call whose tokens are set aside. */
export interface ServeCallRow extends Readonly<Omit<z.output<typeof CallRow>, 'label'>> {
  readonly label: Label
}

export interface ServeKeys {
  add(key: NewServeKey): void
  get(id: string): ServeKeyRow | null
  /** Newest first. */
  list(): readonly ServeKeyRow[]
  revoke(id: string, at: number): void
  /** Sets the call's tokens aside; null when the key has not that many left. */
  begin(call: Omit<ServeCallRow, 'id'>, at: number): number | null
  /** Books what the call really used, and gives back the rest. */
  end(callId: number, tokens: number): void
  /** Calls that are under way, or were when the core ended. */
  underWay(): readonly ServeCallRow[]
}

export function createServeKeys(db: Db, labels: Labels, tenant: string): ServeKeys {
  const columns = `id, name, salt, hash, ceiling_id AS ceiling, models, tokens_max AS tokensMax, tokens_spent AS tokensSpent,
    created_at AS createdAt, created_by AS createdBy, expires_at AS expiresAt, revoked_at AS revokedAt, last_used_at AS lastUsedAt`
  const insert = db.prepare(`INSERT INTO serve_keys
    (id, tenant_id, name, salt, hash, ceiling_id, models, tokens_max, created_at, created_by, expires_at)
    VALUES (:id, :tenant, :name, :salt, :hash, :ceiling, :models, :tokensMax, :createdAt, :createdBy, :expiresAt)`)
  const find = db.prepare(`SELECT ${columns} FROM serve_keys WHERE tenant_id = ? AND id = ?`)
  const all = db.prepare(`SELECT ${columns} FROM serve_keys WHERE tenant_id = ? ORDER BY created_at DESC, id DESC`)
  const revoke = db.prepare('UPDATE serve_keys SET revoked_at = ? WHERE tenant_id = ? AND id = ?')
  const spend = db.prepare(
    `UPDATE serve_keys SET tokens_spent = tokens_spent + :tokens WHERE tenant_id = :tenant
       AND id = (SELECT key_id FROM serve_calls WHERE tenant_id = :tenant AND id = :callId)`,
  )
  const use = db.prepare('UPDATE serve_keys SET last_used_at = ? WHERE tenant_id = ? AND id = ?')
  const hold = db.prepare(`INSERT INTO serve_calls (tenant_id, key_id, endpoint, model_id, label_id, prompt_tokens, completion_tokens)
    SELECT :tenant, :keyId, :endpoint, :modelId, :label, :promptTokens, :completionTokens FROM serve_keys k
    WHERE k.tenant_id = :tenant AND k.id = :keyId AND (k.tokens_max IS NULL OR k.tokens_max >= k.tokens_spent + :promptTokens + :completionTokens
      + (SELECT coalesce(sum(c.prompt_tokens + c.completion_tokens), 0) FROM serve_calls c
        WHERE c.tenant_id = :tenant AND c.key_id = k.id))`)
  const release = db.prepare('DELETE FROM serve_calls WHERE tenant_id = ? AND id = ?')
  const held = db.prepare(`SELECT id, key_id AS keyId, endpoint, model_id AS modelId, label_id AS label, prompt_tokens AS promptTokens,
    completion_tokens AS completionTokens FROM serve_calls WHERE tenant_id = ? ORDER BY id`)

  const keyOf = (row: unknown): ServeKeyRow => {
    const key = KeyRow.parse(row)
    return { ...key, ceiling: labels.labelOf(key.ceiling) }
  }
  return {
    add: ({ hash, ceiling, models, ...key }) =>
      void insert.run({
        ...{ tenant, ...key, hash: formatDigest(hash), ceiling: labels.idOf(ceiling) },
        models: models === null ? null : JSON.stringify(models),
      }),
    get: (id) => {
      const row = find.get(tenant, id)
      return row === undefined ? null : keyOf(row)
    },
    list: () => all.all(tenant).map(keyOf),
    revoke: (id, at) => void revoke.run(at, tenant, id),
    begin: (call, at) => {
      const { changes, lastInsertRowid } = hold.run({ tenant, ...call, label: labels.idOf(call.label) })
      if (changes === 0) return null
      use.run(at, tenant, call.keyId)
      return Number(lastInsertRowid)
    },
    end: (callId, tokens) => {
      spend.run({ tokens, tenant, callId })
      release.run(tenant, callId)
    },
    underWay: () =>
      held.all(tenant).map((row) => {
        const call = CallRow.parse(row)
        return { ...call, label: labels.labelOf(call.label) }
      }),
  }
}
