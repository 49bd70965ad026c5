/**
 * Characters that a person cannot see, or that make a text read otherwise than it stands: what is approved must be what is shown.
 * Joiners and direction marks of single letters stay, since whole scripts need them.
 */

const ranges: ReadonlyArray<readonly [from: number, to: number]> = [
  [0x00, 0x08],
  [0x0b, 0x0c],
  [0x0e, 0x1f],
  [0x7f, 0x9f],
  // Embeddings, overrides and isolates, which turn the order of what follows.
  [0x202a, 0x202e],
  [0x2066, 0x2069],
  // Halves of a pair without the other half.
  [0xd800, 0xdfff],
  // Tags: a whole alphabet without a glyph.
  [0xe0000, 0xe007f],
]
const lineBreaks: readonly number[] = [0x0a, 0x0d, 0x2028, 0x2029]

/** Tabs and line ends are no hidden characters; on a single line, line ends are. */
export function hasHiddenCharacters(text: string, isSingleLine = false): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (ranges.some(([from, to]) => code >= from && code <= to)) return true
    if (isSingleLine && lineBreaks.includes(code)) return true
  }
  return false
}

/** The same text without them: for what is composed from documents, where a page break or a stray mark is no attack. */
export function withoutHiddenCharacters(text: string): string {
  let visible = ''
  for (const char of text) if (!hasHiddenCharacters(char)) visible += char
  return visible
}
