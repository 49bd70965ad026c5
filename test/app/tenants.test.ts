/** One data folder, two tenants: whatever the one asks for, what the other holds is not there. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type CallName, callNames } from '../../main/contract/calls.ts'
import { readingCalls } from '../../main/contract/reading-calls.ts'
import type { FeedItem } from '../../main/contract/runs.ts'
import { labelFromName, levels, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { roles } from '../../main/domain/role.ts'
import { createActs } from '../../main/store/acts.ts'
import { createBundleImports } from '../../main/store/bundle-imports.ts'
import { createIncidents } from '../../main/store/incidents.ts'
import { createLabels } from '../../main/store/labels.ts'
import { openReader, openStore } from '../../main/store/open.ts'
import { faultsOf } from '../support/check-store.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, signed, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { inputsOf, type Named } from '../support/tenant-inputs.ts'
import { testId } from '../support/test-core.ts'

const folder = temporaryFolder()
const caller = { account: 'tester', shell: 'cli' } as const

/** Words, names and titles that only the first tenant has. */
const secrets = ['kingfisher', 'Alpha papers', 'estuary', 'Why is the estuary closed?', 'When did the kingfisher leave the estuary?']
const [papers, model] = [join(folder, 'kingfisher.md'), tinyModels(folder).decoder]
writeFileSync(papers, '# Estuary\n\nThe kingfisher left the estuary at 14:05 on Tuesday. The estuary was closed by order 17 on Friday.\n')

/** Tables that stay empty: what stands in them is gone when its work is done. */
const passing = ['serve_calls']

const endpointDraft = {
  ...{ tier: 'datacenter', host: '127.0.0.1', port: 9, serverName: null, isTls: false, basePath: '/v1', isEnabled: false },
  ...{ certificateAuthority: null, clientCertificate: null, clearance: unclassified, firstTokenMsMax: 1_000 },
  models: [{ name: 'm', contextTokens: 4_096, promptMicros: 0, completionMicros: 0 }],
}
const noBudgets = { tokensMax: null, costMicrosMax: null, concurrentRunsMax: null }
const secret = { bearer: null, clientKey: null }
const attempts = [{ kind: 'connect', destination: 'kingfisher.example', count: 1 }]

const signer = testKey(1)
const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: labelFromName('top_secret') }]))
const policy = signed(
  samplePolicy(signer, {
    levels: [...levels],
    roles: everyone,
    separated: [],
    approvals: [],
    budgets: noBudgets,
    egress: [{ host: '127.0.0.1', port: 9 }],
  }),
  signer,
)

const actId = testId('act', 9)
const incidentId = testId('inc', 9)

interface Filled {
  readonly named: Named
  readonly ids: readonly string[]
}

const planWith = (document: string) => ({
  shards: [{ key: 's1', title: 'x', agent: 'summarise', input: { document }, after: [] }],
})

/** Everything that a person can bring about, once. */
async function fill(core: OpenApp): Promise<Filled> {
  await core.call('station.configure', { ceiling: 'top_secret' })
  const { id: importId } = await core.ingest([papers], { collection: 'Alpha papers', level: 'secret' })
  const asked = await core.ask('Why is the estuary closed?')
  const start = async () => {
    const { runId } = await core.call('runs.start', {
      agent: 'report-writer',
      input: { topic: 'When did the kingfisher leave the estuary?' },
    })
    await core.settled(runId)
    const { items } = await core.call('approvals.list')
    const { holdId, argumentsHash } = await core.call('approvals.get', { holdId: items.find((item) => item.runId === runId)?.holdId })
    return { runId, holdId, argumentsHash }
  }
  const written = await start()
  await core.call('approvals.approve', { holdId: written.holdId, argumentsHash: written.argumentsHash })
  await core.settled(written.runId)
  const waiting = await start()
  const { uploadId } = await core.call('uploads.begin', { name: 'kingfisher.csv', size: 10 })
  await core.call('uploads.append', { uploadId, offset: 0, data: Buffer.from('abc').toString('base64') })
  const exemption = await core.call('exemptions.grant', { guardrail: 'context_share', justification: 'The estuary is large.' })
  await core.call('quota.set', { tokensMax: 1_000_000, costMicrosMax: null, concurrentRunsMax: 3 })
  await core.call('attended.set', { open: [] })
  const { id: modelId } = await core.call('models.import', { source: { path: model } })
  await core.call('prompts.publish', { agent: 'report-writer', prompt: 'estuary-words', text: 'Say where the kingfisher is.' })
  const { key } = await core.call('serve.addKey', { name: 'estuary station', ceiling: unclassified })
  const { endpoint } = await core.call('tiers.add', { ...endpointDraft, name: 'estuary tier' })
  const away = { kind: 'endpoint', endpointId: endpoint.id }
  const override = await core.call('route.override', { away, runId: waiting.runId, justification: 'The estuary stays here.' })
  await core.call('policy.load', { ...policy, key: publicKeyLine(signer) })
  await core.call('egress.report', { attempts })
  await core.call('egress.status')
  await core.call('audit.checkpoint')
  await core.call('runs.export', { runId: asked.id })
  await core.call('answers.release', { runId: asked.id, reason: 'The estuary was looked at.' })

  const { missionId } = await core.call('missions.start', { goal: 'When did the kingfisher leave the estuary?' })
  await core.call('board.write', { missionId, kind: 'observation', content: 'The estuary is closed.' })
  await core.call('board.direct', { missionId, name: 'approach', content: 'Look at the estuary first.' })
  await vi.waitFor(async () => expect((await core.call('missions.get', { missionId })).gate).toBe('G2'), 10_000)

  const { id: documentId } = (await core.call('documents.list')).items[0] ?? { id: '' }
  await core.call('documents.relabel', { documentId, label: labelFromName('top_secret') })
  const { id: stepId } = (await core.call('steps.list', { runId: written.runId })).items[0] ?? { id: '' }
  const events = (await core.call('runs.events', { runId: asked.id })).items
  const body = /bdy_[0-9A-Z]{26}/.exec(JSON.stringify(events))?.[0] ?? ''
  const conversationId = asked.conversationId ?? ''
  const { holdId, argumentsHash } = waiting
  const { items: bundles } = await core.call('contextBundles.list', { runId: written.runId })
  const bundleId = bundles[0]?.id ?? ''
  const ids = [
    missionId,
    importId,
    documentId,
    stepId,
    body,
    conversationId,
    holdId,
    uploadId,
    modelId,
    key.id,
    exemption.id,
    endpoint.id,
    override.id,
  ]
  const runs = [asked.id, written.runId, waiting.runId]
  const id = (held: string) => ({ held, nowhere: testId(held.slice(0, held.indexOf('_')), 7) })
  const text = (held: string, nowhere: string) => ({ held, nowhere })
  return {
    ids: [...ids, ...runs],
    named: {
      ...{ importId: id(importId), documentId: id(documentId), stepId: id(stepId), body: id(body), conversationId: id(conversationId) },
      ...{
        missionId: id(missionId),
        holdId: id(holdId),
        uploadId: id(uploadId),
        modelId: id(modelId),
        keyId: id(key.id),
        endpointId: id(endpoint.id),
        actId: id(actId),
        incidentId: id(incidentId),
      },
      ...{ runId: id(written.runId), a: id(asked.id), b: id(written.runId) },
      contextBundleId: { held: bundleId, nowhere: `${testId('run', 7)}.9` },
      passageId: { held: `${documentId}.0`, nowhere: `${testId('doc', 7)}.0` },
      goal: text('What is it about?', 'What is it about?'),
      content: text('A word.', 'A word.'),
      ...{ context: text('A word.', 'A word.'), solution: text('a', 'a'), learning: text('a', 'a'), impact: text('a', 'a') },
      commitment: { held: argumentsHash, nowhere: argumentsHash },
      plan: { held: planWith(documentId), nowhere: planWith(testId('doc', 7)) },
      query: text('kingfisher estuary', 'nowhere anything'),
      question: text('Why is the estuary closed?', 'What is it about?'),
      quote: text('The kingfisher left the estuary', 'These words are nowhere at all'),
      contains: text('estuary', 'nowhere'),
      prompt: text('estuary-words', 'nowhere-words'),
      collection: text('Alpha papers', 'Other papers'),
      // Shipped with the product, and the same for every tenant.
      ...{
        agent: text('report-writer', 'report-writer'),
        tool: text('write_file', 'write_file'),
        ...{ name: text('a', 'a'), text: text('Words.', 'Words.'), as: text('tried', 'tried') },
        ...{ file: text('a.yaml', 'a.yaml'), definition: text('name: a', 'name: a'), expected: text('0'.repeat(64), '0'.repeat(64)) },
        data: text('', ''),
      },
      ...{
        feedback: text('No.', 'No.'),
        answer: text('yes', 'yes'),
        justification: text('Because.', 'Because.'),
        reason: text('No.', 'No.'),
        place: text('', ''),
        ...{ classifiedBy: text('a', 'a'), derivedFrom: text('a', 'a'), declassifyOn: text('a', 'a') },
        // Whoever holds the same policy loads it as their own.
        policy: text(policy.policy, policy.policy),
        signature: text(policy.signature, policy.signature),
        key: text(publicKeyLine(signer), publicKeyLine(signer)),
      },
      // A medium is the machine’s, and what a tenant took of it has the same name for all.
      ...{
        path: text('/nowhere', '/nowhere'),
        fingerprint: text('0'.repeat(64), '0'.repeat(64)),
        digest: text('0'.repeat(64), '0'.repeat(64)),
      },
      section: text('input', 'input'),
      id: text('chat', 'chat'),
      argumentsHash: { held: argumentsHash, nowhere: argumentsHash },
      source: { held: { uploadId }, nowhere: { uploadId: testId('upl', 7) } },
      sources: { held: [{ uploadId }], nowhere: [{ uploadId: testId('upl', 7) }] },
      input: { held: { topic: 'x' }, nowhere: { topic: 'x' } },
      budget: { held: {}, nowhere: {} },
      open: { held: [], nowhere: [] },
      attempts: { held: attempts, nowhere: attempts },
      away: { held: away, nowhere: { ...away, endpointId: testId('end', 7) } },
      ...Object.fromEntries(Object.entries(endpointDraft).map(([field, value]) => [field, { held: value, nowhere: value }])),
      ...{ name: text('a', 'a'), change: { held: {}, nowhere: {} }, secret: { held: secret, nowhere: secret } },
      ceiling: text('unclassified', 'unclassified'),
    },
  }
}

/** A reply without what differs between two cores or two moments, whatever they hold. */
function steady(reply: unknown): string {
  const differs = new Set(['boot', 'dataFolder', 'tookMs', 'checkedAt', 'file', 'at', 'keyId', 'pem', 'root', 'account'])
  return JSON.stringify(reply, (key, value: unknown) => {
    if (differs.has(key)) return '…'
    // The doctor's sentences have figures of the machine in them.
    return key === 'detail' && typeof value === 'string' ? value.replaceAll(/\d[\d.]*/g, '#') : value
  })
}

/** One chain for the station: an auditor verifies the whole. These say how long it is, and nothing of what stands in it. */
const ofStation = /^audit\./
const withoutCounts = (name: CallName, reply: string): string => {
  // An export has the moment in it at which it was made.
  // What a file is long follows from how often this core was asked.
  if (name === 'station.diagnostics') return reply.replaceAll(/"folder":"[^"]*"|\d+/g, '#')
  if (name === 'egress.export') return reply.replaceAll(/[0-9a-f]{64}/g, '#')
  return ofStation.test(name) ? reply.replaceAll(/\d+/g, '#') : reply
}

let [shared, alone]: OpenApp[] = []
let filled: Filled
let before: string
const data = join(folder, 'shared')

/** Every row of a tenant, whatever table it stands in. */
function rowsOf(tenant: string): ReadonlyArray<readonly [table: string, rows: readonly unknown[]]> {
  const db = openReader(join(data, 'holdfast.db'))
  try {
    const tables = db
      .prepare<[], string>("SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = 'tenant_id' ORDER BY 1")
      .pluck()
      .all()
    return tables.map((table) => [table, db.prepare(`SELECT * FROM ${table} WHERE tenant_id = ?`).all(tenant)])
  } finally {
    db.close()
  }
}

beforeAll(async () => {
  const first = await openApp(data, {}, { tenant: 'alpha' })
  filled = await fill(first)
  await first.app.close()
  // The built-in policy gives no act to two persons.
  const store = openStore(first.paths.database)
  const asked = { act: 'tier.add', call: 'tiers.add', arguments: String(filled.named.body?.held), argumentsHash: 'sha256:0' } as const
  createActs(store, 'alpha').add({ ...asked, id: actId, labelId: 1, requestedAt: 1, requestedBy: 'tester', expiresAt: 9e12 })
  const importId = String(filled.named.importId?.held)
  const brought = { importId, bundle: 'e5'.repeat(32), channel: 'estuary', seq: 1, artifact: 'a7'.repeat(32) }
  createBundleImports(store, 'alpha').add({ ...brought, item: 'estuary', title: 'Papers of the estuary', version: '1' })
  const opened = { cause: 'breaker', subject: 'kingfisher', runId: null, label: unclassified, openedAt: 1 } as const
  createIncidents(store, createLabels(store), 'alpha').add({ ...opened, id: incidentId })
  store.close()
  before = JSON.stringify(rowsOf('alpha'))
  shared = await openApp(data, {}, { tenant: 'beta' })
  alone = await openApp(join(folder, 'alone'), {}, { tenant: 'beta' })
  for (const core of [shared, alone]) {
    // No label hides what a tenant should.
    await core.call('station.configure', { ceiling: 'top_secret' })
    await core.call('audit.checkpoint')
  }
}, 60_000)

const ask = async (core: OpenApp | undefined, name: CallName, input: unknown): Promise<string> =>
  withoutCounts(name, steady(await core?.app.dispatch(name, input, caller)))

/** What was asked comes back in many answers: the question of the one is put in the place of the other's. */
function asNowhere(reply: string): string {
  let text = reply
  for (const { held, nowhere } of Object.values(filled.named)) {
    if (typeof held === 'string' && typeof nowhere === 'string' && held !== '') text = text.replaceAll(held, nowhere)
  }
  return text
}
const reading = callNames.filter((name) => readingCalls.has(name))

test('TEN-02 the first tenant has rows in every table that has tenants', () => {
  const empty = rowsOf('alpha').flatMap(([table, rows]) => (rows.length === 0 && !passing.includes(table) ? [table] : []))
  expect(empty, 'let `fill` bring about a row in each').toEqual([])
})

describe('TEN-01 TEN-02 to another tenant, what the first holds is not there', () => {
  test.each(reading)('%s', async (name) => {
    for (const { held, nowhere } of inputsOf(name, filled.named)) {
      const found = await ask(shared, name, held)
      // What is there of another and what is nowhere at all: one answer.
      expect(asNowhere(found)).toBe(await ask(shared, name, nowhere))
      // And the one that is given where the other tenant never was.
      expect(found).toBe(await ask(alone, name, held))
      const rest = asNowhere(found)
      for (const secret of [...secrets, ...filled.ids]) expect(rest).not.toContain(secret)
    }
  })

  test('the feed tells nothing of it, from its beginning on', async () => {
    const items: FeedItem[] = []
    shared?.app.subscribe(0, (item) => items.push(item))()
    const events = items.flatMap((item) => (item.kind === 'event' ? [item.event] : []))
    expect(new Set(events.map(({ tenant }) => tenant))).toEqual(new Set(['beta']))
    expect(JSON.stringify(items)).not.toMatch(new RegExp([...filled.ids, ...secrets].join('|')))
  })
})

describe('TEN-02 nor can it be changed', () => {
  test.each(callNames.filter((name) => !readingCalls.has(name)))('%s', async (name) => {
    for (const { held, nowhere } of inputsOf(name, filled.named)) {
      const naming = Object.keys(held).filter(
        (field) => field !== 'question' && JSON.stringify(held[field]) !== JSON.stringify(nowhere[field]),
      )
      // What names nothing of the other tenant is an act of one's own.
      if (naming.length === 0) continue
      expect(asNowhere(await ask(shared, name, held))).toBe(await ask(shared, name, nowhere))
    }
  })

  test('every row of the first tenant is what it was', () => {
    expect(JSON.stringify(rowsOf('alpha'))).toBe(before)
  })
})

describe('TEN-02 the same material in both', () => {
  const exported = join(folder, 'run.json')

  test('the same file is no duplicate, ranks as it would alone, and its removal takes nothing away', async () => {
    const found: unknown[] = []
    for (const core of [shared, alone]) {
      const { totals } = (await core?.ingest([papers], { collection: 'Own papers' })) ?? { totals: null }
      expect(totals).toMatchObject({ indexed: 1, duplicates: 0 })
      const { hits } = (await core?.call('search.query', { query: 'kingfisher estuary closed' })) ?? { hits: [] }
      found.push(hits.map(({ score, coverage, trace, text }) => ({ score, coverage, trace, text })))
    }
    expect(found[0]).toEqual(found[1])
    const { items } = (await shared?.call('documents.list')) ?? { items: [] }
    await shared?.call('documents.remove', { documentId: items[0]?.id })
  })

  test('the same model is admitted anew, and the file of the other stays the one that was admitted', async () => {
    const { id } = (await shared?.call('models.import', { source: { path: model } })) ?? { id: '' }
    expect(filled.ids).not.toContain(id)
    expect((await shared?.call('models.list'))?.items.map(({ state, isActive }) => [state, isActive])).toEqual([['verified', true]])
  })

  test('the run of another tenant cannot be carried in', async () => {
    await shared?.app.close()
    const again = await openApp(data, {}, { tenant: 'alpha' })
    const { text } = await again.call('runs.export', { runId: filled.named.a?.held })
    writeFileSync(exported, text)
    await again.app.close()
    shared = await openApp(data, {}, { tenant: 'beta' })
    expect(await shared.codeOf('runs.import', { source: { path: exported } })).toBe('runfile.other_tenant')
  })

  test('the first tenant finds all that it had, and one log holds for both', async () => {
    await shared?.app.close()
    const again = await openApp(data, {}, { tenant: 'alpha' })
    const documentId = filled.named.documentId?.held
    expect((await again.call('documents.bytes', { documentId, offset: 0, length: 10 })).data).toBe(
      Buffer.from('# Estuary\n').toString('base64'),
    )
    expect((await again.call('models.list')).items.map(({ state }) => state)).toEqual(['verified'])
    expect((await again.call('search.query', { query: 'kingfisher' })).hits).toHaveLength(1)
    expect(await again.call('audit.verify')).toMatchObject({ fault: null })
    expect(faultsOf(again.paths)).toEqual([])
    await again.app.close()
  })
})

test('TEN-01 a core that names no tenant is not started', async () => {
  await expect(openApp(join(folder, 'none'), {}, { tenant: '../beta' })).rejects.toThrow()
})
