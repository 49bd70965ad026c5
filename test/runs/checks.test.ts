import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { labelCheck } from '../../main/composition/checks.ts'
import { checkLimits, judgeCheck, outcomeOf, strictest } from '../../main/domain/check.ts'
import { type Label, labelFromName, unclassified } from '../../main/domain/label.ts'
import { fail, ok, type Result } from '../../main/domain/result.ts'
import { type Check, type CheckedCall, createChecks } from '../../main/runs/checks.ts'
import { createSession } from '../../main/runs/session.ts'
import { createToolBreakers } from '../../main/runs/tool-breakers.ts'
import { advance, type GatedAgent, type ToolParts } from '../../main/runs/tool-step.ts'
import { canonicalArguments } from '../../main/tools/arguments.ts'
import { calculate } from '../../main/tools/calculate.ts'
import { findTool } from '../../main/tools/registry.ts'
import { gatedAgent } from '../support/plain-agent.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { toolContext } from '../support/tool-context.ts'

beforeEach(() => vi.useFakeTimers({ now: 0 }))
afterEach(() => vi.useRealTimers())

const call: CheckedCall = {
  ...{ runId: newId('run'), argumentsText: '{}', label: unclassified },
  step: { id: newId('stp'), name: 'write_file', effect: 'unsafe', risk: 'write' },
}
const minute = 60_000

function watched(ask: Check['ask'], name = 'policy') {
  const defects: unknown[] = []
  let asked = 0
  const check: Check = {
    name,
    ask: (about, signal) => {
      asked += 1
      return ask(about, signal)
    },
  }
  const checks = createChecks({ checks: [check], clock: Date.now, onDefect: (_where, error) => defects.push(error) })
  return { checks, defects, asked: () => asked }
}

test('SAF-01 a check that says nothing for 30 seconds denies the call, and is asked again after five minutes', async () => {
  let isStopped = false
  const { checks, asked } = watched((_call, signal) => {
    signal.addEventListener('abort', () => {
      isStopped = true
    })
    return new Promise<Result<null>>((resolve) => setTimeout(() => resolve(ok(null)), 31_000))
  })
  const pending = checks.verdictOn(call)
  let isSettled = false
  void pending.then(() => {
    isSettled = true
  })
  await vi.advanceTimersByTimeAsync(29_999)
  expect(isSettled).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  const denied = { isAllowed: false, code: 'check.timed_out', retryAtMs: 30_000 + 5 * minute, needsPerson: false }
  expect([await pending, isStopped]).toEqual([denied, true])
  // The yes that comes too late changes nothing.
  await vi.advanceTimersByTimeAsync(5 * minute - 1)
  expect([await checks.verdictOn(call), asked()]).toEqual([denied, 1])
  await vi.advanceTimersByTimeAsync(1)
  void checks.verdictOn(call)
  expect(asked()).toBe(2)
})

test('SAF-01 a check that cannot be asked denies the call, and is asked again after a minute', async () => {
  let isBack = false
  const { checks, asked } = watched(async () => (isBack ? ok(null) : fail('check.unavailable', 'Nobody answers.', 'Wait.')))
  expect(await checks.verdictOn(call)).toEqual({ isAllowed: false, code: 'check.unavailable', retryAtMs: minute, needsPerson: false })
  isBack = true
  await vi.advanceTimersByTimeAsync(minute - 1)
  expect([(await checks.verdictOn(call)).isAllowed, asked()]).toEqual([false, 1])
  await vi.advanceTimersByTimeAsync(1)
  expect([await checks.verdictOn(call), asked()]).toEqual([{ isAllowed: true }, 2])
})

test.each([
  [
    'throws at once',
    () => {
      throw new Error('broken')
    },
  ],
  [
    'throws later',
    async () => {
      throw new Error('broken')
    },
  ],
  ['answers nonsense', async () => ({ ok: true, value: true }) as unknown as Result<null>],
  ['answers nothing', async () => undefined as unknown as Result<null>],
] as ReadonlyArray<readonly [string, Check['ask']]>)(
  'SAF-01 a check that %s denies the call, and a person must look',
  async (_how, ask) => {
    const { checks } = watched(ask)
    expect(await checks.verdictOn(call)).toEqual({ isAllowed: false, code: 'check.broken', retryAtMs: null, needsPerson: true })
  },
)

test('SAF-01 a plain no is a no, and the strictest of several verdicts counts', async () => {
  const no = async () => fail('policy.forbidden', 'No.', 'Do not.')
  const yes = async () => ok(null)
  const broken = async () => Promise.reject(new Error('broken'))
  const verdict = (...asks: ReadonlyArray<Check['ask']>) =>
    createChecks({ checks: asks.map((ask, i) => ({ name: `c${i}`, ask })), clock: Date.now, onDefect: () => undefined }).verdictOn(call)
  expect(await verdict()).toEqual({ isAllowed: true })
  expect(await verdict(yes, yes)).toEqual({ isAllowed: true })
  expect(await verdict(yes, no)).toMatchObject({ isAllowed: false, code: 'policy.forbidden', needsPerson: false })
  expect(await verdict(no, broken)).toMatchObject({ isAllowed: false, code: 'check.broken', needsPerson: true })
  expect(strictest([judgeCheck(outcomeOf(ok(null)), 0)])).toEqual({ isAllowed: true })
  expect(checkLimits).toEqual({ answerMs: 30_000, retryAfterTimeoutMs: 5 * minute, retryWhenUnavailableMs: minute })
})

test('SAF-01 a clock that went back does not keep a check shut for longer', async () => {
  const { checks, asked } = watched(async () => fail('check.unavailable', 'Nobody answers.', 'Wait.'))
  vi.setSystemTime(400 * 24 * 60 * minute)
  await checks.verdictOn(call)
  vi.setSystemTime(0)
  await checks.verdictOn(call)
  expect(asked()).toBe(2)
})

/** A run of a real store in which one call of the calculator was chosen, and what `advance` needs to take it further. */
function chosen(ask: Check['ask']) {
  vi.useRealTimers()
  const folder = temporaryFolder()
  const store = openRunStore(folder)
  const runId = store.start()
  const epoch = store.launch(runId)
  const stepId = newId('stp')
  const input = canonicalArguments(calculate, { expression: '6 * 7' })
  if (!input.ok) throw new Error(input.error.code)
  const about = { tool: 'calculate', effect: calculate.effect, risk: calculate.risk, input: store.body(input.value), bytesMax: 0 } as const
  store.must(runId, 'runtime', { type: 'tool.propose', epoch, stepId, ...about })
  const session = createSession({
    ...{ journal: store.journal, readBody: store.bodies.read, newId, quotaLeft: store.ledger.left, runId, epoch, input: '{}' },
    ...{ signal: new AbortController().signal, failpoint: () => undefined },
  })
  const parts: ToolParts & { readonly definition: GatedAgent } = {
    definition: gatedAgent(['calculate']),
    ...{
      findTool,
      contextOf: () => toolContext(),
      breakers: createToolBreakers(Date.now),
      newId,
      deadline: () => null,
      isGuarded: () => false,
      writeTurn: () => 'go' as const,
    },
    ...{
      checks: createChecks({ checks: [{ name: 'policy', ask }], clock: Date.now, onDefect: () => undefined }),
      onDefect: () => undefined,
    },
  }
  const step = () => {
    const [first] = store.run(runId).steps
    if (first === undefined) throw new Error('there is no step')
    return first
  }
  return { store, runId, epoch, step, advance: () => advance(parts, session, step()) }
}

test('SAF-01 a call that passes is made, and a call that is refused is not', async () => {
  const passing = chosen(async () => ok(null))
  expect([await passing.advance(), passing.step().phase]).toEqual([ok(null), 'succeeded'])
  passing.store.close()
  const { store, runId, step, advance: go } = chosen(async () => fail('policy.forbidden', 'No.', 'Do not.'))
  expect([await go(), step().phase, step().failureCode]).toEqual([ok(null), 'failed_before_effect', 'policy.forbidden'])
  expect(store.typesOf(runId)).not.toContain('tool.dispatched')
  expect(store.run(runId).holds).toEqual([])
  store.close()
})

test('SAF-01 a check that breaks leaves the call unmade and the run held for a person', async () => {
  const { store, runId, epoch, advance: go } = chosen(async () => Promise.reject(new Error('broken')))
  expect(await go()).toMatchObject({ ok: false, error: { code: 'run.has_open_hold' } })
  expect(store.typesOf(runId)).not.toContain('tool.dispatched')
  store.must(runId, 'runtime', { type: 'run.yield', epoch })
  expect(store.run(runId)).toMatchObject({
    status: 'held',
    holds: [{ kind: 'policy', expiresAtMs: null }],
    steps: [{ phase: 'failed_before_effect', failureCode: 'check.broken' }],
  })
  store.close()
})

test('SAF-01 what a run has read must still be held here when it makes a call', async () => {
  const [secret, cui] = [labelFromName('secret'), labelFromName('cui')]
  const answer = (ceiling: Label, label: Label) => labelCheck(() => ceiling).ask({ ...call, label }, new AbortController().signal)
  expect(await answer(secret, cui)).toEqual(ok(null))
  expect(await answer(unclassified, cui)).toMatchObject({ ok: false, error: { code: 'label.above_ceiling' } })
})
