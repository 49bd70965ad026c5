import { expect, test } from 'vitest'
import { type RunEvent, runEventTypes } from '../../main/domain/run/events.ts'
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

test('RTE-04 what leaves, why, and what was withheld is told in plain words', () => {
  const [first] = completeEvents(id('run', 1))
  if (first === undefined) throw new Error('the fixture has events')
  const stepId = id('stp', 1)
  const ref = { body: id('bdy', 1), commitment: { alg: 'sha256', value: '0'.repeat(64) } } as const
  const decided = {
    type: 'route.decided',
    stepId,
    tier: 'datacenter',
    endpointId: id('end', 1),
    model: 'large',
    confidence: 0.8,
  } as const
  const rest = { causes: ['requested' as const], costMicrosMax: 0, policyVersion: 3, atMs: 1 }
  const events: readonly RunEvent[] = [
    { ...decided, ...rest, mode: 'ask', refused: [] },
    { ...decided, ...rest, mode: 'local', refused: [{ endpointId: null, tier: 'datacenter', reason: 'not_configured' }] },
    { ...decided, ...rest, mode: 'local', refused: [] },
    {
      ...{ type: 'tool.proposed', stepId, ordinal: 0, tool: 'cross_boundary', effect: 'unsafe', risk: 'crossing', input: ref, atMs: 1 },
      reserved: { tokens: 0, costMicros: 0, bytesWritten: 0 },
      crossing: { tier: 'datacenter', endpointId: id('end', 1), label: first.label, payload: ref, coveredBy: null },
    },
    { type: 'tool.approved', stepId, holdId: id('hld', 1), scope: 'run', atMs: 1 },
    { type: 'reply.withheld', stepId, atMs: 1 },
  ]
  const told = events.map((event) => describeEvent({ ...first, event }))
  expect(told.map(({ title, detail }) => `${title}: ${detail}`)).toEqual([
    'May it go up?: 80 % sure, by policy 3.',
    'Stays here: Policy 3: none is configured.',
    'Stays here: Policy 3.',
    'To the datacenter: Nothing goes before a person has allowed it.',
    'Approved: By a person, for this run.',
    'Answer withheld: It came back labelled above what was asked. It was dropped, and stands nowhere.',
  ])
})

test('RUN events of the station are told apart from those of a run', () => {
  const station = ['station.configured', 'document.added', 'import.started', 'model.admitted', 'model.activated', 'model.verified']
  const [first] = completeEvents(id('run', 1))
  if (first === undefined) throw new Error('the fixture has events')
  for (const type of runEventTypes) expect(isRunEvent({ ...first.event, type } as typeof first.event), type).toBe(true)
  for (const type of station) expect(isRunEvent({ ...first.event, type } as unknown as typeof first.event), type).toBe(false)
})
