/** Collections. */
import type { Collection } from '../contract/holdings.ts'
import type { Handlers } from '../dispatch.ts'
import { join, type Label, type LabelName, labelFromName, permits } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { CollectionRow } from '../store/collections.ts'
import type { Services } from './services.ts'

export const toCollection = ({ publicId, name, label, documents }: CollectionRow): Collection => ({ id: publicId, name, label, documents })

export const unknownCollection = fail('collection.unknown', 'There is no such collection.', 'List the collections to see what there is.')

export const notInUse = fail(
  'policy.label_not_in_use',
  'The policy does not use this level or compartment here.',
  'Choose a label that is in use; holdfast policy show says which are.',
)

/** A collection by name as a filter: null for none given. */
export function findCollection({ collections }: Services, name: string | undefined): Result<CollectionRow | null> {
  if (name === undefined) return ok(null)
  const found = collections.byName(name)
  return found === null ? unknownCollection : ok(found)
}

/**
 * The label that new material takes: its collection's floor, raised by what the person said. Without either it takes the ceiling.
 * Above the ceiling it is refused as a suspected spill.
 */
export function labelForImport(
  ceiling: Label,
  floor: Label | null,
  { level, label: whole }: { readonly level?: LabelName | undefined; readonly label?: Label | undefined },
): Result<Label> {
  const named = level === undefined ? null : labelFromName(level)
  const given = whole === undefined ? named : join(whole, named ?? whole)
  const label = floor === null ? (given ?? ceiling) : given === null ? floor : join(floor, given)
  if (permits(ceiling, label)) return ok(label)
  return fail(
    'label.above_ceiling',
    'This material is labelled above what this station may hold.',
    'Do not import it here. If this is a spill, tell your security officer; if the ceiling is wrong, an administrator can change it.',
  )
}

export const collectionHandlers = ({ collections, sightOf }: Services): Pick<Handlers, 'collections.list'> => ({
  'collections.list': (_input, { account }) => {
    const sight = sightOf(account)
    return ok({
      items: collections
        .list(sight?.labelIds())
        .filter(({ label }) => sight === null || sight.permits(label))
        .map(toCollection),
    })
  },
})
