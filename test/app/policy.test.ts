/** A policy in force over a whole core: what it narrows is narrower from the next call on, and stays on record. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import type { Policy } from '../../main/domain/policy.ts'
import { roles } from '../../main/domain/role.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, secret, signed, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const key = testKey(1)
const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: secret }]))
const open = { separated: [], approvals: [], budgets: { tokensMax: null, costMicrosMax: null, concurrentRunsMax: null }, roles: everyone }
const paper = join(folder, 'quay.md')
writeFileSync(paper, '# Quay\n\nThe eastern quay is eleven metres deep, as the pilot book says.\n')

let core: OpenApp
let version = 0
const put = async (change: Partial<Policy>) => {
  version += 1
  const policy = samplePolicy(key, { ...open, ...change, version })
  return core.call('policy.load', { ...signed(policy, key), key: publicKeyLine(key) })
}

beforeAll(async () => {
  core = await openApp(join(folder, 'data'), {}, { tenant: 'station' })
  await core.call('station.configure', { ceiling: 'secret' })
  await core.ingest([paper], { level: 'unclassified' })
})

describe('TEN-03 a policy that is loaded', () => {
  test('wants a person for more calls; what was proposed under it waits, also once it is gone', async () => {
    await put({ approvals: ['read'] })
    expect((await core.call('tools.list')).items.find(({ name }) => name === 'search_holdings')?.needsApproval).toBe(true)
    const { runId } = await core.call('runs.start', { agent: 'report-writer', input: { topic: 'The eastern quay' } })
    expect((await core.settled(runId)).status).toBe('held')
    const events = (await core.call('runs.events', { runId })).items.map(({ event }) => event)
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool.proposed', tool: 'search_holdings', isGuarded: true }))
    expect(events.map(({ type }) => type)).not.toContain('tool.dispatched')
    await put({})
    const { items } = await core.call('approvals.list')
    expect(items.map(({ runId: of, tool }) => [of, tool])).toEqual([[runId, 'search_holdings']])
    expect(await core.call('runs.replay', { runId })).toMatchObject({ isSame: true, isChainWhole: true })
    await core.call('runs.cancel', { runId })
  })

  test('lowers what all runs may spend, and a quota that was set does not raise it', async () => {
    await core.call('quota.set', { tokensMax: 500, costMicrosMax: null, concurrentRunsMax: 8 })
    await put({ budgets: { tokensMax: 100, costMicrosMax: 7, concurrentRunsMax: 1 } })
    expect(await core.call('quota.get')).toMatchObject({
      tokensMax: 500,
      concurrentRunsMax: 8,
      policy: { tokensMax: 100, concurrentRunsMax: 1 },
    })
    await put({})
  })

  test('keeps out levels that are not in use', async () => {
    await put({ levels: ['unclassified', 'secret'] })
    expect(await core.codeOf('imports.start', { sources: [{ path: paper }], collection: 'Other', level: 'confidential' })).toBe(
      'policy.label_not_in_use',
    )
    expect(await core.codeOf('station.configure', { ceiling: 'confidential' })).toBe('policy.label_not_in_use')
    await put({})
  })

  test('takes a role away, and the denial is on record', async () => {
    const { administrator: _none, ...rest } = everyone
    await put({ roles: { ...rest, administrator: { accounts: ['ada'], clearance: secret } } })
    expect(await core.codeOf('quota.set', { tokensMax: null, costMicrosMax: null })).toBe(null)
    expect(await core.codeOf('policy.load', signed(samplePolicy(key), key))).toBe('role.not_allowed')
    expect((await core.call('station.status')).roles).not.toContain('administrator')
    const denied = await core.app.dispatch('policy.load', signed(samplePolicy(key), key), { account: 'eve', shell: 'cli' })
    expect(denied).toMatchObject({ error: { code: 'role.not_allowed' } })
  })
})
