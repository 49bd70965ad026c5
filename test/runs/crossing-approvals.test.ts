/** What a person says of a request that would leave this machine, and what becomes of the run after each answer. */
import { describe, expect, test } from 'vitest'
import { beyond, open } from '../support/crossing-scenes.ts'
import { claims } from '../support/open-crossings.ts'

describe('every outcome of an approval', () => {
  test('never: the run goes on here, is not asked again, and says that it was refused', async () => {
    const scripted = beyond()
    const runs = open(scripted)
    const runId = await runs.ask('datacenter')
    await runs.decide(runId, 'never')
    expect(runs.result(runId)).toMatchObject({ tier: 'edge', fellBack: { from: 'datacenter', code: 'crossing.rejected' } })
    const written = await runs.write('datacenter')
    await runs.decide(written, 'never')
    expect(runs.run(written)).toMatchObject({ status: 'complete' })
    expect(runs.run(written).steps.filter(({ name }) => name === 'cross_boundary')).toHaveLength(1)
    expect(scripted.sent).toEqual([])
  })

  test('expired: as good as no', async () => {
    const scripted = beyond()
    const runs = open(scripted, { expiresAtMs: 1 })
    const runId = await runs.ask('datacenter')
    const [hold] = runs.run(runId).holds
    const expire = { type: 'tool.expire', stepId: runs.crossing(runId)?.id ?? '', holdId: hold?.id ?? '' } as const
    expect(runs.journal.send(runId, () => [expire], { issuer: 'scheduler', account: 'holdfast' }).ok).toBe(true)
    await runs.settle(runId)
    expect(runs.result(runId)).toMatchObject({ tier: 'edge', fellBack: { code: 'crossing.expired' } })
    expect(scripted.sent).toEqual([])
  })

  test('once: every further request of the run is put to a person again', async () => {
    const scripted = beyond(({ request }) =>
      scripted.sent.length === 1 ? '{"tool":"look","arguments":{"word":"pump"}}' : request.body && '{"tool":"draft_report"}',
    )
    const runs = open(scripted)
    const runId = await runs.write('datacenter')
    for (const count of [1, 2]) {
      await runs.decide(runId, 'once')
      expect(runs.run(runId).status).toBe('held')
      expect(scripted.sent).toHaveLength(count)
    }
  })

  test('for this run: what follows goes without a question, for the same endpoint and label alone', async () => {
    const answers = ['{"tool":"look","arguments":{"word":"pump"}}', '{"tool":"draft_report"}', claims()]
    const scripted = beyond(() => answers.shift() ?? claims())
    const runs = open(scripted)
    const runId = await runs.write('datacenter')
    await runs.decide(runId, 'run')
    expect(runs.run(runId).status).toBe('complete')
    const crossings = runs.run(runId).steps.filter(({ name }) => name === 'cross_boundary')
    expect(crossings.map(({ risk, crossing }) => [risk, crossing?.coveredBy])).toEqual([
      ['crossing', null],
      ['crossing_permitted', crossings[0]?.id],
      ['crossing_permitted', crossings[0]?.id],
    ])
    expect(new Set(scripted.sent.map(({ receipt }) => receipt?.stepId)).size).toBe(3)
    const report = runs.run(runId).steps.find(({ name }) => name === 'hand_in')
    expect(runs.bodies.read(report?.input.body ?? '')).toContain('drafted by a model at the datacenter')
  })

  test('for this run: the endpoint at another address is put to a person anew', async () => {
    const answers = ['{"tool":"look","arguments":{"word":"pump"}}', '{"tool":"draft_report"}', claims()]
    const scripted = beyond(() => {
      // An administrator moves it while the run is under way.
      scripted.endpoint = { ...scripted.endpoint, host: '10.0.0.9' }
      return answers.shift() ?? claims()
    })
    const runs = open(scripted)
    const runId = await runs.write('datacenter')
    await runs.decide(runId, 'run')
    expect(runs.run(runId)).toMatchObject({ status: 'held', holds: [{ kind: 'approval' }] })
    expect(scripted.sent.map(({ endpoint }) => endpoint.host)).toEqual(['10.0.0.5'])
  })

  test('an approval for one request lets no other go: what changed is put to a person anew', async () => {
    const scripted = beyond()
    const runs = open(scripted)
    const runId = await runs.ask('datacenter')
    const [model] = scripted.endpoint.models
    if (model === undefined) throw new Error('there is a model')
    scripted.endpoint = { ...scripted.endpoint, models: [{ ...model, promptMicros: model.promptMicros * 9 }] }
    await runs.decide(runId, 'once')
    expect(runs.run(runId).status).toBe('held')
    expect(runs.run(runId).steps.map(({ phase, failureCode }) => failureCode ?? phase)).toContain('crossing.changed')
    expect(scripted.sent).toEqual([])
  })

  test('a policy that closes after the approval keeps it here', async () => {
    const scripted = beyond()
    const runs = open(scripted)
    const runId = await runs.ask('datacenter')
    scripted.policy = { ...scripted.policy, isTightened: true }
    await runs.decide(runId, 'once')
    expect(runs.result(runId)).toMatchObject({ tier: 'edge', fellBack: { from: 'datacenter', code: 'route.policy_tightened' } })
    expect(scripted.sent).toEqual([])
  })
})
