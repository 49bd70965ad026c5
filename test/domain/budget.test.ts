import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  actionAt,
  type BreachAction,
  Budget,
  breachActions,
  breachesOf,
  defaultBudget,
  type Measure,
  measures,
  newWarnings,
  noQuota,
  nothing,
  quotaBreachOf,
  unused,
  warningShares,
} from '../../main/domain/budget.ts'
import type { RunCommand } from '../../main/domain/run/commands.ts'
import type { RunEvent } from '../../main/domain/run/events.ts'
import { fold } from '../../main/domain/run/evolve.ts'
import { body, created, historyOf, id, outcome, after as stateAfter, toolDispatched, toolProposed } from './run/scenario.ts'

const wide: Budget = {
  ...{ tokensMax: 1_000, costMicrosMax: 1_000, modelCallsMax: 100, toolCallsMax: 100, bytesWrittenMax: 1_000, durationMsMax: 1_000 },
  ...{ depthMax: 3, onBreach: {} },
}
/** An active run with this budget, since the time 1. */
const active = (budget: Budget): readonly RunEvent[] => [{ ...created, budget } as RunEvent, ...historyOf.active.slice(1)]
const step = { stepId: id('stp'), epoch: 1 } as const
const request = (limits: Partial<Extract<RunCommand, { type: 'model.request' }>> = {}): RunCommand => ({
  ...{ type: 'model.request', ...step, tier: 'edge', modelId: null, modelDigest: null, input: body(), seed: 0 },
  ...{ tokensMax: 100, costMicrosMax: 10, left: noQuota, ...limits },
})
const propose = (bytesMax: number | null): RunCommand => ({
  ...{ type: 'tool.propose', ...step, tool: 'a', effect: 'read', risk: 'read', input: body(2), bytesMax },
})
const usage = (promptTokens: number) => ({
  ...{ promptTokens, reusedTokens: 0, completionTokens: 0, contextTokens: 100, firstTokenMs: null, totalMs: 1 },
})
/** A model call that is over, as the log tells it. */
const spent = (n: number, tokens: number, costMicros = 0): readonly RunEvent[] => [
  {
    ...{ type: 'model.requested', stepId: id('stp', n), ordinal: n - 1, tier: 'edge', modelId: null, modelDigest: null, input: body() },
    ...{ seed: 0, reserved: nothing, atMs: 2 },
  },
  {
    ...{ type: 'model.answered', stepId: id('stp', n), output: body(), stop: 'end', device: 'cpu', usage: usage(tokens) },
    ...{ settled: { ...nothing, tokens, costMicros }, atMs: 3 },
  },
]

describe('BUD-01 each limit of a run refuses the call that would pass it, and lets the one before it through', () => {
  const cases: ReadonlyArray<readonly [Measure, Partial<Budget>, RunCommand, Partial<Budget>]> = [
    ['tokens', { tokensMax: 99 }, request(), { tokensMax: 100 }],
    ['cost', { costMicrosMax: 9 }, request(), { costMicrosMax: 10 }],
    ['model_calls', { modelCallsMax: 0 }, request(), { modelCallsMax: 1 }],
    ['tool_calls', { toolCallsMax: 0 }, propose(0), { toolCallsMax: 1 }],
    ['bytes_written', { bytesWrittenMax: 9 }, propose(10), { bytesWrittenMax: 10 }],
    ['duration', { durationMsMax: 18 }, request(), { durationMsMax: 19 }],
  ]
  test.each(cases)('%s', (measure, tight, command, enough) => {
    expect(outcome(active({ ...wide, ...tight }), command, 'runtime', 20)).toBe(`budget.${measure}`)
    expect(outcome(active({ ...wide, ...enough }), command, 'runtime', 20)).toContain(
      command.type === 'tool.propose' ? 'tool.proposed' : 'model.requested',
    )
  })

  test('depth', () => {
    const create = (depth: number): RunCommand => {
      const { type: _, ...about } = created as Extract<RunEvent, { type: 'run.created' }>
      return { type: 'run.create', ...about, budget: { ...wide, depthMax: 1 }, depth }
    }
    expect(outcome([], create(2), 'operator')).toBe('budget.depth')
    expect(outcome([], create(1), 'operator')).toEqual(['run.created'])
  })

  test('what was used and what is set aside count as well', () => {
    const budget = { ...wide, tokensMax: 150, bytesWrittenMax: 15 }
    expect(
      outcome(
        [...active(budget), ...spent(2, 50)].map((event) => ('ordinal' in event ? { ...event, ordinal: 0 } : event)),
        request(),
        'runtime',
      ),
    ).toContain('model.requested')
    expect(breachesOf(budget, { ...unused, tokens: 51 }, nothing, { tokens: 100 })).toEqual(['tokens'])
    expect(breachesOf(budget, unused, { ...nothing, tokens: 51 }, { tokens: 100 })).toEqual(['tokens'])
    expect(breachesOf(budget, unused, { ...nothing, bytesWritten: 6 }, { bytesWritten: 10 })).toEqual(['bytes_written'])
  })

  test('the schema holds every limit, whole and never negative', () => {
    expect(Budget.safeParse(defaultBudget).success).toBe(true)
    for (const name of Object.keys(wide).filter((key) => key.endsWith('Max'))) {
      for (const bad of [-1, 0.5, '1', null, undefined])
        expect(Budget.safeParse({ ...wide, [name]: bad }).success, `${name} ${bad}`).toBe(false)
    }
    expect(Budget.safeParse({ ...wide, onBreach: { tokens: 'ignore' } }).success).toBe(false)
  })
})

test('BUD-02 a person is warned at 80 % of tokens and cost and 75 % of the time, once each, and once more after the limit was changed', () => {
  expect([warningShares.tokens, warningShares.cost, warningShares.duration]).toEqual([0.8, 0.8, 0.75])
  const warnings = (history: readonly RunEvent[], command: RunCommand, atMs: number) => {
    const run = stateAfter(history, command, command.type === 'budget.change' ? 'operator' : 'scheduler', atMs)
    return run.status === 'absent' ? [] : run.warned
  }
  const check = { type: 'budget.check', holdId: id('hld') } as const
  expect(warnings(active(wide), check, 750)).toEqual([])
  expect(warnings(active(wide), check, 751)).toEqual(['duration'])
  const warned: RunEvent = { type: 'budget.warned', measure: 'duration', atMs: 751 }
  expect(outcome([...active(wide), warned], check, 'scheduler', 990)).toEqual([])
  const changed = { type: 'budget.change', budget: { ...wide, durationMsMax: 1_200 } } as const
  expect(
    outcome([...active(wide), warned, { type: 'budget.changed', budget: changed.budget, atMs: 800 }], check, 'scheduler', 901),
  ).toEqual(['budget.warned'])

  const answer = (tokens: number, costMicros: number): RunCommand => ({
    ...{ type: 'model.answer', ...step, output: body(), stop: 'end', device: 'cpu', usage: usage(tokens), costMicros },
  })
  const asked = [...active({ ...wide, modelCallsMax: 100 }), ...spent(1, 0).slice(0, 1)]
  expect(outcome(asked, answer(799, 0), 'runtime')).toEqual(['model.answered'])
  expect(outcome(asked, answer(800, 799), 'runtime')).toEqual(['model.answered', 'budget.warned'])
  expect(outcome(asked, answer(800, 800), 'runtime')).toEqual(['model.answered', 'budget.warned', 'budget.warned'])
})

test('BUD-02 over any spending no measure is warned of twice', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 12 }), (parts) => {
      let warned: readonly Measure[] = []
      let tokens = 0
      for (const part of parts) {
        tokens += part
        const fresh = newWarnings(wide, { ...unused, tokens }, warned)
        expect(fresh).toEqual(tokens >= 800 && !warned.includes('tokens') ? ['tokens'] : [])
        warned = [...warned, ...fresh]
      }
    }),
  )
})

describe('BUD-03 what a budget says happens at a limit, happens', () => {
  const exceed = (measure: Measure) => ({ type: 'budget.exceed', epoch: 1, measure, holdId: id('hld') }) as const
  const acting = (action: BreachAction, measure: Measure = 'model_calls') => active({ ...wide, onBreach: { [measure]: action } })

  test('terminate ends the run, and closes what was under way', () => {
    const history = [...acting('terminate'), toolProposed('read'), toolDispatched()]
    expect(outcome(history, exceed('model_calls'), 'runtime')).toEqual(['budget.exceeded', 'tool.failed', 'run.failed'])
    expect(stateAfter(history, exceed('model_calls'), 'runtime')).toMatchObject({
      status: 'failed',
      failureCode: 'budget.model_calls',
      holds: [],
    })
  })
  test.each(['pause', 'queue'] as const)('%s holds the run until the budget is raised', (action) => {
    const held = [...acting(action)]
    const run = stateAfter(held, exceed('model_calls'), 'runtime')
    expect(run).toMatchObject({ status: 'active', holds: [{ kind: 'budget', expiresAtMs: 20 + 30 * 60_000 }] })
    const opened: RunEvent = { type: 'hold.opened', holdId: id('hld'), kind: 'budget', atMs: 20, stepId: null, expiresAtMs: 99 }
    const waiting: readonly RunEvent[] = [...held, opened, { type: 'run.held', from: 'active', reason: 'quota_exceeded', atMs: 20 }]
    expect(outcome(waiting, { type: 'budget.change', budget: wide }, 'operator')).toEqual(['budget.changed', 'hold.closed', 'run.queued'])
    expect(outcome(waiting, { type: 'hold.expire', holdId: id('hld') }, 'scheduler', 98)).toBe('run.not_expired')
    expect(outcome(waiting, { type: 'hold.expire', holdId: id('hld') }, 'scheduler', 99)).toEqual(['hold.closed', 'run.aborted'])
  })
  test('alert tells it once and lets the call be made', () => {
    const history = active({ ...wide, modelCallsMax: 0, onBreach: { model_calls: 'alert' } })
    expect(outcome(history, request(), 'runtime')).toEqual(['budget.exceeded', 'model.requested'])
    const told: RunEvent = { type: 'budget.exceeded', measure: 'model_calls', action: 'alert', atMs: 2 }
    expect(outcome([...history, told], request(), 'runtime')).toEqual(['model.requested'])
  })
  test('time is looked at from outside: a run that is over it is held, ended or told of, once', () => {
    const check = { type: 'budget.check', holdId: id('hld') } as const
    const over = (action: BreachAction) =>
      outcome([...acting(action, 'duration'), { type: 'budget.warned', measure: 'duration', atMs: 2 }], check, 'scheduler', 1_002)
    expect([over('pause'), over('terminate'), over('alert')]).toEqual([
      ['budget.exceeded', 'hold.opened'],
      ['budget.exceeded', 'run.failed'],
      ['budget.exceeded'],
    ])
  })
  test('without a word tokens and cost end a run, and anything else holds it', () => {
    expect(measures.map((measure) => actionAt({ ...wide, onBreach: {} }, measure))).toEqual(
      measures.map((measure) => (measure === 'tokens' || measure === 'cost' ? 'terminate' : 'pause')),
    )
    for (const action of breachActions) expect(actionAt({ ...wide, onBreach: { cost: action } }, 'cost')).toBe(action)
  })
})

test('BUD-04 an agent can neither change its budget nor spend without being counted', () => {
  for (const issuer of ['model', 'runtime', 'scheduler'] as const)
    expect(outcome(active(wide), { type: 'budget.change', budget: { ...wide, tokensMax: 9_999 } }, issuer)).toBe('run.not_permitted')
  expect(outcome(active(wide), request(), 'model')).toBe('run.not_permitted')
})

test('BUD-05 a call of which nobody can say what it costs is refused, also where a limit only alerts', () => {
  for (const budget of [wide, { ...wide, onBreach: { tokens: 'alert', cost: 'alert', bytes_written: 'alert' } } as const]) {
    expect(outcome(active(budget), request({ tokensMax: null }), 'runtime')).toBe('budget.tokens')
    expect(outcome(active(budget), request({ costMicrosMax: null }), 'runtime')).toBe('budget.cost')
    expect(outcome(active(budget), propose(null), 'runtime')).toBe('budget.bytes_written')
  }
})

test('BUD-05 what all runs share is never passed by an estimate, and an unknown estimate is denied', () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.option(fc.nat(60)), (left, tokens) => {
      const breach = quotaBreachOf({ tokens: left, costMicros: null }, { tokens })
      expect(breach).toBe(tokens === null || tokens > left ? 'tokens' : null)
    }),
  )
  expect(quotaBreachOf(noQuota, { tokens: 1e9, costMicros: 1e9 })).toBeNull()
  expect(quotaBreachOf({ tokens: null, costMicros: 5 }, { tokens: 1, costMicros: 6 })).toBe('cost')
})

test('BUD-01 RUN-16 a run that may make 20 calls stops with a reason, and does not go on for ever', () => {
  let history = active({ ...wide, toolCallsMax: 20 })
  let calls = 0
  for (; calls < 100; calls++) {
    const stepId = id('stp', calls + 1)
    const command: RunCommand = { ...(propose(0) as Extract<RunCommand, { type: 'tool.propose' }>), stepId }
    if (outcome(history, command, 'runtime') === 'budget.tool_calls') break
    const proposed = { ...toolProposed('read', calls + 1) } as RunEvent
    history = [
      ...history,
      proposed,
      toolDispatched(calls + 1),
      { type: 'tool.succeeded', stepId, output: body(), settled: nothing, atMs: 12 },
    ]
  }
  expect(calls).toBe(20)
  expect(fold(history).status).toBe('active')
})
