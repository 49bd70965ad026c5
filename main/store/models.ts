/** Admitted models. A row is written once the file lies in its place, and its manifest is never changed afterwards. */
import { formatDigest } from '../domain/digest.ts'
import { type FileMark, ModelRecord } from '../domain/model-manifest.ts'
import type { Db } from './open.ts'

export interface Models {
  list(): readonly ModelRecord[]
  find(id: string): ModelRecord | null
  /** By `sha256:<hex>` of the whole file. */
  findByDigest(digest: string): ModelRecord | null
  insert(record: ModelRecord): void
  /** The file was hashed again at `verifiedAt` and is what was admitted. */
  markVerified(id: string, mark: FileMark, verifiedAt: number): void
  /** Uses this model for its role, and no other of that role. */
  activate(id: string): void
}

interface Row {
  readonly id: string
  readonly manifest: string
  readonly file: string
  readonly inode: number
  readonly size: number
  readonly changed_ms: number
  readonly verified_at: number
  readonly admitted_at: number
  readonly is_active: number
}

function parse(row: Row): ModelRecord {
  const kept = JSON.parse(row.manifest) as Pick<ModelRecord, 'manifest' | 'shape' | 'custody'>
  return ModelRecord.parse({
    id: row.id,
    ...kept,
    storedAs: row.file,
    mark: { inode: row.inode, size: row.size, changedMs: row.changed_ms },
    verifiedAt: row.verified_at,
    admittedAt: row.admitted_at,
    isActive: row.is_active === 1,
  })
}

export function createModels(db: Db, tenant: string): Models {
  const all = db.prepare<[string], Row>('SELECT * FROM models WHERE tenant_id = ? ORDER BY admitted_at, id')
  const byId = db.prepare<[string, string], Row>('SELECT * FROM models WHERE tenant_id = ? AND id = ?')
  const byDigest = db.prepare<[string, string], Row>('SELECT * FROM models WHERE tenant_id = ? AND digest = ?')
  const insert = db.prepare(
    `INSERT INTO models (id, tenant_id, digest, manifest, file, inode, size, changed_ms, verified_at, admitted_at, admitted_by, is_active)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const verified = db.prepare('UPDATE models SET inode = ?, size = ?, changed_ms = ?, verified_at = ? WHERE tenant_id = ? AND id = ?')
  const setActive = db.prepare('UPDATE models SET is_active = ? WHERE tenant_id = ? AND id = ?')
  const list = () => all.all(tenant).map(parse)
  const find = (id: string): ModelRecord | null => {
    const row = byId.get(tenant, id)
    return row === undefined ? null : parse(row)
  }
  return {
    list,
    find,
    findByDigest: (digest) => {
      const row = byDigest.get(tenant, digest)
      return row === undefined ? null : parse(row)
    },
    insert: ({ id, manifest, shape, custody, storedAs, mark, verifiedAt, admittedAt, isActive }) =>
      void insert.run(
        id,
        tenant,
        formatDigest(manifest.sha256),
        JSON.stringify({ manifest, shape, custody }),
        storedAs,
        mark.inode,
        mark.size,
        mark.changedMs,
        verifiedAt,
        admittedAt,
        custody.broughtBy,
        isActive ? 1 : 0,
      ),
    markVerified: (id, mark, verifiedAt) => void verified.run(mark.inode, mark.size, mark.changedMs, verifiedAt, tenant, id),
    activate: db.transaction((id: string) => {
      const role = find(id)?.manifest.roles[0]
      for (const model of list()) if (model.manifest.roles[0] === role) setActive.run(model.id === id ? 1 : 0, tenant, model.id)
    }),
  }
}
