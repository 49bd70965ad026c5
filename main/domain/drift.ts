/** Whether what lies here is what was signed, admitted or loaded: by part, compared by digests. Pure. */

export const driftParts = ['policy', 'agents', 'prompts', 'models', 'files'] as const
export type DriftPart = (typeof driftParts)[number]

/** Digests by name. */
export type Digests = Readonly<Record<string, string>>

export const driftLimits = { namesMax: 20 } as const

/** `isWatched` is false where there is nothing to compare with. */
export interface PartDrift {
  readonly part: DriftPart
  readonly isWatched: boolean
  readonly changed: number
  readonly missing: number
  readonly added: number
  /** The first of them. */
  readonly names: readonly string[]
}

export const hasDrifted = ({ changed, missing, added }: Pick<PartDrift, 'changed' | 'missing' | 'added'>): boolean =>
  changed + missing + added > 0

export const notWatched = (part: DriftPart): PartDrift => ({ part, isWatched: false, changed: 0, missing: 0, added: 0, names: [] })

export function partDrift(
  part: DriftPart,
  {
    changed,
    missing,
    added,
  }: { readonly changed: readonly string[]; readonly missing: readonly string[]; readonly added: readonly string[] },
): PartDrift {
  const names = [...changed, ...missing, ...added].slice(0, driftLimits.namesMax)
  return { part, isWatched: true, changed: changed.length, missing: missing.length, added: added.length, names }
}

/** What was recorded against what is found. */
export function compareDigests(part: DriftPart, recorded: Digests, found: Digests): PartDrift {
  const known = Object.keys(recorded).toSorted()
  return partDrift(part, {
    changed: known.filter((name) => Object.hasOwn(found, name) && found[name] !== recorded[name]),
    missing: known.filter((name) => !Object.hasOwn(found, name)),
    added: Object.keys(found)
      .toSorted()
      .filter((name) => !Object.hasOwn(recorded, name)),
  })
}
