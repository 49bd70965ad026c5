import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../../main/domain/run/decide.ts'
import { RunEvent, runEventTypes } from '../../../main/domain/run/events.ts'
import { evolve, fold } from '../../../main/domain/run/evolve.ts'
import { initialState, type RunState, reservedIn } from '../../../main/domain/run/state.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { executor, id } from './scenario.ts'
import { createStreamModel, type StreamModel } from './stream-model.ts'
import { type Draw, nextCommand, type Sent } from './streams.ts'

const limits = { commandsMax: 60, streams: 600 } as const

const seeds = fc.array(fc.nat(), { minLength: 40, maxLength: limits.commandsMax * 8, size: 'max' })
const drawFrom = (numbers: readonly number[]): Draw => {
  let at = 0
  return () => numbers[at++ % numbers.length] ?? 0
}

interface Told {
  readonly state: RunState
  readonly events: readonly RunEvent[]
  readonly model: StreamModel
  readonly atMs: number
}

function take({ state, events, model, atMs }: Told, sent: Sent): Told {
  const decided = decide(state, sent.command, sent.issuer, sent.atMs)
  if (!decided.ok) return { state, events, model, atMs }
  model.read(sent, decided.value)
  return { state: decided.value.reduce<RunState>(evolve, state), events: [...events, ...decided.value], model, atMs: sent.atMs }
}

function converse(numbers: readonly number[], each: (told: Told) => void = () => undefined): Told {
  const draw = drawFrom(numbers)
  let told: Told = { state: initialState, events: [], model: createStreamModel(), atMs: 10 }
  for (let count = 0; count < limits.commandsMax; count++) {
    const sent = nextCommand(draw, told.state, count, told.atMs + (draw() % 40))
    if (sent === null) continue
    told = take(told, sent)
    each(told)
  }
  return told
}

const always = (check: (numbers: readonly number[]) => void) =>
  fc.assert(fc.property(seeds, check), { numRuns: limits.streams, interruptAfterTimeLimit: 20_000 })

test('RUN-05 HUM-11 HUM-13 DUR-06 no stream of commands makes a run do what it never may', () => {
  always((numbers) => {
    converse(numbers, ({ state, model }) => {
      if (state.status === 'absent') return
      const { tokens, costMicros, bytesWritten } = state.usage
      const reserved = reservedIn(state)
      expect({
        status: state.status,
        holds: state.holds.map((hold) => hold.id),
        epoch: state.epoch,
        spent: [tokens, costMicros, bytesWritten],
        reserved: [reserved.tokens, reserved.costMicros, reserved.bytesWritten],
      }).toEqual(model.view())
      if (isTerminal(state.status)) expect(reserved).toEqual({ tokens: 0, costMicros: 0, bytesWritten: 0 })
    })
  })
})

test('the streams get everywhere: every event but the copy of a step, which belongs to a run without any', () => {
  const seen = new Set<string>()
  const note = (numbers: readonly number[]) => {
    for (const event of converse(numbers).events) seen.add(event.type)
  }
  fc.assert(fc.property(seeds, note), { numRuns: limits.streams, seed: 3 })
  expect(runEventTypes.filter((type) => !seen.has(type))).toEqual(['step.copied'])
})

test('every event that a command leads to can be read back as it stands in the log', () => {
  always((numbers) => {
    for (const event of converse(numbers).events) expect(RunEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event)
  })
})

test('RUN-14 folding in pieces, and from a copy, is folding at once', () => {
  fc.assert(
    fc.property(seeds, fc.nat(), (numbers, at) => {
      const { events, state } = converse(numbers)
      const cut = events.length === 0 ? 0 : at % events.length
      expect(events.slice(cut).reduce<RunState>(evolve, structuredClone(fold(events.slice(0, cut))))).toEqual(state)
      expect(fold(events)).toEqual(state)
    }),
    { numRuns: limits.streams / 2 },
  )
})

test('DUR-01 whatever happened, a lost executor and a cancellation end a run with nothing left open', () => {
  always((numbers) => {
    let told = converse(numbers)
    if (told.state.status === 'absent') return
    const { atMs } = told
    told = take(told, { command: { type: 'run.cancel', reason: 'user_request' }, issuer: 'operator', atMs })
    told = take(told, { command: { type: 'run.recover', holdId: id('hld', 5000), reason: 'executor_lost' }, issuer: 'scheduler', atMs })
    expect(told.state.status === 'complete' || told.state.status === 'failed' || told.state.status === 'aborted').toBe(true)
  })
})

/** What people would do one after another to let a run go on. */
function release(told: Told): Told {
  let open = told
  for (let times = 0; times < 50 && open.state.status !== 'absent' && open.state.holds.length > 0; times++) {
    const hold = open.state.holds[0]
    if (hold === undefined) break
    const { id: holdId, stepId } = hold
    const { atMs } = open
    const before = open.state
    if (stepId === null) open = take(open, { command: { type: 'hold.release', holdId }, issuer: 'operator', atMs })
    else {
      open = take(open, { command: { type: 'tool.reject', stepId, holdId, feedback: null, isRevision: false }, issuer: 'operator', atMs })
      const output = { body: id('bdy'), commitment: { alg: 'sha256', value: '0'.repeat(64) } } as const
      if (open.state === before) open = take(open, { command: { type: 'tool.answer', stepId, holdId, output }, issuer: 'operator', atMs })
    }
  }
  return open
}

test('DUR-01 whatever happened, people can let a run go on: no run is stuck', () => {
  always((numbers) => {
    let told = converse(numbers)
    if (told.state.status === 'absent' || isTerminal(told.state.status)) return
    if (told.state.cancelRequestedAtMs !== null) return
    const { atMs } = told
    if (told.state.status === 'prep')
      told = take(told, { command: { type: 'run.queue', reason: 'user_request' }, issuer: 'operator', atMs })
    told = take(told, { command: { type: 'run.recover', holdId: id('hld', 5000), reason: 'scheduler' }, issuer: 'scheduler', atMs })
    told = release(told)
    expect(told.state.status).toBe('queued')
    const epoch = told.model.view().epoch + 1
    told = take(told, { command: { type: 'run.launch', executor, epoch }, issuer: 'scheduler', atMs })
    expect(told.state.status).toBe('launching')
  })
})
