import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockSpans, sentenceSpans, unitsOf } from '../../main/models/reflex-units.ts'

const whole = (text: string) => ({ start: 0, end: text.length })
const sentences = (text: string) => sentenceSpans(text, whole(text)).map(({ start, end }) => text.slice(start, end))
const units = (text: string, heading = '') => unitsOf(text, [whole(text)], [], heading).map(({ start, end }) => text.slice(start, end))

describe('sentences', () => {
  test('end at full stops, not at abbreviations, initials and numbers', () => {
    expect(sentences('Mr. A. Finch paid 7.4 crowns. He left at 5 p.m. on Monday.')).toEqual([
      'Mr. A. Finch paid 7.4 crowns.',
      'He left at 5 p.m. on Monday.',
    ])
  })
  test('go on over the end of a line', () => {
    expect(sentences('The rope was\ncut. It did\nnot break.')).toEqual(['The rope was\ncut.', 'It did\nnot break.'])
  })
  test('keep the number of a list with its text', () => {
    expect(sentences('1. Close the valve. 2. Call for help.')[0]).toBe('1. Close the valve.')
  })
  test('are spans of the text, in order, without overlap, and lose no word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('The end.', ' ', '\n', 'No. 5', 'e.g. this', 'A?', '…', '12.5', 'x'), { maxLength: 30 }),
        (parts) => {
          const text = parts.join('')
          const spans = sentenceSpans(text, whole(text))
          for (const [i, span] of spans.entries()) expect(span.start).toBeGreaterThanOrEqual(spans[i - 1]?.end ?? 0)
          const letters = (value: string) => value.replace(/\s/g, '')
          expect(letters(spans.map(({ start, end }) => text.slice(start, end)).join(''))).toBe(letters(text))
        },
      ),
    )
  })
})

describe('units', () => {
  test('of a log are its entries, each with the lines it goes on in', () => {
    expect(units('02:31 CALL: about a mile\n       west.\n02:32 REPLY: roger.')).toEqual([
      '02:31 CALL: about a mile\n       west.',
      '02:32 REPLY: roger.',
    ])
  })
  test('of a table are its rows', () => {
    expect(units('Maps soaked          312\nMaps damp          1,040')).toEqual(['Maps soaked          312', 'Maps damp          1,040'])
  })
  test('leave out what stands in the heading', () => {
    expect(units('4. Conditions', 'Report › 4. Conditions')).toEqual([])
  })
  test('keep a byline in one piece', () => {
    expect(units('MW-26. 9 April 2026. Ines Haldorsen, engineer.')).toEqual(['MW-26. 9 April 2026. Ines Haldorsen, engineer.'])
  })
})

test('blocks are the spans of their anchors', () => {
  const locator = { kind: 'lines', from: 1, to: 1 } as const
  const anchor = (block: number, start: number, end: number) => ({ block, start, end, offset: 0, locator, isField: false })
  expect(blockSpans([anchor(4, 0, 5), anchor(4, 6, 9), anchor(5, 10, 20)])).toEqual([
    { start: 0, end: 9 },
    { start: 10, end: 20 },
  ])
})
