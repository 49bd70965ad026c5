/**
 * Makes text of a document safe to look at: what would reorder, hide or smuggle characters is named instead of obeyed.
 * Pure; it never drops a character, so that positions in the original text stay true.
 */

export interface TextPiece {
  /** Where the piece begins in the original text, in UTF-16 units. */
  readonly start: number
  readonly text: string
  /** What to show in its place, such as `U+202E`; null for ordinary text. */
  readonly sign: string | null
}

/**
 * Controls but tab and line feed, soft line and paragraph separators, direction marks and overrides, invisible operators,
 * zero-width space, byte order mark, interlinear and tag characters. Joiners stay: several scripts cannot be written without.
 */
const unsafe = new RegExp(
  [
    '[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u180E\u200B\u200E\u200F\u2028-\u202E]',
    '[\u2060-\u206F\uFEFF\uFFF9-\uFFFB]',
    '[\u{E0000}-\u{E007F}]',
  ].join('|'),
  'gu',
)

const signOf = (character: string): string => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** Runs of the same invisible character beyond this become one sign with a count, so that they cannot flood a page. */
const repeatsShownMax = 3

/** The text as pieces, in order: together they cover all of it. */
export function visiblePieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let at = 0
  for (const match of text.matchAll(unsafe)) {
    if (match.index > at) pieces.push({ start: at, text: text.slice(at, match.index), sign: null })
    pieces.push({ start: match.index, text: match[0], sign: signOf(match[0]) })
    at = match.index + match[0].length
  }
  if (at < text.length || pieces.length === 0) pieces.push({ start: at, text: text.slice(at), sign: null })
  return gather(pieces)
}

function gather(pieces: readonly TextPiece[]): readonly TextPiece[] {
  const gathered: TextPiece[] = []
  for (let i = 0; i < pieces.length; ) {
    const piece = pieces[i]
    if (piece === undefined) break
    let end = i + 1
    while (piece.sign !== null && pieces[end]?.sign === piece.sign) end += 1
    const run = pieces.slice(i, end)
    if (run.length > repeatsShownMax)
      gathered.push({ start: piece.start, text: run.map((one) => one.text).join(''), sign: `${piece.sign} × ${run.length}` })
    else gathered.push(...run)
    i = end
  }
  return gathered
}

/** The same for places that take a plain string only, such as a title or an announcement. */
export const visibleString = (text: string): string =>
  visiblePieces(text)
    .map((piece) => (piece.sign === null ? piece.text : `[${piece.sign}]`))
    .join('')
