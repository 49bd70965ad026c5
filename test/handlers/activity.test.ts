import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StationEvent } from '../../main/domain/station-events.ts'
import { type Activity, activityLimits, createActivity } from '../../main/handlers/activity.ts'
import { watchCalls } from '../../main/handlers/watch-calls.ts'

const actor = { issuer: 'operator', account: 'tester' } as const
let committed: StationEvent[] = []
let commits = 0
let isFailing = false
let activity: Activity

beforeEach(() => {
  vi.useFakeTimers()
  committed = []
  commits = 0
  isFailing = false
  activity = createActivity({
    commit: (entries) => {
      if (isFailing) throw new Error('the disk is full')
      commits += 1
      committed.push(...entries.map(({ event }) => event))
    },
    onDefect: () => undefined,
  })
})
afterEach(() => {
  activity.close()
  vi.useRealTimers()
})

describe('LOG-01 what people read and what they are refused', () => {
  test('a flood of refused calls is two events a minute, with the count', () => {
    for (let n = 0; n < 10_000; n++) activity.denied('ask.start', 'store.read_only', actor)
    vi.advanceTimersByTime(activityLimits.repeatMs + activityLimits.gatherMs)
    expect(committed).toEqual([
      { type: 'call.denied', call: 'ask.start', code: 'store.read_only', count: 1 },
      { type: 'call.denied', call: 'ask.start', code: 'store.read_only', count: 9_999 },
    ])
    activity.denied('ask.start', 'store.read_only', actor)
    vi.advanceTimersByTime(activityLimits.gatherMs)
    expect(committed).toHaveLength(3)
  })

  test('searches of a moment are one event, and one commit', () => {
    for (const hits of [3, 0, 4]) activity.searched(hits, actor)
    activity.viewed('doc_1', actor)
    activity.viewed('doc_1', actor)
    activity.viewed('doc_2', actor)
    vi.advanceTimersByTime(activityLimits.gatherMs)
    expect(committed).toEqual([
      { type: 'search.made', searches: 3, hits: 7 },
      { type: 'document.viewed', documentId: 'doc_1' },
      { type: 'document.viewed', documentId: 'doc_2' },
    ])
    expect(commits).toBe(1)
  })

  test('an export is recorded once, from wherever it is begun and in however many pieces', () => {
    const { done } = watchCalls({ activity, audit: { damage: () => null } })
    const ask = (runId: string, offset: number, account = 'tester') =>
      done('runs.export', { runId, offset }, null, { account, shell: 'cli' })
    const exported = () => {
      vi.advanceTimersByTime(activityLimits.gatherMs)
      return committed.map((event) => (event.type === 'export.made' ? event.runId : event.type))
    }
    for (const offset of [5_000, 10_000, 0]) ask('run_1', offset)
    ask('run_2', 0)
    expect(exported()).toEqual(['run_1', 'run_2'])
    ask('run_1', 7, 'another')
    expect(exported()).toEqual(['run_1', 'run_2', 'run_1'])
    vi.advanceTimersByTime(activityLimits.repeatMs)
    ask('run_1', 5_000)
    expect(exported()).toHaveLength(4)
  })

  test('what could not be committed is committed with the next, and what waits is committed at the end', () => {
    isFailing = true
    activity.searched(1, actor)
    vi.advanceTimersByTime(activityLimits.gatherMs)
    isFailing = false
    activity.viewed('doc_1', actor)
    activity.close()
    expect(committed.map(({ type }) => type)).toEqual(['search.made', 'document.viewed'])
  })

  test('nothing grows without end', () => {
    isFailing = true
    for (let n = 0; n < 5_000; n++) activity.record({ type: 'audit.verified', events: n }, actor)
    isFailing = false
    activity.close()
    expect(committed).toHaveLength(activityLimits.waitingMax)
  })
})
