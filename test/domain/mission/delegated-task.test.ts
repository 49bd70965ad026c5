import { describe, expect, test } from 'vitest'
import type { GateVerdict } from '../../../main/domain/gate-policy.ts'
import { checkPlan, type PlannableAgent } from '../../../main/domain/mission/check-plan.ts'
import type { MissionCommand } from '../../../main/domain/mission/commands.ts'
import { decideMission } from '../../../main/domain/mission/decide.ts'
import { delegationLimits, shareOf, withdrawn } from '../../../main/domain/mission/delegated-task.ts'
import type { MissionEvent } from '../../../main/domain/mission/events.ts'
import { evolveMission } from '../../../main/domain/mission/evolve.ts'
import type { Gate } from '../../../main/domain/mission/gates.ts'
import { type MissionState, noMission } from '../../../main/domain/mission/state.ts'
import { tokensCommitted, tokensTaken } from '../../../main/domain/mission/sums.ts'
import { testId } from '../../support/test-core.ts'

const ref = (n: number) => ({ body: testId('bdy', n), commitment: { alg: 'sha256' as const, value: String(n).padStart(64, '0') } })
const run = (n: number) => testId('run', n)
const verdict: GateVerdict = { need: 'optional', reasons: [], mayProceedAlone: false }
const counts = { claims: 1, supported: 1, quotes: 1, verified: 1 }
const planner = run(1)

const committed = (keys: readonly string[], tokensMax = 10_000): readonly MissionEvent[] => [
  { type: 'mission.created', goal: ref(1), gates: ['G2', 'G4'], tokensMax, atMs: 1 },
  { type: 'mission.looked', look: ref(2), passages: 1, documents: 1, atMs: 2 },
  { type: 'mission.plan_started', runId: planner, attempt: 1, atMs: 3 },
  {
    ...{ type: 'mission.plan_proposed', runId: planner, revision: 1, plan: ref(3), verdict, atMs: 4 },
    shards: keys.map((key) => ({ key, agent: 'worker', after: [], tokensMax: 1_000 })),
  },
  { type: 'gate.opened', gate: 'G2', atMs: 5 },
  { type: 'gate.decided', gate: 'G2', decision: 'approve', feedback: null, atMs: 6 },
  { type: 'mission.committed', revision: 1, shards: keys.map((key, n) => ({ key, shardId: testId('shd', n) })), atMs: 6 },
]
const started = (key: string, runId: string, attempt = 1): MissionEvent => ({ type: 'mission.run_started', key, runId, attempt, atMs: 7 })
const ended = (key: string, runId: string, outcome: 'complete' | 'failed' = 'complete'): readonly MissionEvent[] => [
  { type: 'mission.run_ended', key, runId, outcome, code: null, atMs: 8 },
  ...(outcome === 'complete' ? [{ type: 'mission.result_checked', key, runId, fault: null, counts, atMs: 8 } as const] : []),
]
const added = (key: string, byRunId: string, n: number, tokensMax = 1): MissionEvent => ({
  ...{ type: 'mission.shard_added', key, agent: 'worker', after: [], tokensMax, shardId: testId('shd', 100 + n), task: ref(9) },
  ...{ byRunId, byStepId: testId('stp', n), atMs: 9 },
})
/** One shard is over and used little, the other asks. */
const oneLeft = [...committed(['a', 'b']), started('a', run(2)), ...ended('a', run(2)), started('b', run(3))]

const after = (events: readonly MissionEvent[]): MissionState => events.reduce<MissionState>(evolveMission, noMission)
function given(events: readonly MissionEvent[]) {
  const state = after(events)
  return (more: Partial<Extract<MissionCommand, { type: 'mission.add_shard' }>> = {}, tokensMax = 1_000) => {
    const decided = decideMission(
      state,
      {
        ...{ type: 'mission.add_shard', shard: { key: 'd1', agent: 'worker', after: [], tokensMax }, shardId: testId('shd', 50) },
        ...{ task: ref(7), byRunId: run(3), byStepId: testId('stp', 1), verdict, isApproved: false, used: { all: 0, byRun: {} } },
        ...more,
      },
      'runtime',
      10,
    )
    return decided.ok ? decided.value.map(({ type }) => type) : decided.error.code
  }
}

test('HUM-03 a task that a person took back is not begun by mending the others', () => {
  const skipped = (code: string | null): MissionEvent => ({ type: 'mission.shard_skipped', key: 'd1', code, atMs: 9 })
  const mended = (code: string | null) =>
    after([
      ...oneLeft,
      added('d1', run(3), 1),
      skipped(code),
      { type: 'gate.decided', gate: 'G3', decision: 'fix', feedback: null, atMs: 10 },
    ])
  expect(mended(withdrawn)).toMatchObject({ shards: [{ key: 'a' }, { key: 'b' }, { key: 'd1', status: 'skipped', skippedFor: withdrawn }] })
  expect(mended(null)).toMatchObject({ shards: [{ key: 'a' }, { key: 'b' }, { key: 'd1', status: 'waiting' }] })
})

test('HUM-03 no plan of a person is put past G1', () => {
  const plan = { type: 'mission.put_plan', plan: ref(3), shards: [], verdict, instead: null } as const
  const put = (gates: readonly Gate[]) => {
    const begun: MissionEvent = { type: 'mission.created', goal: ref(1), gates: [...gates], tokensMax: 9, atMs: 1 }
    const decided = decideMission(after([begun]), plan, 'operator', 2)
    return decided.ok ? decided.value.map(({ type }) => type) : decided.error.code
  }
  expect(put(['G1', 'G2', 'G4'])).toBe('mission.plan_at_g1')
  expect(put(['G2', 'G4'])).toEqual(['mission.plan_proposed'])
})

describe('BB-03 a task that a run asks for', () => {
  test('is one more shard, with who asked for it', () => {
    expect(given(oneLeft)()).toEqual(['mission.shard_added'])
    const state = after([...oneLeft, added('d1', run(3), 1, 500)])
    expect(state).toMatchObject({
      shards: [{ key: 'a' }, { key: 'b' }, { key: 'd1', status: 'waiting', byRunId: run(3), byStepId: testId('stp', 1), tokensMax: 500 }],
    })
  })

  test.each<readonly [string, readonly MissionEvent[], object]>([
    ['mission.not_executing', committed(['a', 'b']), {}],
    ['mission.ended', [...oneLeft, { type: 'mission.completed', outcome: 'aborted', atMs: 9 }], {}],
    ['mission.not_its_run', oneLeft, { byRunId: run(2) }],
    ['mission.not_its_run', oneLeft, { byRunId: planner }],
    ['mission.not_its_run', oneLeft, { byRunId: run(77) }],
    ['mission.shard_exists', oneLeft, { shard: { key: 'a', agent: 'worker', after: [], tokensMax: 1 } }],
    ['mission.unknown_shard', oneLeft, { shard: { key: 'd1', agent: 'worker', after: ['z'], tokensMax: 1 } }],
    ['mission.asked_often', [...oneLeft, added('d2', run(3), 2), added('d3', run(3), 3), added('d4', run(3), 4)], {}],
    ['mission.delegated_itself', [...oneLeft, added('d2', run(3), 2), started('d2', run(4))], { byRunId: run(4) }],
  ])('is refused: %s', (code, events, more) => {
    expect(given(events)(more)).toBe(code)
  })

  test('is refused once the runs of a mission have asked for as many as they may, whoever asked', () => {
    const many = Array.from({ length: delegationLimits.perMissionMax }, (_, n) => added(`x${n}`, run(200 + n), n))
    expect(given([...oneLeft, ...many])()).toBe('mission.too_many_shards')
    expect(given([...oneLeft, ...many.slice(1)])({}, 500)).toEqual(['mission.shard_added'])
  })

  test('BUD-01 HUM-03 may spend what the committed plan has left; beyond that a person must have let it be made, and never more than the mission has', () => {
    const say = given(oneLeft)
    expect(say({}, 1_000)).toEqual(['mission.shard_added'])
    expect(say({}, 1_001)).toBe('mission.beyond_plan')
    expect(say({ isApproved: true }, 1_001)).toEqual(['mission.shard_added'])
    expect(say({ used: { all: 1, byRun: {} } }, 1_000)).toBe('mission.beyond_plan')
    // What it asks with is set aside for it already.
    expect(say({ used: { all: 400, byRun: { [run(3)]: 400 } } }, 1_000)).toEqual(['mission.shard_added'])
    expect(say({ isApproved: true }, 9_000)).toEqual(['mission.shard_added'])
    expect(say({ isApproved: true }, 9_001)).toBe('mission.over_budget')
  })

  test('HUM-03 that wants a person more than the plan did is not taken without one', () => {
    const more: GateVerdict = { ...verdict, need: 'recommended' }
    expect(given(oneLeft)({ verdict: more })).toBe('mission.beyond_plan')
    expect(given(oneLeft)({ verdict: more, isApproved: true })).toEqual(['mission.shard_added'])
  })
})

test('BUD-01 what is taken of a mission counts its planner, and an attempt that failed besides the one that follows it', () => {
  const failed = [...committed(['a', 'b']), started('a', run(2)), ...ended('a', run(2), 'failed')]
  const state = after(failed)
  if (state.phase === 'absent') throw new Error('no mission')
  // 300 by the planner, 700 by the failed attempt; both shards may spend their shares.
  expect([tokensTaken(state, { all: 1_000, byRun: {} }), tokensCommitted(state)]).toEqual([3_000, 2_000])
  const again = after([...failed, started('a', run(3), 2)])
  if (again.phase === 'absent') throw new Error('no mission')
  expect(tokensTaken(again, { all: 1_200, byRun: { [run(3)]: 200 } })).toBe(3_000)
})

test('BUD-01 what does not say what it may spend gets what its agent may, less where that keeps it within the plan, and never too little to work with', () => {
  expect(shareOf(200_000, { plan: 50_000, mission: 900_000 })).toBe(50_000)
  expect(shareOf(200_000, { plan: 9_999, mission: 900_000 })).toBe(200_000)
  expect(shareOf(200_000, { plan: 0, mission: 60_000 })).toBe(60_000)
  expect(shareOf(200_000, { plan: 0, mission: 5 })).toBe(delegationLimits.tokensMin)
  expect(shareOf(1_000, { plan: 1_000, mission: 1_000 })).toBe(1_000)
})

test('a task is checked as the shards of a plan are, beside those that are there', () => {
  const agents: readonly PlannableAgent[] = [
    { name: 'worker', budget: {}, input: [{ name: 'topic', title: 'T', kind: 'text', isRequired: true, charsMax: 9, default: null }] },
  ]
  const shard = { key: 'd1', title: 'Find it', agent: 'worker', input: { topic: 'quay' }, after: ['a'], budget: { tokensMax: 5 } }
  const codes = (more: object, known: readonly string[]) =>
    checkPlan({ shards: [{ ...shard, ...more }] }, agents, 5, { known }).faults.map(({ code }) => code)
  expect(codes({}, ['a'])).toEqual([])
  expect(codes({}, [])).toEqual(['plan.unknown_shard'])
  expect(codes({ key: 'a', after: [] }, ['a'])).toEqual(['plan.duplicate_key'])
})
