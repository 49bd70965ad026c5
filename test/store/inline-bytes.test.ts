/** Packing changes how a text lies in the database and nothing else. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packBytes, unpackBytes } from '../../main/store/inline-bytes.ts'

test('whatever is packed comes back byte for byte, and never takes more room', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4_000 }), fc.nat(40), (bytes, times) => {
      const whole = Buffer.concat(Array.from({ length: times }, () => bytes))
      const packed = packBytes(whole)
      expect(packed.length).toBeLessThanOrEqual(whole.length)
      expect(unpackBytes(packed, whole.length)).toEqual(whole)
    }),
    { numRuns: 200 },
  )
})

test('damaged bytes, and bytes that unpack to another size, are refused', () => {
  const whole = Buffer.from('The pump at the north gate failed. '.repeat(40))
  const packed = packBytes(whole)
  expect(packed.length).toBeLessThan(whole.length / 4)
  expect(() => unpackBytes(packed, whole.length - 1)).toThrow()
  expect(() => unpackBytes(packed, whole.length + 1)).toThrow()
  expect(() => unpackBytes(randomBytes(300), 9_000)).toThrow()
})
