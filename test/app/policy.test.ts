/** A policy in force over a whole core: what it narrows is narrower from the next call on, and stays on record. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type CallName, callNames, calls } from '../../main/contract/calls.ts'
import { unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import type { Policy } from '../../main/domain/policy.ts'
import { roles } from '../../main/domain/role.ts'
import { seenBy } from '../../main/handlers/sight.ts'
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
const put = async (change: Partial<Policy>, account = 'tester') => {
  version += 1
  const policy = samplePolicy(key, { ...open, ...change, version })
  const input = { ...signed(policy, key), key: publicKeyLine(key) }
  expect(await core.app.dispatch('policy.load', input, { account, shell: 'cli' })).toMatchObject({ ok: true })
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
    await put({}, 'ada')
  })
})

describe('IDN-02 a person sees only what the clearance of their roles permits', () => {
  /** Papers of two levels, an unclassified run, and one that has read what is secret. */
  const ids: { open: string; secret: string; openRun: string; secretRun: string; importId: string } = {
    ...{ open: '', secret: '', openRun: '', secretRun: '', importId: '' },
  }
  const as =
    (account: string) =>
    async (name: CallName, input: unknown = {}) => {
      const reply = await core.app.dispatch(name, input, { account, shell: 'cli' })
      return reply.ok ? JSON.stringify(reply.value) : reply.error.code
    }
  const low = as('low')

  beforeAll(async () => {
    const hidden = join(folder, 'hidden.md')
    writeFileSync(hidden, '# Lighthouse\n\nThe lighthouse of the eastern quay hides a transmitter in its lamp room.\n')
    await put({})
    const imported = await core.ingest([hidden], { collection: 'Closed', level: 'secret' })
    const documents = (await core.call('documents.list')).items
    ids.secret = documents.find(({ collection }) => collection === 'Closed')?.id ?? ''
    ids.open = documents.find(({ collection }) => collection !== 'Closed')?.id ?? ''
    ids.importId = imported.id
    ids.secretRun = (await core.ask('What does the lighthouse hide?')).id
    const [reviewer, auditor] = [
      { accounts: ['low'], clearance: unclassified },
      { accounts: ['tester', 'nobody'], clearance: secret },
    ]
    await put({ roles: { ...everyone, reviewer, auditor } })
  })

  test('in lists there is nothing of the rest, nor in their counts', async () => {
    expect(JSON.parse(await low('documents.list'))).toMatchObject({ total: 1, items: [{ id: ids.open }] })
    expect(JSON.parse(await low('runs.list'))).toMatchObject({ total: 0 })
    const counts = { collections: 1, documents: 1, passages: 1, runs: 0 }
    expect(JSON.parse(await low('station.status'))).toMatchObject({ counts, highest: { level: 'unclassified' } })
    expect(await core.call('station.status')).toMatchObject({ counts: { documents: 2 }, highest: { level: 'secret' } })
    expect(JSON.parse(await low('steps.list'))).toMatchObject({ total: 0 })
    expect(JSON.parse(await low('approvals.list', { isOpen: false }))).toMatchObject({ total: 0, open: 0 })
    expect(JSON.parse(await low('conversations.list'))).toMatchObject({ total: 0 })
    expect(JSON.parse(await low('collections.list')).items.map(({ name }: { name: string }) => name)).not.toContain('Closed')
    expect(JSON.parse(await low('imports.list')).items.map(({ id }: { id: string }) => id)).not.toContain(ids.importId)
    expect(await low('search.query', { query: 'lighthouse transmitter' })).not.toContain('lamp room')
    expect((await core.call('search.query', { query: 'lighthouse transmitter' })).hits.map(({ text }) => text).join()).toContain(
      'lamp room',
    )
  })

  test('what was written about something high is told to nobody below it, nor how much of it there is', async () => {
    const { documentId } = await core.call('documents.relabel', { documentId: ids.open, label: secret })
    const reason = 'It named the lamp room.'
    await core.call('documents.relabel', { documentId, label: unclassified, reason })
    await core.call('exemptions.grant', { guardrail: 'context_share', justification: 'The lamp room wants it.' })
    await core.call('route.override', { away: { kind: 'outside' }, runId: ids.secretRun, justification: 'The lamp room keeps it here.' })
    const { runId } = await core.call('ask.start', { question: 'What does the lighthouse hide?', tier: 'datacenter' })
    await core.settled(runId)
    expect((await core.call('route.list')).items.map((one) => one.runId)).toEqual([runId])
    expect((await core.call('tiers.statistics')).decisions.total).toBe(1)
    expect(JSON.stringify(await core.call('documents.labels', { documentId }))).toContain(reason)
    const told = await Promise.all([
      low('documents.labels', { documentId }),
      low('exemptions.list'),
      low('route.overrides'),
      low('route.list'),
      low('tiers.statistics'),
    ])
    expect(told.join('\n')).not.toMatch(/lamp room/)
    expect(told.join('\n')).not.toContain(ids.secretRun)
    expect(JSON.parse(told[3] ?? '')).toEqual({ items: [], total: 0 })
    expect(JSON.parse(told[4] ?? '')).toMatchObject({ decisions: { total: 0 } })
    // A file turned out to be higher than was said of it.
    const marked = join(folder, 'marked-lamp.md')
    writeFileSync(marked, 'SECRET\n\n# Lamp\n\nThe lamp is lit at nine.\n\nSECRET\n')
    const imported = await core.ingest([marked], { level: 'unclassified' })
    expect((await core.call('imports.files', { importId: imported.id })).total).toBe(1)
    expect(JSON.parse(await low('imports.files', { importId: imported.id }))).toMatchObject({ total: 0 })
    const documentsOf = (text: string) => (JSON.parse(text) as { items: { documents: number }[] }).items.map(({ documents }) => documents)
    expect(documentsOf(await low('collections.list'))).toEqual([1])
    expect(documentsOf(JSON.stringify(await core.call('collections.list'))).toSorted()).toEqual([1, 2])
  })

  test('what is named is refused at the door, and the denial is on record', async () => {
    const named: ReadonlyArray<readonly [CallName, unknown]> = [
      ['documents.get', { documentId: ids.secret }],
      ['documents.bytes', { documentId: ids.secret, offset: 0, length: 10 }],
      ['passages.get', { passageId: `${ids.secret}.0` }],
      ['imports.files', { importId: ids.importId }],
      ['runs.get', { runId: ids.secretRun }],
      ['runs.events', { runId: ids.secretRun }],
      ['ask.answer', { runId: ids.secretRun }],
      ['search.query', { query: 'quay', collection: 'Closed' }],
    ]
    for (const [name, input] of named) expect([name, await low(name, input)]).toEqual([name, 'role.above_clearance'])
    expect(await low('documents.get', { documentId: ids.open })).toContain(ids.open)
    expect(await as('nobody')('documents.get', { documentId: ids.open })).toBe('role.not_allowed')
  })

  test('a run sees as far as whoever started it', async () => {
    await put({ roles: { ...everyone, analyst: { accounts: ['low'], clearance: unclassified } } })
    const { runId } = JSON.parse(await low('ask.start', { question: 'What does the lighthouse hide?', modelId: null })) as { runId: string }
    await core.settled(runId)
    const answer = await low('ask.answer', { runId })
    expect(JSON.parse(answer)).toMatchObject({ run: { status: 'complete', label: { level: 'unclassified' } } })
    expect(answer).not.toContain('lamp room')
    // Once nobody who started it has a role, it sees nothing at all.
    const again = JSON.parse(await low('ask.start', { question: 'What is eleven metres deep?', modelId: null })) as { runId: string }
    await core.settled(again.runId)
    expect(await low('ask.answer', { runId: again.runId })).toContain('eleven')
    await put({})
  })

  test('whatever names something that is held is judged by its label', () => {
    const naming = /^(runId|documentId|passageId|importId|holdId|conversationId|collection|actId|a|b)$/
    const open = callNames.filter((name) => {
      const { input } = calls[name]
      return input instanceof z.ZodObject && Object.keys(input.shape).some((field) => naming.test(field)) && seenBy[name] === undefined
    })
    expect(open).toEqual([])
  })
})
