import { expect, test } from 'vitest'
import type { FeedItem } from '../../main/contract/runs.ts'
import { unclassified } from '../../main/domain/label.ts'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import { eventStreamReader } from '../../renderer/event-stream.ts'
import { advance } from '../../renderer/feed-stream.ts'
import { foldFeed, type Live, nothingLive, placeDelta } from '../../renderer/live.ts'
import { id } from '../browser/screens/fixture-ids.ts'

const runId = id('run', 1)
const boot = id('boot', 1)

function fold(items: readonly FeedItem[]): Live {
  return items.reduce((live, item) => {
    const next = foldFeed(live, item)
    if (next === 'gap') throw new Error('a gap')
    return next
  }, nothingLive)
}

const snapshot = (seq: number, text = ''): FeedItem => ({
  ...{ kind: 'snapshot', seq, boot, imports: [] },
  live: text === '' ? [] : [{ runId, stage: 'writing', text, claims: [] }],
})
const delta = (offset: number, text: string): FeedItem => ({ kind: 'delta', runId, offset, text })
const event = (seq: number): FeedItem => ({ kind: 'event', event: recorded(seq) })

const recorded = (seq: number): RecordedEvent => ({
  ...{ seq, stream: runId, version: seq, at: 0, tenant: 'station', actor: { issuer: 'runtime', account: 'ask' }, label: unclassified },
  ...{ event: { type: 'run.queued', from: 'prep', reason: 'scheduler', atMs: 0 }, previous: '', hash: '' },
})

test('RUN deltas make the text, in order, and the same one twice changes nothing', () => {
  const live = fold([snapshot(0), delta(0, 'The buoy '), delta(9, 'left.'), delta(9, 'left.'), delta(0, 'The buoy ')])
  expect(live.runs.get(runId)?.text).toBe('The buoy left.')
})

test('RUN a delta past the end of the text is a gap, never a hole', () => {
  expect(foldFeed(fold([snapshot(0), delta(0, 'The')]), delta(9, 'left.'))).toBe('gap')
  expect(placeDelta('abc', 4, 'd')).toBeNull()
})

test('RUN a snapshot replaces what was live, and goes on from its text', () => {
  const live = fold([snapshot(0), delta(0, 'old old old'), snapshot(4, 'The buoy '), delta(9, 'left.')])
  expect(live.runs.get(runId)?.text).toBe('The buoy left.')
  expect(live.isConnected).toBe(true)
})

test('RUN an event passes once, whatever a reconnect repeats, and a snapshot of a shorter log begins anew', () => {
  let last: number | null = null
  const passed: number[] = []
  for (const item of [
    snapshot(7),
    event(6),
    event(7),
    event(8),
    event(8),
    snapshot(9),
    event(8),
    event(9),
    event(10),
    snapshot(2),
    event(3),
  ]) {
    const next = advance(last, item)
    last = next.last
    if (next.isNew && item.kind === 'event') passed.push(item.event.seq)
  }
  expect(passed).toEqual([8, 9, 10, 3])
})

test('RUN a checked claim takes the place of the same one, in order', () => {
  const claim = (index: number, text: string): FeedItem => ({
    ...{ kind: 'claim', runId },
    checked: { index, claim: { text, supported: true, citations: [] }, citations: [] },
  })
  const live = fold([snapshot(0), claim(1, 'second'), claim(0, 'first'), claim(1, 'second again')])
  expect(live.runs.get(runId)?.claims.map((one) => one.claim.text)).toEqual(['first', 'second again'])
})

test('RUN no more runs are kept live than the limit', () => {
  const live = fold([
    snapshot(0),
    ...Array.from({ length: 100 }, (_, i): FeedItem => ({ kind: 'stage', runId: id('run', i), stage: 'writing' })),
  ])
  expect(live.runs.size).toBe(64)
  expect(live.runs.has(id('run', 99))).toBe(true)
})

test('RUN an event stream cut anywhere gives the same data', () => {
  const source = ': hello\nid: 1\ndata: {"a":1}\n\nretry: 5\ndata:{"b":\ndata: 2}\n\r\ndata: {"c":3}\r\n\r\ndata: unfinished'
  for (let cut = 0; cut <= source.length; cut++) {
    const got: string[] = []
    const read = eventStreamReader((data) => got.push(data))
    read(source.slice(0, cut))
    read(source.slice(cut))
    expect(got).toEqual(['{"a":1}', '{"b":\n2}', '{"c":3}'])
  }
})
