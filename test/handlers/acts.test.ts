/** Acts of two persons, over a real store: what is asked is confirmed by another, exactly as it stands, once, or not at all. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ActDetail, ActOutcome } from '../../main/contract/acts.ts'
import { calls } from '../../main/contract/calls.ts'
import { actLimits, confirmersOf } from '../../main/domain/act.ts'
import { unclassified } from '../../main/domain/label.ts'
import { builtInPolicy, type DualAct, dualActs, type PolicyInForce, rolesOf } from '../../main/domain/policy.ts'
import { fail, ok } from '../../main/domain/result.ts'
import { rolesFor } from '../../main/domain/role.ts'
import { actHandlers } from '../../main/handlers/acts.ts'
import { createAuthorise } from '../../main/handlers/authorise.ts'
import { createDualDesk } from '../../main/handlers/dual.ts'
import { createLabels } from '../../main/store/labels.ts'
import { createStationLog } from '../../main/store/station-log.ts'
import { newId, openRunStore, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: RunStore[] = []
afterAll(() => {
  for (const store of opened) store.close()
})
const start = 1_800_000_000_000
const as = (account: string) => ({ account, shell: 'cli' }) as const
const [ada, ben, cyd] = [as('ada'), as('ben'), as('cyd')]

interface Situation {
  readonly dualControl?: readonly DualAct[]
  readonly at?: string
  /** What the wrapped call answers. */
  readonly answer?: () => ReturnType<typeof ok<{ ceiling: string }>> | ReturnType<typeof fail>
}

function open({
  dualControl = ['serve.open'],
  at = join(folder, newId('boot')),
  answer = () => ok({ ceiling: 'secret' }),
}: Situation = {}) {
  mkdirSync(at, { recursive: true })
  let now = start
  const clock = () => now
  const store = openRunStore(at, { clock })
  opened.push(store)
  const policy: PolicyInForce = {
    ...builtInPolicy('root', unclassified),
    dualControl: [...dualControl],
    roles: {
      administrator: { accounts: ['ada', 'ben'], clearance: unclassified },
      security_officer: { accounts: ['ada', 'sam'], clearance: unclassified },
      analyst: { accounts: ['cyd'], clearance: unclassified },
    },
  }
  let inForce = policy
  const known = { policy: () => inForce, rolesOf: (account: string) => rolesOf(inForce, account) }
  const { db, log, bodies } = store
  const labels = createLabels(db)
  const done: unknown[] = []
  const acts = createDualDesk({
    ...{ db, bodies, labels, clock, newId, ...known, tenant: 'station', ceiling: () => unclassified },
    station: createStationLog(db, log, 'station', clock, () => undefined),
    sightOf: () => null,
    mayCall: createAuthorise({ ...known, account: 'owner', isSealed: () => false }),
    deadline: (attendedMs) => now + attendedMs,
  })
  // Any call serves: what it does here is written down, and what it answers is the test's.
  const configure = acts.dual('serve.open', 'station.configure', (input, caller) => {
    done.push([input, caller.account])
    return answer() as never
  })
  const handlers = actHandlers({ acts, bodies, labels, clock, sightOf: () => null })
  const list = async (isOpen = true) => {
    const found = await handlers['acts.list']({ isOpen, limit: 50, offset: 0 }, ada)
    return calls['acts.list'].output.parse(found.ok && found.value).items
  }
  const codeOf = async (reply: unknown): Promise<string> => {
    const known = (await reply) as { ok: boolean; error?: { code: string } }
    return known.ok ? 'ok' : (known.error?.code ?? '')
  }
  return {
    ...{ acts, handlers, configure, done, list, codeOf, at, store },
    setNow: (ms: number) => {
      now = ms
    },
    setPolicy: (change: Partial<PolicyInForce>) => {
      inForce = { ...policy, ...change }
    },
    /** Asks as Ada, and gives back what waits. */
    asked: async () => {
      expect(await codeOf(configure({ ceiling: 'secret' }, ada))).toBe('act.waits')
      const [act] = await list()
      if (act === undefined) throw new Error('nothing waits')
      return act
    },
    types: () => log.readStream('station').map(({ event, actor }) => `${event.type} ${actor.account}`),
  }
}

test('IDN-02 an act that the policy does not give to two persons is done at once', async () => {
  const { configure, done, codeOf, list } = open({ dualControl: [] })
  expect(await codeOf(configure({ ceiling: 'secret' }, ada))).toBe('ok')
  expect([done, await list()]).toEqual([[[{ ceiling: 'secret' }, 'ada']], []])
})

test('IDN-02 one person asks, another confirms exactly that, and it is done once in the name of the one who asked', async () => {
  const { handlers, asked, done, types, list, codeOf } = open()
  const act = await asked()
  expect(done).toEqual([])
  const shown = await handlers['acts.get']({ actId: act.id }, ben)
  expect(ActDetail.parse(shown.ok && shown.value)).toMatchObject({
    arguments: '{"ceiling":"secret"}',
    requestedBy: 'ada',
    state: 'waiting',
  })
  const confirmed = await handlers['acts.confirm']({ actId: act.id, argumentsHash: act.argumentsHash }, ben)
  expect(ActOutcome.parse(confirmed.ok && confirmed.value)).toMatchObject({ failure: null, act: { state: 'done', decidedBy: 'ben' } })
  expect(done).toEqual([[{ ceiling: 'secret' }, 'ada']])
  expect(await codeOf(handlers['acts.confirm']({ actId: act.id, argumentsHash: act.argumentsHash }, ben))).toBe('act.decided')
  expect([done.length, await list()]).toEqual([1, []])
  expect(types()).toEqual(['act.requested ada', 'act.confirmed ben', 'act.ended ben'])
})

test('IDN-02 what it changes is bound too: when that is another thing by then, nothing is done', async () => {
  const { acts, handlers, list, codeOf } = open()
  const done: unknown[] = []
  let state = 'SECRET'
  const lower = acts.dual(
    'serve.open',
    'station.configure',
    (input) => {
      done.push(input)
      return ok({ ceiling: 'secret' }) as never
    },
    () => state,
  )
  expect(await codeOf(lower({ ceiling: 'secret' }, ada))).toBe('act.waits')
  const [act] = await list()
  if (act === undefined) throw new Error('nothing waits')
  state = 'TOP SECRET'
  const confirm = () => codeOf(handlers['acts.confirm']({ actId: act.id, argumentsHash: act.argumentsHash }, ben))
  expect([await confirm(), done]).toEqual(['act.changed_since', []])
  state = 'SECRET'
  expect([await confirm(), done.length]).toEqual(['ok', 1])
})

describe('IDN-02 who may not confirm', () => {
  test.each([
    ['whoever asked, with the right role', ada, 'act.same_person'],
    ['whoever asked, in capitals', as('ADA'), 'role.not_allowed'],
    ['an analyst', cyd, 'role.not_allowed'],
    ['a stranger', as('eve'), 'role.not_allowed'],
  ])('%s', async (_who, caller, code) => {
    const { handlers, asked, done, codeOf, list } = open()
    const { id: actId, argumentsHash } = await asked()
    expect(await codeOf(handlers['acts.confirm']({ actId, argumentsHash }, caller))).toBe(code)
    expect([done, (await list()).length]).toEqual([[], 1])
  })

  test('one person by two spellings of one account', async () => {
    const { handlers, asked, setPolicy, codeOf, done } = open()
    const { id: actId, argumentsHash } = await asked()
    setPolicy({ roles: { administrator: { accounts: ['ada', 'ADA'], clearance: unclassified } } })
    expect(await codeOf(handlers['acts.confirm']({ actId, argumentsHash }, as('ADA')))).toBe('act.same_person')
    expect(done).toEqual([])
  })
})

test('a confirmation of something else, after its time, or of what the asker may not do any more, does nothing', async () => {
  const { handlers, asked, done, codeOf, setNow, setPolicy, types } = open()
  const { id: actId, argumentsHash } = await asked()
  const confirm = (hash = argumentsHash) => codeOf(handlers['acts.confirm']({ actId, argumentsHash: hash }, ben))
  expect(await confirm({ alg: 'sha256', value: '0'.repeat(64) })).toBe('act.other_arguments')
  setPolicy({ roles: { administrator: { accounts: ['ben'], clearance: unclassified } } })
  expect(await confirm()).toBe('act.no_longer_allowed')
  setPolicy({})
  setNow(start + actLimits.attendedMs)
  expect(await confirm()).toBe('act.decided')
  expect(done).toEqual([])
  expect(types()).toEqual(['act.requested ada', 'act.expired holdfast'])
})

test('an act is rejected with a reason by another, or taken back by whoever asked', async () => {
  const { handlers, asked, done, codeOf, configure, list, types } = open()
  const first = await asked()
  const rejected = await handlers['acts.reject']({ actId: first.id, reason: 'Not now.' }, ben)
  expect(rejected.ok && rejected.value).toMatchObject({ state: 'rejected', decidedBy: 'ben', reason: 'Not now.' })
  expect(types().at(-1)).toBe('act.rejected ben')
  const second = await asked()
  expect(await codeOf(handlers['acts.reject']({ actId: second.id, reason: 'A mistake.' }, ada))).toBe('ok')
  expect(await codeOf(handlers['acts.reject']({ actId: second.id, reason: 'Again.' }, ben))).toBe('act.decided')
  expect([done, (await list(false)).map(({ state }) => state)]).toEqual([[], ['rejected', 'rejected']])
  expect(await codeOf(configure({ ceiling: 'secret' }, ada))).toBe('act.waits')
})

test('asking twice for the same waits once', async () => {
  const { configure, asked, list, codeOf } = open()
  await asked()
  expect(await codeOf(configure({ ceiling: 'secret' }, ada))).toBe('act.waits')
  expect(await codeOf(configure({ ceiling: 'cui' }, ada))).toBe('act.waits')
  expect((await list()).length).toBe(2)
})

test('what was confirmed and failed says so', async () => {
  const { handlers, asked, codeOf, types } = open({ answer: () => fail('serve.port_taken', 'Taken.', 'Name another.') })
  const { id: actId, argumentsHash } = await asked()
  const confirmed = await handlers['acts.confirm']({ actId, argumentsHash }, ben)
  expect(confirmed.ok && confirmed.value).toMatchObject({ failure: { code: 'serve.port_taken' }, act: { state: 'failed' } })
  expect(await codeOf(handlers['acts.confirm']({ actId, argumentsHash }, ben))).toBe('act.decided')
  expect(types().at(-1)).toBe('act.ended ben')
})

test('an act outlives a restart; one that was confirmed and never ended is unknown, and is not done again', async () => {
  const before = open()
  const act = await before.asked()
  const crashed = open({ at: before.at })
  expect(await crashed.list()).toMatchObject([{ id: act.id, state: 'waiting' }])
  before.acts.rows.decide(act.id, 'confirmed', start, 'ben', null)
  const after = open({ at: before.at })
  after.acts.recover()
  expect(await after.list(false)).toMatchObject([{ id: act.id, state: 'unknown', failure: 'act.interrupted' }])
  expect(await after.codeOf(after.handlers['acts.confirm']({ actId: act.id, argumentsHash: act.argumentsHash }, ben))).toBe('act.decided')
  expect(after.done).toEqual([])
})

test('the table itself refuses a second decision, another text, and to forget', async () => {
  const { asked, store, acts } = open()
  const { id } = await asked()
  const change = (set: string) => () => store.db.exec(`UPDATE acts SET ${set} WHERE id = '${id}'`)
  expect(change("arguments_hash = 'x'")).toThrow('decided once')
  expect(change("state = 'done'")).toThrow('decided once')
  acts.rows.decide(id, 'rejected', start, 'ben', null)
  expect(change("state = 'confirmed'")).toThrow('decided once')
  expect(() => store.db.exec('DELETE FROM acts')).toThrow('acts are kept')
})

test('every act has a second person, and whoever decides on any of them may reach the calls for it', () => {
  const able = new Set(dualActs.flatMap((act) => confirmersOf[act]))
  expect([...able].sort()).toEqual([...rolesFor['acts.decide']].sort())
})
