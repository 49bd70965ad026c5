/** Collections: a set of documents with one owner and one label floor. */
import type { Label } from '../domain/label.ts'
import type { NewId } from '../world.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'

export interface CollectionRow {
  readonly id: number
  readonly publicId: string
  readonly name: string
  readonly label: Label
  readonly documents: number
}

export interface Collections {
  list(): readonly CollectionRow[]
  byName(name: string): CollectionRow | null
  byId(id: number): CollectionRow | null
  /** Inside the transaction that records `collection.created`. */
  create(name: string, label: Label, at: number, by: string): CollectionRow
}

interface Row {
  readonly id: number
  readonly public_id: string
  readonly name: string
  readonly label_id: number
  readonly documents: number
}

export function createCollections(db: Db, labels: Labels, newId: NewId, tenant: string): Collections {
  const select = `SELECT c.id, c.public_id, c.name, c.label_id,
      (SELECT count(*) FROM documents d WHERE d.tenant_id = c.tenant_id AND d.collection_id = c.id AND d.is_ready = 1) AS documents FROM collections c`
  const all = db.prepare<[string], Row>(`${select} WHERE tenant_id = ? ORDER BY name COLLATE NOCASE`)
  const named = db.prepare<[string, string], Row>(`${select} WHERE tenant_id = ? AND name = ?`)
  const numbered = db.prepare<[string, number], Row>(`${select} WHERE tenant_id = ? AND c.id = ?`)
  const insert = db.prepare(
    'INSERT INTO collections (public_id, tenant_id, name, label_id, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const parse = (row: Row): CollectionRow => ({
    id: row.id,
    publicId: row.public_id,
    name: row.name,
    label: labels.labelOf(row.label_id),
    documents: row.documents,
  })
  const orNull = (row: Row | undefined): CollectionRow | null => (row === undefined ? null : parse(row))
  return {
    list: () => all.all(tenant).map(parse),
    byName: (name) => orNull(named.get(tenant, name)),
    byId: (id) => orNull(numbered.get(tenant, id)),
    create: (name, label, at, by) => {
      const publicId = newId('col')
      const { lastInsertRowid } = insert.run(publicId, tenant, name, labels.idOf(label), at, by)
      return { id: Number(lastInsertRowid), publicId, name, label, documents: 0 }
    },
  }
}
