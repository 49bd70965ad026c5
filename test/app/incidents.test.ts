/** Incidents over a whole core: what goes wrong opens one, what follows from it does not open another, and a person closes it with a cause. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CallOutput } from '../../main/contract/calls.ts'
import { AgentDefinition } from '../../main/domain/agent.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { fail } from '../../main/domain/result.ts'
import { findTool } from '../../main/tools/registry.ts'
import { faultsOf } from '../support/check-store.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { policyWithLow, signed, testKey } from '../support/policies.ts'
import { endpointOf } from '../support/route-cases.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testId } from '../support/test-core.ts'

const search = (query: string) => ({ tool: 'search_holdings', arguments: { query } })
/** Makes so many calls, each a little different, and drafts from what it found. */
const agent = (name: string, calls: number) => ({
  definition: AgentDefinition.parse({
    ...{
      name,
      title: name,
      responsibility: 'Fails for a test.',
      summary: 'Fails for a test.',
      level: 4,
      titleFrom: 'topic',
      draftFrom: 'topic',
    },
    input: [{ name: 'topic', title: 'Topic', isRequired: true, charsMax: 100, default: null }],
    ...{ output: 'findings', tools: ['search_holdings'], offers: [], stepsMax: 20, budget: {} },
    playbook: Array.from({ length: calls }, (_, at) => search(`words ${at}`)),
  }),
  prompts: {},
})
/** The tool that finds nothing any more; its failure is its own. */
const brokenTool = (name: string) => {
  const tool = findTool(name)
  return tool === null || name !== 'search_holdings'
    ? tool
    : { ...tool, perform: async () => fail('tool.broken', 'It is broken.', 'Mend it.') }
}
const world = (clock?: () => number) => ({
  agents: [agent('circler', 4), agent('stumbler', 2), agent('ghost', 1)],
  findTool: brokenTool,
  ...(clock === undefined ? {} : { clock }),
})

/** A port of this machine where nothing but root could listen. */
const nobodyThere = { host: '127.0.0.1', port: 1, serverName: null, isTls: false, certificateAuthority: null }

const run = async (core: OpenApp, name: string, label = unclassified) => {
  const { runId } = await core.call('runs.start', { agent: name, input: { topic: 'kingfisher' }, label })
  return core.settled(runId)
}
const incidents = async (core: OpenApp) => (await core.call('incidents.list')).items
const brief = (all: CallOutput<'incidents.list'>['items']) => all.map(({ cause, subject, closedAt }) => [cause, subject, closedAt === null])

describe('SLO-01 a run at fault', () => {
  test('SLO-01 one that goes in circles opens exactly one incident, also over restarts, and a person closes it with a cause', async () => {
    const data = join(temporaryFolder(), 'data')
    let core = await openApp(data, world())
    const { id, status } = await run(core, 'circler')
    expect(status).toBe('held')
    const opened = await incidents(core)
    expect(opened).toMatchObject([{ cause: 'spiral', subject: 'circler', runId: id, closedAt: null, reason: null }])
    const doctor = (await core.call('station.doctor')).checks
    expect(doctor.find(({ id: check }) => check === 'incidents')).toMatchObject({ outcome: 'warning', detail: '1 is open.' })
    await core.app.close()
    expect(faultsOf(core.paths)).toEqual([])
    core = await openApp(data, world())
    expect(await incidents(core)).toEqual(opened)
    const incidentId = opened[0]?.id
    const closed = await core.call('incidents.close', { incidentId, reason: 'The index was moved.' })
    expect(closed).toMatchObject({ closedBy: 'tester', reason: 'The index was moved.' })
    const told: string[] = []
    core.app.subscribe(0, (item) => item.kind === 'event' && told.push(item.event.event.type))()
    expect(told.filter((type) => type.startsWith('incident.'))).toEqual(['incident.opened', 'incident.closed'])
    expect(await core.codeOf('incidents.close', { incidentId, reason: 'Again.' })).toBe('incident.closed')
    expect(await core.codeOf('incidents.get', { incidentId: testId('inc', 7) })).toBe('incident.unknown')
    expect(await core.call('audit.verify')).toMatchObject({ fault: null })
  })

  test('SLO-01 a tool that is not asked any more opens one, with the run in which it failed last', async () => {
    const core = await openApp(join(temporaryFolder(), 'data'), world())
    const [, , last] = [await run(core, 'stumbler'), await run(core, 'stumbler'), await run(core, 'stumbler')]
    expect(await incidents(core)).toMatchObject([{ cause: 'breaker', subject: 'search_holdings', runId: last?.id }])
    await run(core, 'stumbler')
    expect((await incidents(core)).length).toBe(1)
  })

  test('SLO-01 an endpoint that is not asked any more opens one each time, called by its name, and none while one is open', async () => {
    let now = 1_800_000_000_000
    const core = await openApp(join(temporaryFolder(), 'data'), { clock: () => now })
    const { id: _id, hasSecret: _has, addedAt: _at, addedBy: _by, ...draft } = endpointOf({ ...nobodyThere, name: 'Rack 4' })
    const { endpoint } = await core.call('tiers.add', draft)
    const tryOut = () => core.call('tiers.test', { endpointId: endpoint.id })
    for (let at = 0; at < 9; at++) await tryOut()
    const found = await incidents(core)
    expect(found).toMatchObject([{ cause: 'breaker', subject: 'Rack 4', runId: null, closedAt: null }])
    // The one try after a minute fails, too.
    now += 60_000
    await tryOut()
    expect(await incidents(core)).toHaveLength(1)
    await core.call('incidents.close', { incidentId: found[0]?.id, reason: 'The rack was moved.' })
    now += 60_000
    await tryOut()
    expect(brief(await incidents(core))).toEqual([
      ['breaker', 'Rack 4', true],
      ['breaker', 'Rack 4', false],
    ])
    await core.call('tiers.remove', { endpointId: endpoint.id })
    expect((await incidents(core))[0]?.subject).toBe(endpoint.id)
    expect(await core.call('audit.verify')).toMatchObject({ fault: null })
  })

  test('SLO-01 OBS-03 runs that fail too often use up their budget: one incident, alerts in the self-check, and counted anew once it is explained', async () => {
    const core = await openApp(join(temporaryFolder(), 'data'), world())
    // The breaker is open from the fifth on, and a run that may not make its call fails.
    for (let at = 0; at < 30; at++) await run(core, 'ghost')
    const found = await incidents(core)
    expect(brief(found).toSorted()).toEqual([
      ['breaker', 'search_holdings', true],
      ['budget', 'ghost', true],
    ])
    const { budgets } = await core.call('incidents.list')
    const ghost = budgets.find(({ subject }) => subject === 'ghost')
    expect(ghost).toMatchObject({ tries: 30, isBreached: true, objective: 0.95 })
    const { checks } = await core.call('station.doctor')
    expect(checks.find(({ id }) => id === 'agents')).toMatchObject({
      outcome: 'warning',
      detail: expect.stringMatching(/ghost, \d+ % of its runs failed/),
    })
    for (const { id } of found) await core.call('incidents.close', { incidentId: id, reason: 'The tool was broken.' })
    await run(core, 'ghost')
    expect(brief(await incidents(core)).filter(([, , isOpen]) => isOpen)).toEqual([])
  })
})

test('SLO-01 whoever is cleared for less is not told of an incident above it, and may not close one without the role', async () => {
  const core = await openApp(join(temporaryFolder(), 'data'), world())
  await core.call('station.configure', { ceiling: 'secret' })
  await run(core, 'circler', labelFromName('secret'))
  const incidentId = (await incidents(core))[0]?.id
  const key = testKey(7)
  await core.call('policy.load', { ...signed(policyWithLow(key), key), key: publicKeyLine(key) })
  const low = async (name: 'incidents.list' | 'incidents.get' | 'incidents.close', input: object) => {
    const reply = await core.app.dispatch(name, input, { account: 'low', shell: 'cli' })
    return reply.ok ? reply.value : reply.error.code
  }
  expect(await low('incidents.list', {})).toEqual({ items: [], total: 0, budgets: [] })
  expect(await low('incidents.get', { incidentId })).toBe('role.above_clearance')
  expect(await low('incidents.close', { incidentId, reason: 'x' })).toBe('role.not_allowed')
})
