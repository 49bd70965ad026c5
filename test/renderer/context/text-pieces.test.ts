import { expect, test } from 'vitest'
import { textPieces } from '../../../renderer/components/text-pieces.ts'

test.each([
  ['nothing', ''],
  ['one line', 'a'],
  ['many short lines', 'line\n'.repeat(10_000)],
  ['one line without a blank', 'x'.repeat(100_001)],
  ['words without a line end', 'word '.repeat(20_000)],
  ['characters of two units', `x${'\u{1F6DF}'.repeat(30_000)}`],
  ['blank lines only', '\n'.repeat(5_000)],
])('CTX-01 a text is cut into short pieces that are all of it: %s', (_name, text) => {
  const pieces = textPieces(text)
  expect(pieces.join('')).toBe(text)
  expect(Math.max(0, ...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(1_600)
  // Half of a character would be shown as none.
  expect(pieces.filter((piece) => /[\ud800-\udbff]$|^[\udc00-\udfff]/.test(piece))).toEqual([])
})

test('CTX-01 pieces end behind a line end where there is one', () => {
  const lines = Array.from({ length: 400 }, (_, i) => `line ${i} of a text`).join('\n')
  expect(
    textPieces(lines)
      .slice(0, -1)
      .filter((piece) => !piece.endsWith('\n')),
  ).toEqual([])
})
