/**
 * Text of documents, models and people as it may stand on a paper: one line, and every character that would hide, turn or steer is written
 * out as JSON writes it. Nothing is dropped.
 */
import { hasHiddenCharacters } from './hidden-characters.ts'

/** Characters without a glyph of their own that a reader could not miss knowingly: widthless ones, joiners, single direction marks. */
const widthless = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\ufffe\uffff]/u

export const codeOf = (char: string): string => {
  const code = char.codePointAt(0) ?? 0
  const hex = code.toString(16)
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** Joiners stay where a script needs them: between letters. */
const isJoiner = (char: string): boolean => char === '\u200c' || char === '\u200d'

export function inertText(text: string): string {
  let shown = ''
  let before = ''
  // Line ends and tabs are white space; whatever else hides is none.
  for (const char of text.normalize('NFC').replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')) {
    const isHidden = hasHiddenCharacters(char) || (widthless.test(char) && !(isJoiner(char) && /\p{L}|\p{M}/u.test(before)))
    shown += isHidden ? codeOf(char) : char
    before = char
  }
  return shown.replace(/ {2,}/g, ' ').trim()
}
