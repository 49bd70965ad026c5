/**
 * Changes labels of what is held, and is the only part that does: a document with its passages, the floor of a collection with its
 * documents. Call it inside the transaction that records the event. The database refuses a label that changes without such a record.
 */
import * as z from 'zod'
import { join, type Label, sameLabel } from '../domain/label.ts'
import { type Direction, directionOf, portionAfter } from '../domain/relabel.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'

export interface Relabelling {
  readonly to: Label
  readonly at: number
  readonly by: string
  /** The body that says why; lowering has one. */
  readonly justification: string | null
}

/** What was relabelled: the index over their vectors must follow. */
export interface Relabelled {
  readonly documents: readonly number[]
  readonly passages: readonly number[]
}

export interface LabelChange {
  readonly at: number
  readonly by: string
  readonly from: Label
  readonly to: Label
  readonly direction: Direction
  readonly justification: string | null
}

export interface LabelledDocument {
  readonly id: number
  readonly publicId: string
  readonly collectionId: number
  readonly label: Label
}

export interface Relabel {
  document(document: LabelledDocument, change: Relabelling): Relabelled
  /** A floor that is raised raises what lies above it; one that is lowered lowers nothing. */
  collection(collection: { readonly id: number; readonly publicId: string; readonly label: Label }, change: Relabelling): Relabelled
  history(documentPublicId: string): readonly LabelChange[]
}

const ChangeRow = z.object({
  from: z.number(),
  to: z.number(),
  direction: z.enum(['raised', 'lowered']),
  justification: z.string().nullable(),
  at: z.number(),
  by: z.string(),
})
const MemberRow = z.object({ id: z.number(), publicId: z.string(), label: z.number() })

export function createRelabel(db: Db, labels: Labels, tenant: string): Relabel {
  const record = db.prepare(`INSERT INTO label_changes
    (tenant_id, document, collection, from_label, to_label, direction, justification, changed_at, changed_by)
    VALUES (:tenant, :document, :collection, :from, :to, :direction, :justification, :at, :by)`)
  const labelsWithin = db
    .prepare<[string, number], number>('SELECT DISTINCT label_id FROM passages WHERE tenant_id = ? AND document_id = ?')
    .pluck()
  const passagesOf = db.prepare<[string, number], number>('SELECT id FROM passages WHERE tenant_id = ? AND document_id = ?').pluck()
  const movePassages = db.prepare('UPDATE passages SET label_id = ? WHERE tenant_id = ? AND document_id = ? AND label_id = ?')
  const moveDocument = db.prepare('UPDATE documents SET label_id = ? WHERE tenant_id = ? AND id = ?')
  const moveCollection = db.prepare('UPDATE collections SET label_id = ? WHERE tenant_id = ? AND id = ?')
  const collectionOf = db.prepare<[string, number], string>('SELECT public_id FROM collections WHERE tenant_id = ? AND id = ?').pluck()
  const members = db.prepare('SELECT id, public_id AS publicId, label_id AS label FROM documents WHERE tenant_id = ? AND collection_id = ?')
  const changes = db.prepare(`SELECT from_label AS "from", to_label AS "to", direction, justification, changed_at AS at, changed_by AS by
    FROM label_changes WHERE tenant_id = ? AND document = ? ORDER BY id`)

  const relabelOne = (document: LabelledDocument, collection: string, { to, ...about }: Relabelling): readonly number[] => {
    const direction = directionOf(document.label, to)
    if (direction === null) return []
    const target = labels.idOf(to)
    const from = labels.idOf(document.label)
    record.run({ tenant, document: document.publicId, collection, from, to: target, direction, ...about })
    for (const label of labelsWithin.all(tenant, document.id)) {
      const portion = labels.labelOf(label)
      const after = portionAfter(portion, to, direction)
      if (!sameLabel(portion, after)) movePassages.run(target, tenant, document.id, label)
    }
    moveDocument.run(target, tenant, document.id)
    return passagesOf.all(tenant, document.id)
  }

  return {
    document: (document, change) => {
      const passages = relabelOne(document, collectionOf.get(tenant, document.collectionId) ?? '', change)
      return { documents: [document.id], passages }
    },
    collection: ({ id, publicId, label: from }, change) => {
      const direction = directionOf(from, change.to)
      if (direction === null) return { documents: [], passages: [] }
      const { to, ...about } = change
      record.run({ tenant, document: null, collection: publicId, from: labels.idOf(from), to: labels.idOf(to), direction, ...about })
      moveCollection.run(labels.idOf(to), tenant, id)
      if (direction === 'lowered') return { documents: [], passages: [] }
      const documents: number[] = []
      const passages: number[] = []
      for (const row of members.all(tenant, id).map((found) => MemberRow.parse(found))) {
        const label = labels.labelOf(row.label)
        const raised = join(label, to)
        if (sameLabel(raised, label)) continue
        documents.push(row.id)
        for (const passage of relabelOne({ ...row, collectionId: id, label }, publicId, { ...change, to: raised })) passages.push(passage)
      }
      return { documents, passages }
    },
    history: (documentPublicId) =>
      changes
        .all(tenant, documentPublicId)
        .map((found) => ChangeRow.parse(found))
        .map((row) => ({ ...row, from: labels.labelOf(row.from), to: labels.labelOf(row.to) })),
  }
}
