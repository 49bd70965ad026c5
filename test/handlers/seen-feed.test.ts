/** The stream of one who may not see everything: what is above their clearance is not told, and the rest comes untouched. */
import { expect, test } from 'vitest'
import type { FeedItem } from '../../main/contract/runs.ts'
import { type Label, permits, unclassified } from '../../main/domain/label.ts'
import { seenFeed } from '../../main/handlers/seen-feed.ts'
import type { Services } from '../../main/handlers/services.ts'
import type { Sight } from '../../main/handlers/sight.ts'
import { secret } from '../support/policies.ts'
import { testEvent, testId } from '../support/test-core.ts'

const [open, closed] = [testId('run', 1), testId('run', 2)]
const labelOf: Readonly<Record<string, Label>> = { [open]: unclassified, [closed]: secret, [testId('imp', 2)]: secret }
const low: Sight = { clearance: unclassified, permits: (label) => permits(unclassified, label), labelIds: () => [] }
// The two stores are only asked for a label.
const held = { get: (id: string) => (labelOf[id] === undefined ? null : { label: labelOf[id] }) } as unknown as Services['runs'] &
  Services['imports']

const live = (runId: string) => ({ runId, stage: 'writing', text: 'words', claims: [] })
const event = (label: Label): FeedItem => {
  const item = testEvent(1)
  return item.kind === 'event' ? { ...item, event: { ...item.event, label } } : item
}
const items: readonly FeedItem[] = [
  { kind: 'snapshot', seq: 0, boot: testId('boot', 1), live: [live(open), live(closed)], imports: [] },
  event(unclassified),
  event(secret),
  { kind: 'delta', runId: open, offset: 0, text: 'a' },
  { kind: 'delta', runId: closed, offset: 0, text: 'b' },
  { kind: 'stage', runId: testId('run', 3), stage: 'reading' },
  { kind: 'embedding', done: 1, total: 2 },
]
const told = (sight: Sight): FeedItem[] => {
  const heard: FeedItem[] = []
  const listen = seenFeed({ sightOf: () => sight, runs: held, imports: held }, 'low', (item) => heard.push(item))
  for (const item of items) listen(item)
  return heard
}

test('IDN-02 whoever may see everything is told everything, as it is', () => {
  expect(told(null)).toEqual(items)
})

test('IDN-02 nothing above a clearance is told, nor of a run whose label nobody knows', () => {
  expect(told(low)).toEqual([
    { kind: 'snapshot', seq: 0, boot: testId('boot', 1), live: [live(open)], imports: [] },
    event(unclassified),
    { kind: 'delta', runId: open, offset: 0, text: 'a' },
    { kind: 'embedding', done: 1, total: 2 },
  ])
})
