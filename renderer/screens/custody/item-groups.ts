/** Items of an air-gap bundle in groups that a person can take in: by kind, or by what a load would do with them. */
import type { BundleInspection, BundleItem } from '../../../main/contract/bundles.ts'

export interface ItemGroup<T> {
  readonly key: string
  readonly items: readonly T[]
  readonly bytes: number
}

const sum = (items: readonly { readonly sizeBytes: number }[]): number => items.reduce((all, { sizeBytes }) => all + sizeBytes, 0)

/** Groups in the order in which their first item comes. */
export function groupBy<T extends BundleItem>(items: readonly T[], keyOf: (item: T) => string): readonly ItemGroup<T>[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const known = groups.get(keyOf(item))
    if (known === undefined) groups.set(keyOf(item), [item])
    else known.push(item)
  }
  return [...groups].map(([key, of]) => ({ key, items: of, bytes: sum(of) }))
}

export const changes = ['added', 'kept', 'dropped', 'left'] as const
/** `left`: called back, or for machines of another kind. */
export type Change = (typeof changes)[number]

/**
 * What a load would do, in the order of `changes`. What serves now and is no longer in the bundle is known by the items of the release that
 * serves; without them its ids still count.
 */
export function planGroups(
  { items, plan }: Pick<BundleInspection, 'items' | 'plan'>,
  serving: readonly BundleItem[],
): ReadonlyMap<Change, readonly BundleItem[]> {
  const [added, kept, dropped] = [plan.added, plan.kept, plan.dropped].map((ids) => new Set(ids))
  const changeOf = ({ id }: BundleItem): Change => (added?.has(id) ? 'added' : kept?.has(id) ? 'kept' : 'left')
  return new Map(
    changes.map((change) => [
      change,
      change === 'dropped' ? serving.filter(({ id }) => dropped?.has(id)) : items.filter((item) => changeOf(item) === change),
    ]),
  )
}
