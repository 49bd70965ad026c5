/** Lifting a guardrail, over a real store with a clock of the test. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { buildContext } from '../../main/context/build.ts'
import { calls } from '../../main/contract/calls.ts'
import { Exemption } from '../../main/contract/exemptions.ts'
import { allowanceAt } from '../../main/domain/context-window.ts'
import { fixedGuardrails, isInForce } from '../../main/domain/exemption.ts'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import { contextAllowance, endExemptions, exemptionHandlers } from '../../main/handlers/exemptions.ts'
import { openReader } from '../../main/store/open.ts'
import { createStationLog } from '../../main/store/station-log.ts'
import { openApp } from '../support/open-app.ts'
import { newId, openRunStore, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: RunStore[] = []
afterAll(() => {
  for (const store of opened) store.close()
})
const minute = 60_000
const start = 1_800_000_000_000
const caller = { account: 'ana', shell: 'cli' } as const

function open() {
  const at = join(folder, newId('boot'))
  mkdirSync(at)
  let now = start
  const clock = () => now
  const store = openRunStore(at, { clock })
  opened.push(store)
  const { db, log, bodies } = store
  const station = createStationLog(db, log, 'station', clock, () => undefined)
  const services = { db, bodies, station, clock, newId, tenant: 'station', ceiling: () => unclassified, sightOf: () => null }
  const handlers = exemptionHandlers(services)
  return {
    store,
    handlers,
    setNow: (ms: number) => {
      now = ms
    },
    share: () => contextAllowance(services).shareMax,
    end: () => endExemptions(services),
    grant: async (guardrail: Parameters<(typeof handlers)['exemptions.grant']>[0]['guardrail'], justification = 'Long tables.') =>
      handlers['exemptions.grant']({ guardrail, justification }, caller),
    list: async () => handlers['exemptions.list']({ limit: 50, offset: 0 }, caller),
    events: () => log.readStream('station').map(({ event, actor }) => ({ ...event, who: actor.account })),
  }
}

test('SAF-05 a lifted guardrail is lifted at 59 minutes, and not at 61', async () => {
  const { grant, share, setNow, list } = open()
  expect(share()).toBe(0.4)
  const granted = await grant('context_share')
  expect(granted.ok && Exemption.parse(granted.value)).toMatchObject({
    grantedBy: 'ana',
    justification: 'Long tables.',
    expiresAt: start + 60 * minute,
    isInForce: true,
  })
  setNow(start + 59 * minute)
  expect(share()).toBe(0.6)
  setNow(start + 60 * minute - 1)
  expect(share()).toBe(0.6)
  setNow(start + 60 * minute)
  expect(share()).toBe(0.4)
  setNow(start + 61 * minute)
  expect(share()).toBe(0.4)
  expect(await list()).toMatchObject({ ok: true, value: { total: 1, items: [{ isInForce: false }] } })
})

test('SAF-05 who lifted what, when and why stands in the log, and so does its end; the reason itself does not', async () => {
  const { grant, end, setNow, events, store } = open()
  await grant('context_share', 'The annex is one long table.')
  setNow(start + 61 * minute)
  end()
  end()
  expect(events()).toMatchObject([
    { type: 'exemption.granted', guardrail: 'context_share', who: 'ana', atMs: start, expiresAtMs: start + 60 * minute },
    { type: 'exemption.ended', who: 'holdfast', atMs: start + 61 * minute },
  ])
  expect(JSON.stringify(events())).not.toContain('annex')
  const [granted] = events()
  expect(granted?.type === 'exemption.granted' && store.bodies.read(granted.justification.body)).toBe('The annex is one long table.')
})

test.each(fixedGuardrails)('SAF-05 the guardrail %s is never lifted, and nothing is written', async (guardrail) => {
  const { grant, list, events } = open()
  expect(await grant(guardrail)).toMatchObject({ ok: false, error: { code: 'exemption.forbidden' } })
  expect([events(), await list()]).toMatchObject([[], { value: { total: 0 } }])
})

test('SAF-05 an hour is not made longer by asking again within it, and can be had again after it', async () => {
  const { grant, setNow, share } = open()
  await grant('context_share')
  setNow(start + 30 * minute)
  expect(await grant('context_share')).toMatchObject({ ok: false, error: { code: 'exemption.in_force' } })
  setNow(start + 60 * minute)
  expect(share()).toBe(0.4)
  expect((await grant('context_share')).ok).toBe(true)
  expect(share()).toBe(0.6)
})

test('SAF-05 a clock that went back lifts nothing', () => {
  const granted = { guardrail: 'context_share', grantedAtMs: start, endedAtMs: null } as const
  expect([isInForce(granted, start - 1), isInForce(granted, start)]).toEqual([false, true])
  expect(allowanceAt([{ id: 'a', ...granted, endedAtMs: start + 1 }], start).shareMax).toBe(0.4)
})

test('SAF-05 a reason must be given, and rows can neither be made longer nor removed', async () => {
  const { grant, store } = open()
  const { input } = calls['exemptions.grant']
  for (const justification of ['', '  ', 'x'.repeat(2_001), 'a\u202eb', undefined])
    expect(input.safeParse({ guardrail: 'context_share', justification }).success).toBe(false)
  expect(input.safeParse({ guardrail: 'everything', justification: 'x' }).success).toBe(false)
  await grant('context_share')
  expect(() => store.db.exec('UPDATE exemptions SET granted_at = granted_at + 1')).toThrow(/only ends/)
  expect(() => store.db.exec('UPDATE exemptions SET granted_at = granted_at + 1, ended_at = 5')).toThrow(/only ends/)
  expect(() => store.db.exec('DELETE FROM exemptions')).toThrow(/kept/)
  store.db.exec('UPDATE exemptions SET ended_at = 5')
  expect(() => store.db.exec('UPDATE exemptions SET ended_at = 6')).toThrow(/only ends/)
})

test('SAF-05 CTX-02 with the guardrail lifted a prompt may take 60 % of the window instead of 40', async () => {
  const build = (shareMax?: number) =>
    buildContext({
      parts: [
        { kind: 'evidence', source: 's', why: 'found', text: 't' },
        { kind: 'question', source: 'q', why: 'asked', text: 'q' },
      ],
      ...(shareMax === undefined ? {} : { allowance: { shareMax, exemptionId: null } }),
      countTokens: async () => ok({ tokens: 500, contextTokens: 1_000 }),
    })
  expect([(await build()).ok, (await build(0.4)).ok]).toEqual([false, false])
  expect(await build(0.6)).toMatchObject({ ok: true, value: { promptTokens: 500, limitTokens: 600 } })
})

test('SAF-05 through the one door: a guardrail is lifted and listed, and asking for one that never is, is written down', async () => {
  const core = await openApp(join(folder, 'core'))
  expect(await core.codeOf('exemptions.grant', { guardrail: 'egress', justification: 'To fetch an update.' })).toBe('exemption.forbidden')
  expect(await core.codeOf('exemptions.grant', { guardrail: 'context_share' })).toBe('call.bad_input')
  const granted = await core.call('exemptions.grant', { guardrail: 'context_share', justification: 'Long tables.' })
  expect(granted).toMatchObject({ guardrail: 'context_share', grantedBy: 'tester', isInForce: true })
  expect(await core.call('exemptions.list')).toEqual({ items: [granted], total: 1 })
  await core.app.close()
  const db = openReader(core.paths.database)
  const events = db.prepare("SELECT type, body FROM events WHERE stream = 'station'").all()
  db.close()
  expect(events).toEqual(
    expect.arrayContaining([
      { type: 'call.denied', body: expect.stringContaining('exemption.forbidden') },
      { type: 'exemption.granted', body: expect.stringContaining(granted.id) },
    ]),
  )
  expect(JSON.stringify(events)).not.toMatch(/Long tables|fetch an update/)
})
