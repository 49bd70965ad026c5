/** Labels of documents and floors of collections: raised by whoever may see them, lowered by a security officer who says why, on record. */
import type { DocumentLabels, LabelEntry } from '../contract/holdings.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { dominates, join, type Label, permits } from '../domain/label.ts'
import { type Direction, directionOf } from '../domain/relabel.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { rolesFor } from '../domain/role.ts'
import type { DocumentRow } from '../store/documents.ts'
import { createRelabel } from '../store/relabel.ts'
import { toCollection, unknownCollection } from './collections.ts'
import { operator, type Services } from './services.ts'
import { readSeen } from './sight.ts'

const unknown = fail('document.unknown', 'There is no such document, or it was removed.', 'List the documents to see what there is.')
const same = fail('label.same', 'It has this label already.', 'Choose another one.')
const aboveCeiling = fail(
  'label.above_ceiling',
  'This label is above what this station may hold.',
  'If it belongs there, this is a spill: tell your security officer, who has it removed.',
)
const belowFloor = fail(
  'label.below_floor',
  'This label is below the floor of its collection.',
  'A security officer can lower the floor first; it stays that of everything new in the collection.',
)
const notOfficer = fail('label.not_allowed', 'Only a security officer may lower a label.', 'Ask one, and say why it should be lower.')
const noReason = fail('label.no_reason', 'A label is lowered for a reason that is kept.', 'Say why.')

type Names = 'documents.relabel' | 'documents.labels' | 'collections.relabel'
type Parts = Pick<
  Services,
  'db' | 'tenant' | 'labels' | 'bodies' | 'documents' | 'collections' | 'imports' | 'station' | 'upkeep' | 'clock' | 'ceiling'
> &
  Pick<Services, 'clearanceOf' | 'rolesOf' | 'dual'>

export function labelHandlers(services: Parts): Pick<Handlers, Names> {
  const { db, tenant, labels, bodies, documents, collections, imports, station, upkeep, clock, ceiling, clearanceOf, rolesOf, dual } =
    services
  const relabel = createRelabel(db, labels, tenant)

  const maySee = ({ account }: Caller, label: Label): boolean => {
    const clearance = clearanceOf(account)
    return clearance !== null && permits(clearance, label)
  }
  const find = (documentId: string, caller: Caller): DocumentRow | null => {
    const row = documents.find(documentId)
    return row !== null && maySee(caller, row.label) ? row : null
  }
  const findCollection = (name: string, caller: Caller) => {
    const row = collections.byName(name)
    return row !== null && maySee(caller, row.label) ? row : null
  }
  const floorOf = ({ collectionId, label }: DocumentRow): Label => collections.byId(collectionId)?.label ?? label

  const show = (documentId: string, caller: Caller): Result<DocumentLabels> => {
    const row = find(documentId, caller)
    if (row === null) return unknown
    const changes = relabel.history(documentId)
    const first = changes[0]?.from ?? row.label
    const imported: LabelEntry = {
      ...{ kind: 'imported', at: row.importedAt, by: row.importedBy, from: imports.labelOf(documentId) ?? first, to: first, reason: null },
    }
    // A reason is as high as what it was lowered from.
    const sight = { permits: (label: Label) => maySee(caller, label) }
    const later = changes.map(
      ({ direction, justification, ...change }): LabelEntry => ({
        ...change,
        kind: direction,
        reason: justification === null ? null : readSeen(bodies, justification, sight),
      }),
    )
    return ok({ documentId, label: row.label, floor: floorOf(row), history: [imported, ...later] })
  }

  /** Which way this goes, where this person may go it. */
  const permitted = (from: Label, to: Label, reason: string | undefined, { account }: Caller): Result<Direction> => {
    const direction = directionOf(from, to)
    if (direction === null) return same
    if (direction === 'raised') return permits(ceiling(), to) ? ok(direction) : aboveCeiling
    const lowering: readonly string[] = rolesFor['labels.lower']
    if (!rolesOf(account).some((role) => lowering.includes(role))) return notOfficer
    if (reason === undefined) return noReason
    // A change that lowers in one respect may raise in another.
    return permits(ceiling(), to) ? ok(direction) : aboveCeiling
  }
  const why = (reason: string | undefined, from: Label, to: Label): BodyRef | null =>
    reason === undefined ? null : bodies.put(reason, join(from, to))

  const relabelDocument: Handlers['documents.relabel'] = ({ documentId, label, reason }, caller) => {
    const row = find(documentId, caller)
    if (row === null) return unknown
    const [from, to] = [row.label, join(label, label)]
    const direction = permitted(from, to, reason, caller)
    if (!direction.ok) return direction
    if (!dominates(to, floorOf(row))) return belowFloor
    const moved = station.commit(operator(caller), (record) => {
      const justification = why(reason, from, to)
      const change = { to, at: clock(), by: caller.account, justification: justification?.body ?? null }
      record({ type: 'label.changed', documentId, from, to, direction: direction.value, justification }, join(from, to))
      return relabel.document(row, change)
    })
    upkeep.moved(moved.documents, moved.passages)
    // Whoever raised it above what they may see has seen to it, and sees it no more.
    const shown = show(documentId, caller)
    return shown.ok ? shown : ok({ documentId, label: to, floor: floorOf(row), history: [] })
  }

  const relabelCollection: Handlers['collections.relabel'] = ({ collection: name, label, reason }, caller) => {
    const row = findCollection(name, caller)
    if (row === null) return unknownCollection
    const [from, to] = [row.label, join(label, label)]
    const direction = permitted(from, to, reason, caller)
    if (!direction.ok) return direction
    const moved = station.commit(operator(caller), (record) => {
      const justification = why(reason, from, to)
      const done = relabel.collection(row, { to, at: clock(), by: caller.account, justification: justification?.body ?? null })
      record(
        {
          type: 'floor.changed',
          collectionId: row.publicId,
          from,
          to,
          direction: direction.value,
          justification,
          documents: done.documents.length,
        },
        join(from, to),
      )
      return done
    })
    upkeep.moved(moved.documents, moved.passages)
    const clearance = clearanceOf(caller.account)
    const seen = clearance === null ? [] : labels.idsWithin(clearance)
    return ok(toCollection(collections.byName(name, seen) ?? row))
  }

  /** Raising is one person's; what lowers goes to two where the policy says so. */
  const lowerDocument = dual(
    'label.lower',
    'documents.relabel',
    relabelDocument,
    ({ documentId }) => documents.find(documentId)?.label ?? null,
  )
  const lowerCollection = dual(
    'label.lower',
    'collections.relabel',
    relabelCollection,
    ({ collection }) => collections.byName(collection)?.label ?? null,
  )
  const isLowering = (from: Label | undefined, to: Label): boolean => from !== undefined && directionOf(from, join(to, to)) === 'lowered'

  return {
    'documents.labels': ({ documentId }, caller) => show(documentId, caller),
    'documents.relabel': (input, caller) => {
      const from = find(input.documentId, caller)?.label
      if (!isLowering(from, input.label) || from === undefined) return relabelDocument(input, caller)
      const allowed = permitted(from, join(input.label, input.label), input.reason, caller)
      return allowed.ok ? lowerDocument(input, caller) : allowed
    },
    'collections.relabel': (input, caller) => {
      const from = findCollection(input.collection, caller)?.label
      if (!isLowering(from, input.label) || from === undefined) return relabelCollection(input, caller)
      const allowed = permitted(from, join(input.label, input.label), input.reason, caller)
      return allowed.ok ? lowerCollection(input, caller) : allowed
    },
  }
}
