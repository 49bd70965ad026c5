import { expect, test } from 'vitest'
import { runEventTypes } from '../../main/domain/run/events.ts'
import { describeEvent, isRunEvent } from '../../renderer/screens/runs/describe-event.ts'
import { completeEvents, failedEvents, heldEvents } from '../browser/screens/fixture-events.ts'
import { id } from '../browser/screens/fixture-ids.ts'

test('RUN every event is told in plain words: a title and a whole sentence', () => {
  const events = [completeEvents, heldEvents, failedEvents].flatMap((make) => make(id('run', 1)))
  for (const recorded of events) {
    const { title, detail } = describeEvent(recorded)
    expect(title, recorded.event.type).not.toBe('')
    expect(detail, recorded.event.type).toMatch(/\.$/)
  }
})

test('RUN events of the station are told apart from those of a run', () => {
  const station = ['station.configured', 'document.added', 'import.started', 'model.admitted', 'model.activated', 'model.verified']
  const [first] = completeEvents(id('run', 1))
  if (first === undefined) throw new Error('the fixture has events')
  for (const type of runEventTypes) expect(isRunEvent({ ...first.event, type } as typeof first.event), type).toBe(true)
  for (const type of station) expect(isRunEvent({ ...first.event, type } as unknown as typeof first.event), type).toBe(false)
})
