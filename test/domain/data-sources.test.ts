/** Patterns of what an agent may retrieve. */
import { describe, expect, test } from 'vitest'
import { DataSources, isUnrestricted, permitsSource } from '../../main/domain/data-sources.ts'

const sources = (allowedDataSources: readonly string[], deniedDataSources: readonly string[] = []) =>
  DataSources.parse({ allowedDataSources, deniedDataSources })

describe('RTE-07 patterns', () => {
  test.each([
    [['*'], [], 'Papers', 'a.md', true],
    [['Papers'], [], 'Papers', 'a.md', true],
    [['Papers'], [], 'Papers 2', 'a.md', false],
    [['Papers*'], [], 'Papers 2', 'a.md', true],
    [['Papers/*.csv'], [], 'Papers', 'a.md', false],
    [['Papers/*.csv'], [], 'Papers', 'deep/a.csv', true],
    [['*/public-*'], [], 'Papers', 'public-a.md', true],
    [['*/public-*'], [], 'Papers', 'a-public-a.md', false],
    [['papers'], [], 'Papers', 'a.md', false],
    [[], [], 'Papers', 'a.md', false],
    [['*'], ['Papers'], 'Papers', 'a.md', false],
    [['*'], ['PAPERS/A.*'], 'Papers', 'a.md', false],
    [['*'], ['Papers/b.*'], 'Papers', 'a.md', true],
    [['*'], ['*/*secret*'], 'Papers', 'Top-SECRET list.md', false],
    [['Papers'], ['Papers'], 'Papers', 'a.md', false],
    [['*'], ['Pap?rs'], 'Papers', 'a.md', false],
    [['*'], ['Cafe\u0301'], 'Caf\u00e9', 'a.md', false],
    // Half of a name is never taken for the other half.
    [['*'], ['Papers/a/*'], 'Papers/a', 'b.md', true],
    [['Papers/*'], [], 'Paper', 's/a.md', false],
    // Nothing but the star and the question mark means more than itself.
    [['Papers [1-9]'], [], 'Papers 5', 'a.md', false],
    [['Papers [1-9]'], [], 'Papers [1-9]', 'a.md', true],
    [['.*'], [], 'Papers', 'a.md', false],
  ])('%j without %j: %s/%s is %s', (allowed, denied, collection, file, isPermitted) => {
    expect(permitsSource(sources(allowed, denied), collection, file)).toBe(isPermitted)
  })

  test('without a word about it everything is allowed; a word about anything else is none', () => {
    expect(isUnrestricted(DataSources.parse({ name: 'ask' }))).toBe(true)
    expect(isUnrestricted(sources(['*'], ['x']))).toBe(false)
    expect(isUnrestricted(sources(['x']))).toBe(false)
    expect(() => sources(['x'.repeat(201)])).toThrow()
  })

  test('a pattern of many stars takes no longer than another', () => {
    const from = performance.now()
    for (let i = 0; i < 50; i++) permitsSource(sources(['*'], [`${'*a'.repeat(99)}b`]), 'a'.repeat(80), 'a'.repeat(4_000))
    expect(performance.now() - from).toBeLessThan(2_000)
  })
})
