import { describe, expect, test } from 'vitest'
import { joinSpans, markedPieces } from '../../../renderer/documents/marked-text.ts'
import { visiblePieces, visibleString } from '../../../renderer/documents/visible-text.ts'

describe('DOC text of strangers on screen', () => {
  test('D5 what reorders or hides characters is named, and nothing is dropped', () => {
    const name = 'report\u202Efdp.exe'
    expect(visibleString(name)).toBe('report[U+202E]fdp.exe')
    expect(
      visiblePieces(name)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(name)
  })

  test('D5 controls, marks, zero-width spaces and tag characters each get a sign', () => {
    for (const [character, sign] of [
      ['\u0000', 'U+0000'],
      ['\u001B', 'U+001B'],
      ['\u0085', 'U+0085'],
      ['\u200B', 'U+200B'],
      ['\u2066', 'U+2066'],
      ['\uFEFF', 'U+FEFF'],
      ['\u{E0041}', 'U+E0041'],
    ] as const)
      expect(visibleString(`a${character}b`)).toBe(`a[${sign}]b`)
  })

  test('tabs, line feeds, joiners and other scripts stay as they are', () => {
    const text = 'a\tb\nनमस्ते می\u200Cخواهم 👩\u200D👧'
    expect(visiblePieces(text)).toEqual([{ start: 0, text, sign: null }])
  })

  test('a flood of the same invisible character becomes one sign with its count', () => {
    const flood = '\u200B'.repeat(5_000)
    expect(visiblePieces(`a${flood}b`).map((piece) => piece.sign)).toEqual([null, 'U+200B × 5000', null])
  })

  test('an empty text is one empty piece', () => {
    expect(visiblePieces('')).toEqual([{ start: 0, text: '', sign: null }])
  })
})

describe('marks in a text', () => {
  test('marks cut the text exactly where they begin and end', () => {
    const pieces = markedPieces('The quay is 7.4 metres deep.', [{ start: 12, end: 22 }])
    expect(pieces.map(({ text, isMarked }) => [text, isMarked])).toEqual([
      ['The quay is ', false],
      ['7.4 metres', true],
      [' deep.', false],
    ])
  })

  test('overlapping and empty marks are joined, in order', () => {
    expect(
      joinSpans([
        { start: 8, end: 12 },
        { start: 3, end: 3 },
        { start: 2, end: 9 },
      ]),
    ).toEqual([{ start: 2, end: 12 }])
  })

  test('a sign inside a mark belongs to it', () => {
    const pieces = markedPieces('ab\u202Ecd', [{ start: 1, end: 4 }])
    expect(pieces.map(({ text, sign, isMarked }) => [text, sign, isMarked])).toEqual([
      ['a', null, false],
      ['b', null, true],
      ['\u202E', 'U+202E', true],
      ['c', null, true],
      ['d', null, false],
    ])
  })
})
