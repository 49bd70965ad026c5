/** Reads bodies with their salts, for those who check or carry them. Works on any connection, and never writes. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Label } from '../domain/label.ts'
import { unpackBytes } from './inline-bytes.ts'
import type { Db } from './open.ts'

export interface KeptBody {
  readonly salt: Uint8Array
  readonly bytes: Uint8Array
  readonly label: Label
}

/** What an event commits to: SHA-256(salt ‖ bytes), as hex. */
export const commitmentOf = (salt: Uint8Array, bytes: Uint8Array | string): string =>
  createHash('sha256').update(salt).update(bytes).digest('hex')

/** Null after a purge; `damaged` when the row is there and its bytes are not. `blobs` is the folder of large ones. */
export function createBodyReader(db: Db, tenant: string, blobs: string): (body: string) => KeptBody | 'damaged' | null {
  const find = db.prepare<[string, string], { salt: Buffer; digest: string; label: string; size: number; bytes: Buffer | null }>(
    `SELECT salt, bodies.digest AS digest, json AS label, size, bytes FROM bodies JOIN blobs ON blobs.digest = bodies.digest
     JOIN labels ON labels.id = label_id WHERE bodies.tenant_id = ? AND bodies.id = ?`,
  )
  return (body) => {
    const row = find.get(tenant, body)
    if (row === undefined) return null
    const hex = row.digest.slice(7)
    try {
      const bytes = row.bytes === null ? readFileSync(join(blobs, hex.slice(0, 2), hex)) : unpackBytes(row.bytes, row.size)
      return { salt: row.salt, bytes, label: Label.parse(JSON.parse(row.label)) }
    } catch {
      return 'damaged'
    }
  }
}
