/** Files that a window sends to this machine in pieces. The bytes lie in the upload folder under the upload's id; the row says how far they got. */
import type { Db } from './open.ts'

export interface UploadRow {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly received: number
}

export interface Uploads {
  create(upload: UploadRow, at: number): void
  get(id: string): UploadRow | null
  advance(id: string, received: number): void
  remove(id: string): void
  /** Ids begun before `before` (milliseconds): nobody comes back for them. */
  stale(before: number): readonly string[]
}

export function createUploads(db: Db, tenant: string): Uploads {
  const insert = db.prepare('INSERT INTO uploads (id, tenant_id, name, size, received, created_at) VALUES (?, ?, ?, ?, ?, ?)')
  const find = db.prepare<[string, string], UploadRow>('SELECT id, name, size, received FROM uploads WHERE tenant_id = ? AND id = ?')
  const advance = db.prepare('UPDATE uploads SET received = ? WHERE tenant_id = ? AND id = ?')
  const remove = db.prepare('DELETE FROM uploads WHERE tenant_id = ? AND id = ?')
  const old = db.prepare<[string, number], { id: string }>('SELECT id FROM uploads WHERE tenant_id = ? AND created_at < ?')
  return {
    create: ({ id, name, size, received }, at) => void insert.run(id, tenant, name, size, received, at),
    get: (id) => find.get(tenant, id) ?? null,
    advance: (id, received) => void advance.run(received, tenant, id),
    remove: (id) => void remove.run(tenant, id),
    stale: (before) => old.all(tenant, before).map(({ id }) => id),
  }
}
