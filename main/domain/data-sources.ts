/**
 * Which documents an agent may retrieve: patterns of `collection` or `collection/file`. `*` stands for any characters, `?` for one. What
 * is denied is denied in any case of its letters; what is allowed is meant to the letter. Pure.
 */
import * as z from 'zod'

const limits = { patternCharsMax: 200, patternsMax: 100 } as const

const Patterns = z.array(z.string().min(1).max(limits.patternCharsMax)).max(limits.patternsMax)

/** As an agent's definition has it. Without a word about it, everything is allowed. */
export const DataSources = z.object({ allowedDataSources: Patterns.default(['*']), deniedDataSources: Patterns.default([]) })
export type DataSources = Readonly<z.infer<typeof DataSources>>

export const isUnrestricted = ({ allowedDataSources, deniedDataSources }: DataSources): boolean =>
  deniedDataSources.length === 0 && allowedDataSources.includes('*')

/** Goes back to the last star only, so that no pattern takes long. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, here, star, retry] = [0, 0, -1, 0]
  while (here < text.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at
      retry = here
      at += 1
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[here])) {
      at += 1
      here += 1
    } else if (star >= 0) {
      at = star + 1
      retry += 1
      here = retry
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}

/** The two halves are matched apart: a file whose name has a `/` cannot stand for one of another collection. */
function names(pattern: string, collection: string, file: string): boolean {
  const at = pattern.indexOf('/')
  const [left, right] = at < 0 ? [pattern, '*'] : [pattern.slice(0, at), pattern.slice(at + 1)]
  return matchesPattern(left, collection) && matchesPattern(right, file)
}

export function permitsSource({ allowedDataSources, deniedDataSources }: DataSources, collection: string, file: string): boolean {
  const exact = [collection, file].map((text) => text.normalize('NFC')) as [string, string]
  const folded = exact.map((text) => text.toLowerCase()) as [string, string]
  if (deniedDataSources.some((pattern) => names(pattern.normalize('NFC').toLowerCase(), ...folded))) return false
  return allowedDataSources.some((pattern) => names(pattern.normalize('NFC'), ...exact))
}
