/**
 * Text of documents, models and people as it may stand among our own. On a paper, nothing is dropped: what would hide, turn or steer is
 * written out. On a screen and in Markdown it is one line, with nothing hidden and nothing that means more than itself. Pure.
 */
import { hasHiddenCharacters, withoutHiddenCharacters } from './hidden-characters.ts'

/** Characters without a glyph of their own that a reader could not miss knowingly: widthless ones, joiners, single direction marks. */
const widthless = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\ufffe\uffff]/u

export const codeOf = (char: string): string => {
  const code = char.codePointAt(0) ?? 0
  const hex = code.toString(16)
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** Joiners stay where a script needs them: between letters. */
const isJoiner = (char: string): boolean => char === '\u200c' || char === '\u200d'

/** For a paper. */
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

/** One line as a person reads it. */
export const plainLine = (text: string): string => withoutHiddenCharacters(text.replace(/\s+/g, ' ')).trim()

/** The same as Markdown: no heading, list, link, image, markup or address that a viewer would make a link of. */
export const inertMarkdown = (text: string): string =>
  plainLine(text)
    // An underscore inside a word stands for itself.
    .replace(/[\\`*[\]<>#|~&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    // A list, a rule, or an underline at the start of a line; a number begins a list only with a point or a bracket.
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^[-+=]/, '\\$&')
    // Addresses that viewers make links of by themselves.
    .replace(
      /:(?=\/\/)|(?<=(?<![\p{L}\p{N}])(?:mailto|xmpp)):|(?<=(?<![\p{L}\p{N}])www)\.|(?<=[\p{L}\p{N}_.+-])@(?=[\p{L}\p{N}])/giu,
      '\\$&',
    )
