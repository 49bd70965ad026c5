/** What all runs of a tenant share, over a real store: nobody spends what another has set aside, and a crash loses nothing of the count. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { type Budget, defaultBudget } from '../../main/domain/budget.ts'
import { unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { RunCommand } from '../../main/domain/run/commands.ts'
import { reservedIn } from '../../main/domain/run/state.ts'
import { createSession, type Session } from '../../main/runs/session.ts'
import { createBudgetLedger, type Quota } from '../../main/store/budget-ledger.ts'
import { faultsOf } from '../support/check-store.ts'
import { createDice } from '../support/dice.ts'
import { newId, openRunStore, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: RunStore[] = []
afterAll(() => {
  for (const store of opened) if (store.db.open) store.close()
})
function open(at = join(folder, newId('boot')), tenant = 'station'): RunStore {
  mkdirSync(at, { recursive: true })
  const store = openRunStore(at, { tenant })
  opened.push(store)
  return store
}

const unlimited: Quota = { tokensMax: null, costMicrosMax: null, concurrentRunsMax: null }
const session = (store: RunStore, runId: string, quotaLeft = store.ledger.left): Session =>
  createSession({
    ...{ journal: store.journal, readBody: store.bodies.read, newId, quotaLeft, runId, epoch: store.launch(runId) },
    ...{ signal: new AbortController().signal, input: '{}', failpoint: () => undefined },
  })
const context = { passages: [], promptTokens: 1, limitTokens: 1_000, contextTokens: 2_500 }
const usage = (tokens: number) => ({
  ...{ promptTokens: tokens, reusedTokens: 0, completionTokens: 0, contextTokens: 2_500, firstTokenMs: null, totalMs: 1 },
})
const call = (prompt: string, tokensMax: number | null) =>
  ({ tier: 'edge', modelId: null, modelDigest: null, seed: 0, prompt, context, tokensMax, label: unclassified }) as const
const answer = (tokens: number) => ok({ text: 'x', stop: 'end', device: 'cpu', usage: usage(tokens) } as const)

/** Sums over all calls, straight from the rows. */
const ledger = (store: RunStore, tenant = 'station') =>
  store.db
    .prepare(
      'SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(tokens_reserved), 0) AS reserved FROM budget_ledger WHERE tenant_id = ?',
    )
    .get(tenant)
const asksOf = (store: RunStore) => (store.db.prepare("SELECT count(*) AS n FROM steps WHERE kind = 'model'").get() as { n: number }).n

test('BUD-06 64 runs at once spend nothing beyond what they share, and use it up', { timeout: 60_000 }, async () => {
  const store = open()
  const tokensMax = 20_000
  store.ledger.setQuota({ ...unlimited, tokensMax })
  const dice = createDice(7)
  let most = 0
  let spent = 0
  const runIds = Array.from({ length: 64 }, () => store.start())
  const works = runIds.map(async (runId) => {
    const mine = session(store, runId)
    for (let n = 0; ; n++) {
      const atMost = 50 + dice(150)
      const real = dice(atMost + 1)
      const done = await mine.model(call(`${runId} ${n}`, atMost), async () => {
        most = Math.max(most, store.ledger.spent().tokens)
        await sleep(dice(4))
        const isLost = dice(10) === 0
        if (!isLost) spent += real
        return isLost ? fail('child.crash', 'It is gone.', 'Try again.') : answer(real)
      })
      if (!done.ok && done.error.code !== 'child.crash') return done.error.code
    }
  })
  expect(new Set(await Promise.all(works))).toEqual(new Set(['budget.tokens']))
  expect(most).toBeLessThanOrEqual(tokensMax)
  expect(spent).toBeLessThanOrEqual(tokensMax)
  // Those that stopped could not have set aside even the least that a call may take, give or take what others gave back meanwhile.
  expect(spent).toBeGreaterThan(tokensMax - 64 * 200)
  expect(ledger(store)).toEqual({ tokens: spent, reserved: 0 })
  expect(store.ledger.spent().tokens).toBe(spent)
  const used = runIds.reduce((sum, runId) => sum + store.run(runId).usage.tokens, 0)
  expect(used).toBe(spent)
  expect(faultsOf(store)).toEqual([])
})

test('BUD-06 a crash in the middle of a call: the next core sets nothing aside for it, and the count is what was really used', async () => {
  const first = open()
  first.ledger.setQuota({ ...unlimited, tokensMax: 1_000 })
  const runId = first.start()
  const mine = session(first, runId)
  expect((await mine.model(call('a', 200), async () => answer(120))).ok).toBe(true)
  const inCall = Promise.withResolvers<null>()
  void mine.model(call('b', 300), () => {
    inCall.resolve(null)
    return new Promise(() => undefined)
  })
  await inCall.promise
  expect(ledger(first)).toEqual({ tokens: 120, reserved: 300 })
  first.close()
  const store = open(join(first.database, '..'))
  const recover: RunCommand = { type: 'run.recover', holdId: newId('hld'), reason: 'executor_lost' }
  store.must(runId, 'scheduler', recover)
  expect(ledger(store)).toEqual({ tokens: 120, reserved: 0 })
  expect(store.ledger.left()).toEqual({ tokens: 880, costMicros: null })
  expect([store.run(runId).usage.tokens, reservedIn(store.run(runId)).tokens]).toEqual([120, 0])
})

test('BUD-06 a call whose result nobody took is given back when its run is cancelled', async () => {
  const store = open()
  store.ledger.setQuota({ ...unlimited, tokensMax: 1_000 })
  const runId = store.start()
  const mine = session(store, runId)
  await mine.model(call('a', 300), async () => {
    store.must(runId, 'operator', { type: 'run.cancel', reason: 'user_request' })
    store.must(runId, 'runtime', { type: 'run.abort', epoch: mine.epoch, reason: 'user_request' })
    return answer(250)
  })
  expect(ledger(store)).toEqual({ tokens: 0, reserved: 0 })
  expect(store.run(runId).status).toBe('aborted')
})

test('BUD-05 when the ledger cannot be read, no call is made and nothing is written', async () => {
  const store = open()
  const runId = store.start()
  const broken = session(store, runId, () => {
    throw new Error('the ledger is gone')
  })
  const before = store.rows()
  let calls = 0
  const work = async () => {
    calls += 1
    return answer(1)
  }
  await expect(broken.model(call('a', 10), work)).rejects.toThrow(/ledger/)
  expect([calls, store.rows()]).toEqual([0, before])
})

test('BUD-05 when the ledger cannot be written, no call is made and nothing of it stands in the log', async () => {
  const store = open()
  const mine = session(store, store.start())
  store.db.exec('DROP TRIGGER ledger_rows_are_counted; ALTER TABLE budget_totals RENAME TO gone')
  const events = store.typesOf(mine.runId)
  let calls = 0
  const work = async () => {
    calls += 1
    return answer(1)
  }
  store.db.exec("CREATE TRIGGER fault BEFORE INSERT ON budget_ledger BEGIN SELECT RAISE(ABORT, 'no ledger'); END")
  await expect(mine.model(call('a', 10), work)).rejects.toThrow()
  expect([calls, asksOf(store), store.typesOf(mine.runId)]).toEqual([0, 0, events])
})

test('BUD-05 a call of unknown cost is denied before it is made', async () => {
  const store = open()
  const mine = session(store, store.start())
  let calls = 0
  const done = await mine.model(call('a', null), async () => {
    calls += 1
    return answer(1)
  })
  expect([done.ok || done.error.code, calls]).toEqual(['budget.tokens', 0])
})

test('BUD-07 one tenant that has used up its quota leaves another in the same database alone', async () => {
  const at = join(folder, newId('boot'))
  const a = open(at, 'alpha')
  const b = open(at, 'beta')
  a.ledger.setQuota({ ...unlimited, tokensMax: 100 })
  b.ledger.setQuota({ ...unlimited, tokensMax: 1_000 })
  const ofA = session(a, a.start())
  expect((await ofA.model(call('1', 100), async () => answer(100))).ok).toBe(true)
  const denied = await ofA.model(call('2', 1), async () => answer(1))
  expect(denied.ok || denied.error.code).toBe('budget.tokens')
  const ofB = session(b, b.start())
  expect((await ofB.model(call('1', 900), async () => answer(900))).ok).toBe(true)
  expect([a.ledger.left(), b.ledger.left()]).toEqual([
    { tokens: 0, costMicros: null },
    { tokens: 100, costMicros: null },
  ])
  expect([ledger(a, 'alpha'), ledger(a, 'beta')]).toEqual([
    { tokens: 100, reserved: 0 },
    { tokens: 900, reserved: 0 },
  ])
  expect(a.ledger.quota()).toEqual({ ...unlimited, tokensMax: 100 })
})

test('BUD-07 the queue of one tenant is not the queue of another in the same database', () => {
  const at = join(folder, newId('boot'))
  const [a, b] = [open(at, 'alpha'), open(at, 'beta')]
  const runId = a.start()
  expect([a.runs.withStatus(['queued']).map(({ id }) => id), b.runs.withStatus(['queued'])]).toEqual([[runId], []])
})

test('BUD-07 the cost that all runs may have together is held as the tokens are, and without a quota nothing is', () => {
  const store = open()
  expect(store.ledger.left()).toEqual({ tokens: null, costMicros: null })
  store.ledger.setQuota({ ...unlimited, costMicrosMax: 10 })
  const budget: Budget = { ...defaultBudget, costMicrosMax: 1_000 }
  const runId = store.start({ budget })
  const epoch = store.launch(runId)
  const ask = (costMicrosMax: number): RunCommand => ({
    ...{ type: 'model.request', epoch, stepId: newId('stp'), tier: 'edge', modelId: null, modelDigest: null },
    ...{ input: store.run(runId).input, seed: 0, tokensMax: 10, costMicrosMax, left: store.ledger.left() },
  })
  expect([store.send(runId, 'runtime', ask(11)), store.send(runId, 'runtime', ask(10))]).toEqual(['budget.cost', 'ok'])
})

test('BUD-06 the ledger is never shortened', () => {
  const store = open()
  expect(() => store.db.exec("INSERT INTO budget_ledger VALUES ('s', 't', 'r', 0, 0, 0, 0, 0, 0)")).toThrow(/FOREIGN KEY/)
  const runId = store.start()
  store.db.prepare("INSERT INTO budget_ledger VALUES ('s', 'station', ?, 0, 5, 0, 0, 0, 0)").run(runId)
  expect(() => store.db.exec('DELETE FROM budget_ledger')).toThrow(/append-only/)
  expect(() => store.db.exec('UPDATE budget_ledger SET tokens_reserved = -1')).toThrow(/CHECK/)
})

test('BUD-06 of the quota and the policy the stricter holds, each for itself', () => {
  const { db } = open()
  const bounds: { now: Quota } = { now: { tokensMax: 100, costMicrosMax: null, concurrentRunsMax: 2 } }
  const ledger = createBudgetLedger(db, 'station', () => bounds.now)
  ledger.setQuota({ tokensMax: 500, costMicrosMax: 7, concurrentRunsMax: null })
  expect(ledger.limits()).toEqual({ tokensMax: 100, costMicrosMax: 7, concurrentRunsMax: 2 })
  expect(ledger.left()).toEqual({ tokens: 100, costMicros: 7 })
  bounds.now = { tokensMax: 900, costMicrosMax: 0, concurrentRunsMax: null }
  expect(ledger.left()).toEqual({ tokens: 500, costMicros: 0 })
})
