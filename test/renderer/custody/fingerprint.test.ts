/** What a person types off a transfer sheet. */
import { describe, expect, test } from 'vitest'
import { inGroups, readFingerprint } from '../../../renderer/screens/custody/fingerprint.ts'

const digits = '3f0a91c2'.repeat(8)

describe('UI AIR-04 a fingerprint as it is typed', () => {
  test.each([
    ['as it is', digits],
    ['in groups and capitals', inGroups(digits.toUpperCase()).join(' ')],
    ['over two lines', `${digits.slice(0, 32)}\n  ${digits.slice(32)}\t`],
    ['with colons', digits.match(/../g)?.join(':') ?? ''],
    ['with hyphens and no-break spaces', inGroups(digits).join('-\u00a0')],
    ['with the name of its algorithm', `SHA256:${digits}`],
    ['with the name and a blank', `sha-256 ${digits}`],
  ])('is whole %s', (_, typed) => {
    expect(readFingerprint(typed)).toEqual({ is: 'whole', fingerprint: digits })
  })

  test('says how many digits there are until all are', () => {
    expect(readFingerprint('')).toEqual({ is: 'short', digits: 0 })
    expect(readFingerprint('3F 0a')).toEqual({ is: 'short', digits: 4 })
    expect(readFingerprint(digits.slice(1))).toEqual({ is: 'short', digits: 63 })
  })

  test('names what cannot be part of one, and what is too long', () => {
    expect(readFingerprint('3f0O')).toEqual({ is: 'wrong', problem: '“o” is no hex digit: there are 0 to 9 and A to F.' })
    expect(readFingerprint(`${digits}a`)).toEqual({ is: 'wrong', problem: 'These are 65 digits; a fingerprint has 64.' })
  })

  test('stands in groups of four', () => {
    expect(inGroups('3f0a91c2')).toEqual(['3f0a', '91c2'])
    expect(inGroups('')).toEqual([])
  })
})
