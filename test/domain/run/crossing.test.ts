/** What leaves this machine leaves by a crossing of its own: allowed for these bytes and this endpoint, and used once. */
import { describe, expect, test } from 'vitest'
import { noQuota } from '../../../main/domain/budget.ts'
import { type Label, labelFromName, unclassified } from '../../../main/domain/label.ts'
import type { RunCommand } from '../../../main/domain/run/commands.ts'
import { decide } from '../../../main/domain/run/decide.ts'
import { coveringApproval, refusedCrossing } from '../../../main/domain/run/decide-crossing.ts'
import type { RunEvent } from '../../../main/domain/run/events.ts'
import { fold } from '../../../main/domain/run/evolve.ts'
import { failuresInRow } from '../../../main/domain/run/spiral.ts'
import { body, historyOf, id, outcome } from './scenario.ts'

type Issuer = Parameters<typeof decide>[2]
const secret = labelFromName('secret')
const epoch = { epoch: 1 }

/** A run that is spoken to; each must be accepted. */
function conversation() {
  let events: readonly RunEvent[] = historyOf.active
  const say = (command: RunCommand, issuer: Issuer = 'runtime', atMs = 20) => {
    const decided = decide(fold(events), command, issuer, atMs)
    if (!decided.ok) throw new Error(decided.error.code)
    events = [...events, ...decided.value]
  }
  const go = (epochNow: number) => {
    say({ type: 'run.launch', executor: { boot: id('boot'), pid: 1, startedAt: 'boot:1' }, epoch: epochNow }, 'scheduler')
    say({ type: 'run.activate', epoch: epochNow })
  }
  return {
    say,
    go,
    refused: (command: RunCommand, issuer: Issuer = 'runtime') => outcome(events, command, issuer),
    run: () => {
      const state = fold(events)
      if (state.status === 'absent') throw new Error('there is a run')
      return state
    },
  }
}

const propose = (n: number, change: Partial<Extract<RunCommand, { type: 'crossing.propose' }>> = {}): RunCommand => ({
  ...{ type: 'crossing.propose', stepId: id('stp', n), ...epoch, tier: 'datacenter', endpointId: id('end'), label: unclassified },
  destination: '10.0.0.5:8443',
  ...{ payload: body(100 + n), input: body(50 + n), permission: 'none', ...change },
})
const asking = (n: number): RunCommand => ({
  ...{ type: 'tool.request_approval', stepId: id('stp', n), ...epoch, holdId: id('hld', n), request: null, expiresAtMs: 1_000 },
})
const approve = (n: number, scope?: 'once' | 'run'): RunCommand => ({
  ...{ type: 'tool.approve', stepId: id('stp', n), holdId: id('hld', n), commitment: body(50 + n).commitment },
  ...(scope === undefined ? {} : { scope }),
})
const pass = (n: number, at = 1): readonly RunCommand[] => [
  { type: 'tool.dispatch', stepId: id('stp', n), epoch: at },
  { type: 'tool.succeed', stepId: id('stp', n), epoch: at, output: body(), bytesWritten: 0 },
]
const send = (n: number, by: number, change: Partial<Extract<RunCommand, { type: 'model.request' }>> = {}): RunCommand => ({
  ...{ type: 'model.request', stepId: id('stp', n), ...epoch, tier: 'datacenter', modelId: null, modelDigest: null, seed: 0 },
  ...{ input: body(100 + by), tokensMax: 10, costMicrosMax: 0, left: noQuota },
  crossing: { stepId: id('stp', by), endpointId: id('end') },
  ...change,
})
const fails = (n: number, at = 1): RunCommand => ({ type: 'model.fail', stepId: id('stp', n), epoch: at, code: 'endpoint.gone' })

/** Held for a person, approved, and active again. */
function approved(scope?: 'once' | 'run') {
  const said = conversation()
  said.say(propose(1))
  said.say(asking(1))
  said.say(approve(1, scope), 'operator')
  said.go(2)
  return said
}

describe('RTE-12 a model call beyond this machine', () => {
  test('without a crossing is refused, whatever it names', () => {
    const { crossing: _, ...bare } = send(2, 1) as Extract<RunCommand, { type: 'model.request' }>
    const said = conversation()
    expect(said.refused(bare)).toBe('run.no_receipt')
    expect(said.refused(send(2, 1))).toBe('run.no_receipt')
    expect(said.refused(send(2, 1, { tier: 'edge' }))).toBe('run.no_receipt')
  })

  test('goes by a crossing that is over, for the same bytes, tier and endpoint, and once', () => {
    const said = conversation()
    said.say(propose(1, { permission: 'policy' }))
    expect(said.refused(send(2, 1))).toBe('run.step_open')
    for (const command of pass(1)) said.say(command)
    const others: readonly RunCommand[] = [
      send(2, 1, { input: body(7) }),
      send(2, 1, { input: { ...body(101), commitment: body(7).commitment } }),
      send(2, 1, { tier: 'frontier' }),
      send(2, 1, { crossing: { stepId: id('stp', 1), endpointId: id('end', 2) } }),
    ]
    for (const other of others) expect(said.refused(other)).toBe('run.no_receipt')
    said.say(send(2, 1))
    said.say(fails(2))
    expect(said.refused(send(3, 1))).toBe('run.no_receipt')
  })

  test('is not let out by the crossing of another run', () => {
    const said = conversation()
    said.say(propose(1, { permission: 'policy' }))
    for (const command of pass(1)) said.say(command)
    const [step] = said.run().steps
    if (step === undefined) throw new Error('there is a step')
    const copy = { type: 'step.copy', stepId: id('stp', 9), from: { runId: id('run', 2), step } } as const
    const decided = decide(fold(historyOf.prep), copy, 'operator', 20)
    expect(decided.ok && fold([...historyOf.prep, ...decided.value])).toMatchObject({ steps: [{ crossing: null, isApproved: false }] })
  })
})

describe('HUM-11 a crossing that nobody permitted', () => {
  test('goes nowhere before a person approved exactly this', () => {
    const said = conversation()
    said.say(propose(1))
    expect(said.run().steps[0]).toMatchObject({ name: 'cross_boundary', risk: 'crossing', effect: 'unsafe' })
    expect(said.refused({ type: 'tool.dispatch', stepId: id('stp', 1), ...epoch })).toBe('run.wrong_phase')
    said.say(asking(1))
    for (const issuer of ['model', 'runtime', 'scheduler'] as const) expect(said.refused(approve(1), issuer)).toBe('run.not_permitted')
    expect(said.refused({ ...approve(1), commitment: body(3).commitment } as RunCommand, 'operator')).toBe('run.other_arguments')
    said.say(approve(1), 'operator')
    expect(said.run().steps[0]).toMatchObject({ phase: 'approved', scope: 'once' })
  })

  test('is no tool: nobody proposes it as one, a model never', () => {
    const as = (change: object): RunCommand => ({
      ...{
        type: 'tool.propose',
        stepId: id('stp'),
        ...epoch,
        tool: 'write_file',
        effect: 'read',
        risk: 'read',
        input: body(),
        bytesMax: 0,
      },
      ...change,
    })
    const said = conversation()
    for (const change of [{ tool: 'cross_boundary' }, { risk: 'crossing' }, { risk: 'crossing_permitted' }])
      for (const issuer of ['model', 'runtime'] as const) expect(said.refused(as(change), issuer)).toBe('run.not_permitted')
    for (const issuer of ['model', 'operator', 'scheduler'] as const) {
      expect(said.refused(propose(1, { permission: 'policy' }), issuer)).toBe('run.not_permitted')
      expect(said.refused(send(1, 1), issuer)).toBe('run.not_permitted')
    }
  })

  test('is not sent back, and what left is not undone', () => {
    const said = conversation()
    said.say(propose(1))
    said.say(asking(1))
    const reject = { type: 'tool.reject', stepId: id('stp', 1), holdId: id('hld', 1), feedback: null } as const
    expect(said.refused({ ...reject, isRevision: true }, 'operator')).toBe('run.no_revision')
    said.say(approve(1), 'operator')
    said.go(2)
    for (const command of pass(1, 2)) said.say(command)
    said.say({ type: 'run.pause', holdId: id('hld', 8) }, 'operator')
    said.say({ type: 'run.yield', epoch: 2 })
    expect(said.refused({ type: 'tool.undo', stepId: id('stp', 1) }, 'operator')).toBe('run.no_undo')
  })

  test.each(['rejected', 'expired'] as const)('%s: nothing is asked again in this run', (way) => {
    const said = conversation()
    said.say(propose(1))
    said.say(asking(1))
    const of = { stepId: id('stp', 1), holdId: id('hld', 1) }
    if (way === 'rejected') said.say({ type: 'tool.reject', ...of, feedback: null, isRevision: false }, 'operator')
    else said.say({ type: 'tool.expire', ...of }, 'scheduler', 1_000)
    said.go(2)
    expect(refusedCrossing(said.run())?.phase).toBe(way)
    for (const permission of ['none', 'policy'] as const)
      expect(said.refused(propose(2, { permission, epoch: 2 }))).toBe('run.crossing_refused')
  })
})

describe('an approval', () => {
  const covered = (change: object = {}): RunCommand => propose(3, { permission: { stepId: id('stp', 1) }, epoch: 2, ...change })
  function used(scope?: 'once' | 'run', label: Label = unclassified) {
    const said = conversation()
    said.say(propose(1, { label }))
    said.say(asking(1))
    said.say(approve(1, scope), 'operator')
    said.go(2)
    for (const command of pass(1, 2)) said.say(command)
    said.say(send(2, 1, { epoch: 2 }))
    said.say(fails(2, 2))
    return said
  }

  test('for once covers nothing else', () => {
    for (const scope of [undefined, 'once'] as const) {
      expect(used(scope).refused(covered())).toBe('run.not_covered')
      expect(coveringApproval(used(scope).run(), { endpointId: id('end'), destination: '10.0.0.5:8443', label: unclassified })).toBeNull()
    }
  })

  test('for this run covers the same endpoint under the same label or a lower one, and never more', () => {
    const said = used('run', secret)
    expect(said.refused(covered({ label: secret }))).toEqual(['tool.proposed'])
    expect(said.refused(covered({ endpointId: id('end', 2) }))).toBe('run.not_covered')
    // The same endpoint at another address is a place that nobody has seen.
    expect(said.refused(covered({ destination: '10.0.0.9:8443' }))).toBe('run.not_covered')
    expect(said.refused(covered({ label: labelFromName('top_secret') }))).toBe('run.not_covered')
    expect(said.refused(covered({ label: { ...secret, categories: ['SI'] } }))).toBe('run.not_covered')
    expect(said.refused(covered({ permission: { stepId: id('stp', 2) } }))).toBe('run.not_covered')
    said.say(covered())
    expect(said.run().steps.at(-1)).toMatchObject({ risk: 'crossing_permitted', crossing: { coveredBy: id('stp', 1) } })
    for (const command of pass(3, 2)) said.say(command)
    said.say(send(4, 3, { epoch: 2 }))
  })

  test('that was given but not used yet stands for its own call, also after a crash', () => {
    const said = approved()
    said.say({ type: 'run.recover', holdId: id('hld', 5), reason: 'executor_lost' }, 'scheduler')
    said.go(3)
    expect(said.run().steps[0]?.phase).toBe('approved')
    for (const command of pass(1, 3)) said.say(command)
    said.say(send(2, 1, { epoch: 3 }))
    // Sent, and nobody knows what came of it: it is not sent again by this approval.
    said.say({ type: 'run.recover', holdId: id('hld', 6), reason: 'executor_lost' }, 'scheduler')
    said.go(4)
    expect(said.refused(send(3, 1, { epoch: 4 }))).toBe('run.no_receipt')
  })

  test('of another call has no scope', () => {
    const said = conversation()
    const write = { tool: 'write_file', effect: 'unsafe', risk: 'write', input: body(51), bytesMax: 1 } as const
    said.say({ type: 'tool.propose', stepId: id('stp', 1), ...epoch, ...write })
    said.say(asking(1))
    expect(said.refused(approve(1, 'run'), 'operator')).toBe('run.wrong_scope')
  })
})

test('RTE-06 an answer labelled above what was asked is dropped on record, and costs what was set aside', () => {
  const said = conversation()
  said.say(propose(1, { permission: 'policy' }))
  for (const command of pass(1)) said.say(command)
  said.say(send(2, 1))
  expect(said.refused({ type: 'model.withhold', stepId: id('stp', 2), ...epoch })).toEqual(['reply.withheld', 'model.failed'])
  said.say({ type: 'model.withhold', stepId: id('stp', 2), ...epoch })
  expect(said.run().steps[1]).toMatchObject({ phase: 'failed', failureCode: 'crossing.label_above_task', output: null })
  expect(said.run().usage.tokens).toBe(10)
})

test('failures that lie on both sides of a crossing are failures in a row', () => {
  const said = conversation()
  for (const n of [1, 3, 5]) {
    said.say(propose(n, { permission: 'policy' }))
    for (const command of pass(n)) said.say(command)
    said.say(send(n + 1, n))
    said.say(fails(n + 1))
  }
  expect(failuresInRow(said.run())).toBe(3)
})
