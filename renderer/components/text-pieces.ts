/** Cuts a text into pieces that are quick to draw, without losing a character of it: all of them joined are the very text. Pure. */

const limits = { pieceCharsMax: 1_600, breakWithinChars: 200 } as const

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff

/** Where a piece from `start` ends: behind its last line end, or else a blank, or else anywhere but within a character. */
function endOf(text: string, start: number): number {
  const most = start + limits.pieceCharsMax
  if (most >= text.length) return text.length
  const line = text.lastIndexOf('\n', most - 1)
  if (line >= start) return line + 1
  const blank = text.lastIndexOf(' ', most - 1)
  if (blank > most - limits.breakWithinChars) return blank + 1
  return isLowSurrogate(text.charCodeAt(most)) ? most - 1 : most
}

export function textPieces(text: string): readonly string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length; ) {
    const end = endOf(text, start)
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}
