/** Collections: a set of documents with one owner and one label floor. */
import type { Label } from '../domain/label.ts'
import type { NewId } from '../world.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

export interface CollectionRow {
  readonly id: number
  readonly publicId: string
  readonly name: string
  readonly label: Label
  readonly documents: number
}

export interface Collections {
  /** Documents are counted that have one of these labels; null = all. */
  list(labels?: readonly number[] | null): readonly CollectionRow[]
  byName(name: string, labels?: readonly number[] | null): CollectionRow | null
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
      (SELECT count(*) FROM documents d WHERE d.tenant_id = c.tenant_id AND d.collection_id = c.id AND d.is_ready = 1
        AND ${isSeen('d.label_id')}) AS documents FROM collections c`
  const all = db.prepare<object, Row>(`${select} WHERE tenant_id = :tenant ORDER BY name COLLATE NOCASE`)
  const named = db.prepare<object, Row>(`${select} WHERE tenant_id = :tenant AND name = :name`)
  const numbered = db.prepare<object, Row>(`${select} WHERE tenant_id = :tenant AND c.id = :id`)
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
    list: (seen) => all.all({ tenant, labels: seenParameter(seen) }).map(parse),
    byName: (name, seen) => orNull(named.get({ tenant, labels: seenParameter(seen), name })),
    byId: (id) => orNull(numbered.get({ tenant, labels: null, id })),
    create: (name, label, at, by) => {
      const publicId = newId('col')
      const { lastInsertRowid } = insert.run(publicId, tenant, name, labels.idOf(label), at, by)
      return { id: Number(lastInsertRowid), publicId, name, label, documents: 0 }
    },
  }
}
