/** What the address of a prompt says: which version is open, how it is looked at, and against which other one. Pure. */

export const promptViews = ['text', 'diff', 'moves'] as const
export type PromptView = (typeof promptViews)[number]

export interface PromptSearch {
  /** Absent = the one in use. */
  readonly version?: number
  readonly view?: Exclude<PromptView, 'text'>
  /** The version that it is compared with; absent = the one in use, or the one before. */
  readonly against?: number
  /** A new version is written, from the one that is open. */
  readonly write?: boolean
}

const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined

export function promptSearch(search: Readonly<Record<string, unknown>>): PromptSearch {
  const [version, against] = [number(search.version), number(search.against)]
  const view = promptViews.find((one) => one === search.view)
  return {
    ...(version === undefined ? {} : { version }),
    ...(view === undefined || view === 'text' ? {} : { view }),
    ...(against === undefined ? {} : { against }),
    ...(search.write === true ? { write: true } : {}),
  }
}

/** What a version is compared with when nobody said: the one in use, or, for that one, the one before it. */
export function usuallyAgainst(version: number, inUse: number | null, known: readonly number[]): number | null {
  if (inUse !== null && inUse !== version && known.includes(inUse)) return inUse
  const others = known.filter((one) => one !== version)
  return others.findLast((one) => one < version) ?? others[0] ?? null
}
