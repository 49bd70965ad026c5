import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../main/domain/canonical-json.ts'
import type { Sha256 } from '../../main/domain/digest.ts'
import { unclassified } from '../../main/domain/label.ts'
import { chainStart, findBreak, hashEvent, type RecordedEvent } from '../../main/domain/recorded-event.ts'

const sha256: Sha256 = (data) => createHash('sha256').update(data).digest('hex')

function chain(length: number): RecordedEvent[] {
  const events: RecordedEvent[] = []
  let previous = chainStart
  for (let version = 1; version <= length; version++) {
    const unsigned = {
      stream: 'station',
      version,
      at: version,
      tenant: 'station',
      actor: { issuer: 'operator', account: 'ana' } as const,
      label: unclassified,
      event: { type: 'document.removed', documentId: `doc_${String(version).padStart(26, '0')}` } as const,
      previous,
    }
    const hash = hashEvent(unsigned, sha256)
    events.push({ seq: version, ...unsigned, hash })
    previous = hash
  }
  return events
}

test('TOL-08 an untouched chain holds', () => {
  expect(findBreak(chain(50), sha256)).toBeNull()
  expect(findBreak([], sha256)).toBeNull()
})

test('TOL-08 an edited, deleted, inserted or swapped event breaks the chain where it stands', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 19 }), fc.constantFrom('edit', 'delete', 'insert', 'swap'), (at, how) => {
      const events = chain(21)
      const [here, next] = [events[at], events[at + 1]]
      if (here === undefined || next === undefined) throw new Error('out of range')
      if (how === 'edit') events[at] = { ...here, actor: { issuer: 'operator', account: 'eve' } }
      if (how === 'delete') events.splice(at, 1)
      if (how === 'insert') events.splice(at, 0, here)
      if (how === 'swap') events.splice(at, 2, next, here)
      expect(findBreak(events, sha256)).not.toBeNull()
    }),
  )
})

test('TOL-08 an event that was rewritten with a hash of its own does not fit the next one', () => {
  const events = chain(5)
  const [, second] = events
  if (second === undefined) throw new Error('too short')
  const { seq, hash: _hash, ...rest } = { ...second, at: 99 }
  events[1] = { seq, ...rest, hash: hashEvent(rest, sha256) }
  expect(findBreak(events, sha256)).toBe(3)
})

test('canonical JSON is the same whatever the order of keys', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}')
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      expect(JSON.parse(canonicalJson(JSON.parse(text)))).toEqual(JSON.parse(text))
    }),
  )
})

test('canonical JSON refuses what JSON cannot hold', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n, new Date(0), () => 0])
    expect(() => canonicalJson(value)).toThrow()
})
