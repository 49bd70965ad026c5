/** A core that dies at any moment of a crossing: nothing leaves that nobody let go, and never twice for an approval of once. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { faultsOf } from '../support/check-store.ts'
import { claims, type OpenCrossings, openCrossings } from '../support/open-crossings.ts'
import { newId } from '../support/run-store.ts'
import { type ScriptedOutside, scriptedOutside } from '../support/scripted-outside.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const fresh = (): string => {
  const at = join(folder, newId('boot'))
  mkdirSync(at, { recursive: true })
  return at
}
const allowing = (scripted: ScriptedOutside): ScriptedOutside => {
  const datacenter = { isAllowed: true, clearance: unclassified, crossing: 'automatic' } as const
  scripted.policy = { ...scripted.policy, tiers: { ...scripted.policy.tiers, datacenter } }
  return scripted
}

/** A core over a folder that is gone at a moment: not one more thing is written by it. */
function dying(at: string, scripted: ScriptedOutside) {
  const state = { moment: '', isGone: false }
  const runs: OpenCrossings = openCrossings(at, scripted, {
    failpoint: (name) => {
      if (state.isGone) throw new Error('it is gone')
      if (name !== state.moment) return
      state.isGone = true
      runs.db.close()
      throw new Error('it is gone')
    },
  })
  return {
    runs,
    dieAt: (moment: string) => {
      state.moment = moment
    },
    gone: () => waitUntil(() => state.isGone, 'the core is gone'),
  }
}

/** The next core over the same folder. */
async function reborn(at: string, scripted: ScriptedOutside, runId: string): Promise<OpenCrossings> {
  const runs = openCrossings(at, scripted)
  runs.loop.recover()
  await runs.settle(runId)
  return runs
}

/** Every request that was sent has a crossing of its own on record, approved or permitted, and each is used once. */
function expectAllLetGo(runs: OpenCrossings, runId: string, { sent }: ScriptedOutside): void {
  const used = sent.map(({ receipt }) => receipt?.stepId ?? '')
  expect(new Set(used).size).toBe(used.length)
  for (const stepId of used) {
    const step = runs.run(runId).steps.find(({ id }) => id === stepId)
    expect(step?.phase).toBe('succeeded')
    expect(step?.isApproved === true || step?.risk === 'crossing_permitted').toBe(true)
  }
  expect(faultsOf(runs)).toEqual([])
}

describe('DUR-01 HUM-13 a core that dies', () => {
  test('while a person is asked: the request is still there, with the same bytes, and nothing was sent', async () => {
    const [at, scripted] = [fresh(), scriptedOutside(() => claims())]
    const first = dying(at, scripted)
    const runId = await first.runs.ask('datacenter')
    const shown = first.runs.crossing(runId)
    first.runs.db.close()
    const runs = await reborn(at, scripted, runId)
    expect(runs.crossing(runId)).toEqual(shown)
    expect(runs.run(runId)).toMatchObject({ status: 'held', holds: [{ kind: 'approval' }] })
    expect(scripted.sent).toEqual([])
    await runs.decide(runId, 'once')
    expect(runs.result(runId)).toMatchObject({ tier: 'datacenter' })
    expectAllLetGo(runs, runId, scripted)
  })

  test.each([
    ['crossing.after_propose', 0, 'datacenter'],
    ['model.before_call', 0, 'datacenter'],
    ['crossing.before_send', 0, 'datacenter'],
    ['crossing.after_send', 1, 'datacenter'],
    ['model.after_call', 1, 'datacenter'],
    ['loop.after_work', 1, 'datacenter'],
  ] as const)('at %s, where the policy permits: it goes on, each time by a crossing of its own', async (moment, before, tier) => {
    const [at, scripted] = [fresh(), allowing(scriptedOutside(() => claims()))]
    const first = dying(at, scripted)
    first.dieAt(moment)
    const asked = first.runs.ask('datacenter').catch(() => undefined)
    void asked
    await first.gone()
    expect(scripted.sent).toHaveLength(before)
    const [row] = openCrossings(at, scripted).db.prepare<[], { id: string }>('SELECT id FROM runs').all()
    const runId = row?.id ?? ''
    const runs = await reborn(at, scripted, runId)
    expect(runs.result(runId)).toMatchObject({ tier })
    expectAllLetGo(runs, runId, scripted)
    // What was answered is not asked again.
    expect(scripted.sent).toHaveLength(moment === 'loop.after_work' ? 1 : before + 1)
  })

  test.each([
    ['loop.after_launch', 0, 'complete'],
    ['model.before_call', 0, 'held'],
    ['crossing.before_send', 0, 'held'],
    ['crossing.after_send', 1, 'held'],
    ['model.after_call', 1, 'held'],
    ['loop.after_work', 1, 'complete'],
  ] as const)('at %s, approved once: what was let go once goes once', async (moment, before, status) => {
    const [at, scripted] = [fresh(), scriptedOutside(() => claims())]
    const first = dying(at, scripted)
    const runId = await first.runs.ask('datacenter')
    first.dieAt(moment)
    void first.runs.decide(runId, 'once').catch(() => undefined)
    await first.gone()
    expect(scripted.sent).toHaveLength(before)
    const runs = await reborn(at, scripted, runId)
    expect(runs.run(runId).status).toBe(status)
    // Begun and not known to be over: it is put to a person again, and nothing goes until then.
    expect(scripted.sent).toHaveLength(moment === 'loop.after_launch' ? 1 : before)
    if (status === 'held') await runs.decide(runId, 'once')
    expect(runs.result(runId)).toMatchObject({ tier: 'datacenter' })
    expectAllLetGo(runs, runId, scripted)
  })

  test('a refusal outlives it', async () => {
    const [at, scripted] = [fresh(), scriptedOutside(() => claims())]
    const first = dying(at, scripted)
    const runId = await first.runs.ask('datacenter')
    first.dieAt('loop.after_launch')
    void first.runs.decide(runId, 'never').catch(() => undefined)
    await first.gone()
    const runs = await reborn(at, scripted, runId)
    expect(runs.result(runId)).toMatchObject({ tier: 'edge', fellBack: { code: 'crossing.rejected' } })
    expect(scripted.sent).toEqual([])
  })

  test('an answer of this machine stands, though the way up is free when the run is taken up again', async () => {
    const [at, scripted] = [fresh(), allowing(scriptedOutside(() => claims()))]
    scripted.endpoint = { ...scripted.endpoint, isEnabled: false }
    const first = dying(at, scripted)
    first.dieAt('loop.after_work')
    void first.runs.ask('datacenter').catch(() => undefined)
    await first.gone()
    scripted.endpoint = { ...scripted.endpoint, isEnabled: true }
    const [row] = openCrossings(at, scripted).db.prepare<[], { id: string }>('SELECT id FROM runs').all()
    const runs = await reborn(at, scripted, row?.id ?? '')
    expect(runs.result(row?.id ?? '')).toMatchObject({ tier: 'edge', fellBack: { from: 'datacenter' } })
    expect(scripted.sent).toEqual([])
  })
})
