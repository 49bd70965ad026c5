import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStopText } from '../../main/models/stop-text.ts'

const run = (words: readonly string[], pieces: readonly string[]) => {
  const until = createStopText(words)
  const shown = pieces.map((piece) => until.push(piece))
  return { shown, text: shown.join('') + until.flush(), isStopped: until.isStopped }
}

test('a word that ends the text is not shown, whichever pieces it comes in', () => {
  expect(run(['END'], ['one E', 'N', 'D two'])).toMatchObject({ text: 'one ', isStopped: true })
  expect(run(['\n\n', 'END'], ['one\n', '\nEND'])).toMatchObject({ text: 'one', isStopped: true })
  expect(run(['aab'], ['aa', 'ab', 'c'])).toMatchObject({ text: 'a', isStopped: true })
})

test('what only began like such a word is shown once it is known to be none', () => {
  expect(run(['END'], ['one E', 'A'])).toEqual({ shown: ['one ', 'EA'], text: 'one EA', isStopped: false })
  expect(run(['END'], ['EN'])).toEqual({ shown: [''], text: 'EN', isStopped: false })
  expect(run([], ['anything'])).toEqual({ shown: ['anything'], text: 'anything', isStopped: false })
})

test('the same text comes out however it is cut into pieces', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 24 })
  fc.assert(
    fc.property(
      letters,
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }), { maxLength: 3 }),
      fc.nat(6),
      (text, words, size) => {
        const pieces = text.match(new RegExp(`[^]{1,${size + 1}}`, 'g')) ?? []
        const found = words.map((word) => text.indexOf(word)).filter((at) => at >= 0)
        const { text: shown, isStopped } = run(words, pieces)
        expect(isStopped).toBe(found.length > 0)
        // Two words may end in one piece: what counts is that none of them is shown.
        if (size === 0 || !isStopped) expect(isStopped ? words.every((word) => !shown.includes(word)) : shown === text).toBe(true)
        else expect(text.startsWith(shown) && words.every((word) => !shown.includes(word))).toBe(true)
      },
    ),
    { numRuns: 500, seed: 7 },
  )
})
