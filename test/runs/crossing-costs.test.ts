/** A request that leaves this machine when its endpoint is lost, and what it may cost. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { fail } from '../../main/domain/result.ts'
import { automatic, beyond, open } from '../support/crossing-scenes.ts'
import { claims } from '../support/open-crossings.ts'
import { repliedWith } from '../support/scripted-outside.ts'

describe('RTE-11 an endpoint that is lost', () => {
  const lost = fail('endpoint.unreachable', 'It is gone.', 'Wait.')

  test('is fallen back from, and the answer says so', async () => {
    const scripted = automatic(beyond(() => lost))
    const runs = open(scripted)
    const runId = await runs.ask('datacenter')
    expect(runs.result(runId)).toMatchObject({ tier: 'edge', fellBack: { from: 'datacenter', code: 'endpoint.unreachable' } })
    expect(runs.run(runId).steps.filter(({ name }) => name === 'datacenter')).toMatchObject([{ failureCode: 'endpoint.unreachable' }])
    expect(scripted.sent).toHaveLength(1)
    const written = await runs.write('datacenter')
    const report = runs.run(written).steps.find(({ name }) => name === 'hand_in')
    expect(runs.bodies.read(report?.input.body ?? '')).toContain('It was to be drafted at the datacenter, which did not answer')
  })

  test('with no model here the documents are quoted, and when nothing is left it is an error, never silence', async () => {
    const none = open(automatic(beyond(() => lost)), { here: null })
    expect(none.result(await none.ask('datacenter'))).toMatchObject({ tier: 'reflex', fellBack: { code: 'endpoint.unreachable' } })
    const broken = open(automatic(beyond(() => lost)), { here: null, isQuotingBroken: true })
    expect(broken.run(await broken.ask('datacenter'))).toMatchObject({ status: 'failed', failureCode: 'route.no_tier' })
  })
})

describe('BUD what it costs', () => {
  test('a run without enough left stays here and is not ended for it', async () => {
    const scripted = automatic(beyond())
    const runs = open(scripted)
    const [model] = scripted.endpoint.models
    if (model === undefined) throw new Error('there is a model')
    scripted.endpoint = { ...scripted.endpoint, models: [{ ...model, completionMicros: 2_000_000_000 }] }
    const runId = await runs.ask('datacenter')
    expect(runs.result(runId)).toMatchObject({ tier: 'edge', fellBack: { code: 'budget.cost' } })
    expect(runs.run(runId).usage.costMicros).toBe(0)
  })

  test('BUD-06 64 runs at once never spend more than all may together', { timeout: 60_000 }, async () => {
    let most = 0
    const scripted = automatic(
      beyond(async ({ request }) => {
        await sleep(1)
        most = Math.max(most, runs.ledger.spent().costMicros)
        // An endpoint may say what it likes.
        return repliedWith(claims(), { costMicros: request.reserved.costMicros })
      }),
    )
    const runs = open(scripted, { hooks: { workers: 64 } })
    const costMicrosMax = 20_000
    runs.ledger.setQuota({ tokensMax: null, costMicrosMax, concurrentRunsMax: null })
    const ids = await Promise.all(Array.from({ length: 64 }, () => runs.ask('datacenter')))
    const tiers = ids.map((runId) => runs.result(runId).tier)
    expect(tiers.filter((tier) => tier === 'datacenter').length).toBeGreaterThan(1)
    expect(tiers.filter((tier) => tier === 'edge').length).toBeGreaterThan(1)
    expect([most <= costMicrosMax, runs.ledger.spent().costMicros <= costMicrosMax]).toEqual([true, true])
  })
})
