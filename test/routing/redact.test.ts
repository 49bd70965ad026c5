import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor } from '../../main/routing/redact.ts'

const secret = 'sk-abcABC/+"0123'
const forms = [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('hex'),
]

/** What comes out when the text comes in pieces that end at these places. */
function inPieces(
  secrets: readonly string[],
  text: string,
  sizes: readonly number[],
): { readonly whole: string; readonly pieces: readonly string[] } {
  const stream = createRedactor(secrets).stream()
  const pieces: string[] = []
  let at = 0
  for (let i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    pieces.push(stream.write(text.slice(at, at + size)))
    at += size
  }
  pieces.push(stream.end())
  return { whole: pieces.join(''), pieces }
}

test.each(forms)('K3 a secret as %s is taken out, whole and letter by letter', (form) => {
  const text = `before ${form} after ${form}${form}`
  expect(createRedactor([secret]).text(text)).not.toContain(form)
  const { whole, pieces } = inPieces([secret], text, [1])
  expect(whole).toBe(createRedactor([secret]).text(text))
  for (const piece of pieces) expect(piece).not.toContain(form)
})

test('K3 however a text is cut, it comes out the same, and no secret is in it', () => {
  const letters = fc.constantFrom('a', 'b', 'ab', 'aba', 'abab', 'x')
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 4, maxLength: 6 }).map((parts) => parts.join('')),
      fc.array(letters, { maxLength: 40 }).map((parts) => parts.join('')),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
      (short, text, sizes) => {
        const secrets = [short, `${short}ab`]
        const planted = `${text}${short}${text}${short}ab`
        const { whole } = inPieces(secrets, planted, sizes)
        expect(whole).toBe(createRedactor(secrets).text(planted))
        expect(whole).not.toContain(short)
      },
    ),
    { numRuns: 500 },
  )
})

test('what only begins like a secret is passed on, at the end at the latest', () => {
  const stream = createRedactor(['secret-key']).stream()
  expect([stream.write('a secret'), stream.write('-'), stream.write('s'), stream.end()]).toEqual(['a ', '', 'secret-', 's'])
})

test('without secrets everything is passed on at once', () => {
  const stream = createRedactor([]).stream()
  expect([stream.write('text'), stream.end()]).toEqual(['text', ''])
  expect(createRedactor(['']).text('text')).toBe('text')
})
