import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { partialClaims } from '../../main/domain/partial-claims.ts'

const answer = {
  claims: [
    { text: 'The gusts reached 25 knots.', n: 1, quote: 'gusting twenty-five' },
    { text: 'She said “no” — and {left}, [at once] \\ "then" é 𝄞.', n: 0, quote: '' },
    { text: 'A 5" pipe } lay there, ]', n: 2, quote: 'a 5" pipe' },
    { text: 'Line\nbreak\tand tab', n: 12, quote: 'a "quoted" word \u2028 here' },
  ],
}
const whole = JSON.stringify(answer)

test('ANS a whole draft answer gives all its claims and nothing under way', () => {
  expect(partialClaims(whole)).toEqual({ complete: answer.claims, writing: null })
  expect(partialClaims(JSON.stringify(answer, null, 2))).toEqual({ complete: answer.claims, writing: null })
})

test('ANS cut at every place, claims only ever grow and the sentence under way is a beginning of the real one', () => {
  for (const source of [whole, JSON.stringify(answer, null, 1), whole.replaceAll('é', '\\u00e9').replaceAll('𝄞', '\\ud834\\udd1e')]) {
    let before = 0
    for (let cut = 0; cut <= source.length; cut++) {
      const { complete, writing } = partialClaims(source.slice(0, cut))
      expect(complete).toEqual(answer.claims.slice(0, complete.length))
      expect(complete.length).toBeGreaterThanOrEqual(before)
      before = complete.length
      if (writing === null) continue
      const real = answer.claims[complete.length]?.text ?? ''
      // A surrogate pair written as two escapes may be cut between them; nothing else may differ.
      expect(real.startsWith(writing.text.replace(/[\ud800-\udbff]$/, ''))).toBe(true)
    }
    expect(before).toBe(answer.claims.length)
  }
})

test('ANS the sentence under way is shown while it is written', () => {
  expect(partialClaims('{"claims":[{"text":"The buoy left')).toEqual({ complete: [], writing: { text: 'The buoy left' } })
  expect(partialClaims('{"claims":[{"text":"The buoy left \\')).toEqual({ complete: [], writing: { text: 'The buoy left ' } })
  expect(partialClaims('{"claims":[{"text":"a \\\\')).toEqual({ complete: [], writing: { text: 'a \\' } })
  expect(partialClaims('{"claims":[{"text":"a \\u00')).toEqual({ complete: [], writing: { text: 'a ' } })
  expect(partialClaims('{"claims":[{"text":"Done.","n":1,"quo').writing).toEqual({ text: 'Done.' })
})

test('ANS garbage gives nothing and never throws', () => {
  for (const text of [
    '',
    'claims',
    '[]',
    '{"claims":{}}',
    '{"claims":[1,2]}',
    '{"claims":[{"n":1}]}',
    '{"claims":[{"text":{"a":1}}]}',
    '\u0000',
  ]) {
    expect(partialClaims(text)).toEqual({ complete: [], writing: null })
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(whole.length), (noise, cut) => {
      partialClaims(noise)
      partialClaims(whole.slice(0, cut) + noise)
    }),
  )
})

test('ANS extra keys, wrong types and too many claims are not believed', () => {
  expect(partialClaims('{"claims":[{"text":"a","n":1,"quote":"b","x":1}]}').complete).toEqual([])
  expect(partialClaims('{"claims":[{"text":"a","n":"1","quote":"b"}]}').complete).toEqual([])
  const many = JSON.stringify({ claims: Array.from({ length: 40 }, () => ({ text: 'a', n: 1, quote: 'b' })) })
  expect(partialClaims(many).complete).toHaveLength(12)
})

test('ANS hostile input takes linear time', () => {
  const ms = (text: string) => {
    const start = performance.now()
    partialClaims(text)
    return performance.now() - start
  }
  const size = 2_000_000
  for (const text of [
    '{"claims":['.padEnd(size, ' '),
    `{"claims":[${'{'.repeat(size)}`,
    `{"claims":[{"text":"${'\\'.repeat(size)}`,
    `{"claims":[{"text":"${'\\u'.repeat(size / 2)}`,
    `{"claims":[${'{"text":"a","n":1,"quote":"'.repeat(size / 26)}`,
    ' '.repeat(size),
  ]) {
    expect(ms(text)).toBeLessThan(1_000)
  }
})
