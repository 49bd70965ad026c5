import { expect, test } from 'vitest'
import type { MissionEvent } from '../../../main/domain/mission/events.ts'
import { evolveMission } from '../../../main/domain/mission/evolve.ts'
import { nextTask } from '../../../main/domain/mission/next.ts'
import { type Mission, type MissionState, noMission } from '../../../main/domain/mission/state.ts'
import { testId } from '../../support/test-core.ts'

const ref = (n: number) => ({ body: testId('bdy', n), commitment: { alg: 'sha256' as const, value: String(n).padStart(64, '0') } })
const [planner, first, second] = [testId('run', 1), testId('run', 2), testId('run', 3)]
const verdict = { need: 'optional' as const, reasons: [], mayProceedAlone: false }
const shard = { key: 'a', agent: 'worker', after: [], tokensMax: 1_000 }

const planned: readonly MissionEvent[] = [
  { type: 'mission.created', goal: ref(1), gates: ['G2', 'G4'], tokensMax: 1_500, atMs: 1 },
  { type: 'mission.looked', look: ref(2), passages: 1, documents: 1, atMs: 2 },
  { type: 'mission.plan_started', runId: planner, attempt: 1, atMs: 3 },
]
const committed: readonly MissionEvent[] = [
  ...planned,
  { type: 'mission.plan_proposed', runId: planner, revision: 1, plan: ref(3), shards: [shard], verdict, atMs: 4 },
  { type: 'gate.opened', gate: 'G2', atMs: 5 },
  { type: 'gate.decided', gate: 'G2', decision: 'approve', feedback: null, atMs: 6 },
  { type: 'mission.committed', revision: 1, shards: [{ key: 'a', shardId: testId('shd', 1) }], atMs: 6 },
]
const failedOnce: readonly MissionEvent[] = [
  ...committed,
  { type: 'mission.run_started', key: 'a', runId: first, attempt: 1, atMs: 7 },
  { type: 'mission.run_ended', key: 'a', runId: first, outcome: 'failed', code: 'tool.broken', atMs: 8 },
]

const after = (events: readonly MissionEvent[]): Mission => {
  const state = events.reduce<MissionState>(evolveMission, noMission)
  if (state.phase === 'absent') throw new Error('no mission')
  return state
}
const next = (
  events: readonly MissionEvent[],
  used = 0,
  statuses: Readonly<Record<string, 'active' | 'complete'>> = {},
  cancelled: readonly string[] = [],
  byRun: Readonly<Record<string, number>> = {},
) =>
  nextTask(after(events), (runId) => statuses[runId] ?? null, new Set(cancelled), {
    byMission: () => used,
    byRun: (runId) => byRun[runId] ?? 0,
  })

test('BUD-01 what is tried again may not spend more than the mission has left', () => {
  expect(next(committed, 500)).toEqual({ do: 'start_runs', keys: ['a'] })
  expect(next(failedOnce, 500)).toEqual({ do: 'start_runs', keys: ['a'] })
  expect(next(failedOnce, 501)).toEqual({ do: 'skip', key: 'a', code: 'mission.over_budget' })
})

test('BUD-01 what runs, and what begins at once, holds its whole share: what does not fit waits, and is left out only when it never could', () => {
  const three: readonly MissionEvent[] = [
    { type: 'mission.created', goal: ref(1), gates: ['G2', 'G4'], tokensMax: 2_500, atMs: 1 },
    ...planned.slice(1),
    {
      ...{ type: 'mission.plan_proposed', runId: planner, revision: 1, plan: ref(3), verdict, atMs: 4 },
      shards: ['a', 'b', 'c'].map((key) => ({ ...shard, key, tokensMax: key === 'c' ? 100 : 1_000 })),
    },
    ...committed.slice(4, 6),
    { type: 'mission.committed', revision: 1, shards: ['a', 'b', 'c'].map((key, i) => ({ key, shardId: testId('shd', i) })), atMs: 6 },
  ]
  const running: readonly MissionEvent[] = [...three, { type: 'mission.run_started', key: 'a', runId: first, attempt: 1, atMs: 7 }]
  const seen = { [first]: 'active' } as const
  expect(next(three, 400)).toEqual({ do: 'start_runs', keys: ['a', 'b', 'c'] })
  expect(next(three, 500), 'c does not fit beside both').toEqual({ do: 'start_runs', keys: ['a', 'b'] })
  expect(next(three, 501), 'c does not go before b').toEqual({ do: 'start_runs', keys: ['a'] })
  // Of 900 used, 400 are by the run that is under way: it may still spend 600.
  expect(next(running, 900, seen, [], { [first]: 400 })).toEqual({ do: 'start_runs', keys: ['b'] })
  expect(next(running, 901, seen, [], { [first]: 400 })).toBeNull()
  expect(next(running, 1_500, seen, [], { [first]: 1_000 })).toEqual({ do: 'start_runs', keys: ['b'] })
  expect(next(running, 1_501, seen, [], { [first]: 400 })).toEqual({ do: 'skip', key: 'b', code: 'mission.over_budget' })
})

test('DUR-03 a paused mission notes what ended, and neither begins anything nor makes what was begun', () => {
  const paused: MissionEvent = { type: 'mission.paused', atMs: 9 }
  expect(next([...planned, paused])).toBeNull()
  expect(next([...planned.slice(0, 1), paused])).toBeNull()
  expect(next([...committed, paused])).toBeNull()
  const started: MissionEvent = { type: 'mission.run_started', key: 'a', runId: second, attempt: 1, atMs: 7 }
  expect(next([...committed, started, paused])).toBeNull()
  expect(next([...committed, started])).toEqual({ do: 'create_run', key: 'a', runId: second })
  expect(next([...committed, started, paused], 0, { [second]: 'complete' })).toEqual({ do: 'take_result', key: 'a', runId: second })
})

test('a mission that is over stops its planner and its workers, once each', () => {
  const over: MissionEvent = { type: 'mission.completed', outcome: 'aborted', atMs: 9 }
  expect(next([...planned, over], 0, { [planner]: 'active' })).toEqual({ do: 'cancel_run', runId: planner })
  expect(next([...planned, over], 0, { [planner]: 'active' }, [planner])).toBeNull()
  expect(next([...planned, over], 0, { [planner]: 'complete' })).toBeNull()
  expect(next([...planned, over])).toBeNull()
})
