/** Where the first hidden character of a text stands, for whoever must take it out. Pure. */
import { hasHiddenCharacters } from '../../../main/domain/hidden-characters.ts'

export interface HiddenPlace {
  /** Counts from 1. */
  readonly line: number
  /** Such as `U+202E`. */
  readonly sign: string
}

export function hiddenPlace(text: string): HiddenPlace | null {
  let line = 1
  for (const char of text) {
    if (char === '\n') line += 1
    if (hasHiddenCharacters(char)) return { line, sign: `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` }
  }
  return null
}
