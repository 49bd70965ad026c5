/** The replay corpus: every run that a release recorded folds in this build to what it was, and proves itself. */
import { expect, test } from 'vitest'
import { findBreak } from '../../../main/domain/recorded-event.ts'
import { evolve, fold } from '../../../main/domain/run/evolve.ts'
import { initialState, type RunState } from '../../../main/domain/run/state.ts'
import { sha256 } from '../../../main/store/event-log.ts'
import { checkRecorded, parseRecorded, recordedRuns } from '../../support/recorded-runs.ts'

/** What each recording came to, whatever build folds it. */
const outcomes: Readonly<Record<string, readonly [status: RunState['status'], steps: number, copied: number]>> = {
  '0.1.0-answered-by-a-model.json': ['complete', 2, 0],
  '0.1.0-answered.json': ['complete', 2, 0],
  '0.1.0-cancelled.json': ['aborted', 0, 0],
  '0.1.0-crossed.json': ['complete', 3, 0],
  '0.1.0-failed-at-its-budget.json': ['failed', 0, 0],
  '0.1.0-forked.json': ['complete', 2, 1],
  '0.1.0-held-and-resumed.json': ['complete', 2, 0],
  '0.1.0-not-in-your-documents.json': ['complete', 2, 0],
  '0.1.0-report-approved.json': ['complete', 3, 0],
}

/** No part of it can be changed any more; whoever tries throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) frozen(item)
  }
  return value
}

test('every recording is known by what it came to', () => {
  expect(recordedRuns.map(({ name }) => name)).toEqual(Object.keys(outcomes))
})

test.each(recordedRuns)('RUN-14 $name folds to what it was, step for step, and changes nothing it is given', ({ name, text }) => {
  const { events } = frozen(parseRecorded(text))
  const states: RunState[] = [initialState]
  for (const { event } of events) states.push(frozen(evolve(frozen(states.at(-1) ?? initialState), event)))
  const last = states.at(-1) ?? initialState
  expect(fold(events.map(({ event }) => event))).toEqual(last)
  expect(events.reduce<RunState>((state, { event }) => evolve(state, event), initialState)).toEqual(last)
  if (last.status === 'absent') throw new Error('the recording is empty')
  const copied = last.steps.filter(({ copiedFrom }) => copiedFrom !== null).length
  expect([last.status, last.steps.length, copied]).toEqual(outcomes[name])
})

test.each(recordedRuns)('RUN-14 $name proves itself: chain, texts and all that it says', ({ text }) => {
  expect(findBreak(parseRecorded(text).events, sha256)).toBeNull()
  const checked = checkRecorded(text)
  expect(checked.ok ? null : checked.error).toBeNull()
})
