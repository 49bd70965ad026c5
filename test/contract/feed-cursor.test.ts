import { expect, test } from 'vitest'
import { createFeedCursor } from '../../main/contract/feed-cursor.ts'
import type { FeedItem } from '../../main/contract/runs.ts'
import { testEvent, testId } from '../support/test-core.ts'

const snapshot = (seq: number): FeedItem => ({ kind: 'snapshot', seq, boot: testId('boot', 1), live: [], imports: [] })

test('a snapshot says where the events go on', () => {
  const cursor = createFeedCursor(null)
  expect(cursor.after).toBeNull()
  expect(cursor.take(snapshot(7))).toBe(true)
  expect(cursor.after).toBe(7)
  expect(cursor.take(testEvent(8))).toBe(true)
  expect(cursor.after).toBe(8)
})

test('an event that was seen passes once only', () => {
  const cursor = createFeedCursor(5)
  expect([5, 6, 6, 4, 7].map((seq) => cursor.take(testEvent(seq)))).toEqual([false, true, false, false, true])
  expect(cursor.after).toBe(7)
})

test('a shorter log begins anew', () => {
  const cursor = createFeedCursor(100)
  cursor.take(snapshot(3))
  expect(cursor.take(testEvent(4))).toBe(true)
})

test('what is not durable passes and moves nothing', () => {
  const cursor = createFeedCursor(5)
  expect(cursor.take({ kind: 'embedding', done: 1, total: 2 })).toBe(true)
  expect(cursor.after).toBe(5)
})
