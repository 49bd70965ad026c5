/** What leaves this account: heads of the log and security events, sent to a socket that listens as the system journal does. */
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { egress } from '../../main/composition/egress.ts'
import { AgentDefinition, type InstalledAgent } from '../../main/domain/agent.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { roles } from '../../main/domain/role.ts'
import { securityEvents } from '../../main/domain/security-events.ts'
import { openCheckpointer, openReader } from '../../main/store/open.ts'
import { findTool } from '../../main/tools/registry.ts'
import { type FakeJournal, listenAsJournal } from '../support/fake-journal.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { plainAgent } from '../support/plain-agent.ts'
import { samplePolicy, signed, testKey } from '../support/policies.ts'
import { recordedRun } from '../support/recorded-runs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const weekMs = 7 * 24 * 60 * 60_000

const clerk: InstalledAgent = {
  definition: AgentDefinition.parse({
    ...plainAgent,
    ...{ name: 'clerk', title: 'Clerk', summary: 'Writes a file', titleFrom: 'topic', draftFrom: 'topic', stepsMax: 5, budget: {} },
    input: [{ name: 'topic', title: 'Topic', isRequired: true, charsMax: 100, default: null }],
    ...{ tools: ['write_file'], offers: [] },
    playbook: [{ tool: 'write_file', arguments: { name: 'a.md', text: '$input.topic' } }],
    deliver: { tool: 'write_file', arguments: { name: 'b.md', text: '$draft' } },
  }),
  prompts: { gather: 'Gather.', draft: 'Draft.' },
}

/** Writing is unsafe here, and one file is never finished. */
function toolsWithAnEndlessCall() {
  const begun = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const find = (name: string) => {
    const tool = findTool(name)
    if (tool === null) return null
    const perform: typeof tool.perform = async (input, context) => {
      if (JSON.stringify(input).includes('endless')) {
        begun.resolve()
        await gate.promise
      }
      return tool.perform(input, context)
    }
    return { ...tool, effect: 'unsafe' as const, perform }
  }
  return { find, begun: begun.promise, end: () => gate.resolve() }
}

async function asking(core: OpenApp, topic: string) {
  const { runId } = await core.call('runs.start', { agent: 'clerk', input: { topic } })
  expect((await core.settled(runId)).status).toBe('held')
  const item = (await core.call('approvals.list')).items.find((one) => one.runId === runId)
  return core.call('approvals.get', { holdId: item?.holdId })
}

async function useDocuments(core: OpenApp): Promise<void> {
  const files = join(folder, 'files')
  mkdirSync(files)
  writeFileSync(join(files, 'quokkafile.md'), 'Pump quokkaword was inspected at 14:10.\n')
  writeFileSync(join(files, 'empty.txt'), '')
  await core.ingest([files])
  await core.call('search.query', { query: 'quokkaquestion pump' })
  const documentId = (await core.call('documents.list')).items[0]?.id
  await core.call('documents.get', { documentId })
  const label = { level: 'confidential', categories: [], dissemination: [], releasability: 'any' }
  await core.call('collections.relabel', { collection: 'Documents', label, reason: 'The quokkareason for the floor.' })
  await core.call('documents.relabel', { documentId, label, reason: 'The quokkareason for the label.' })
  await core.call('documents.remove', { documentId })
}

async function useModels(core: OpenApp): Promise<void> {
  const model = await core.call('models.import', { source: { path: tinyModels(folder).decoder } })
  await core.call('models.activate', { modelId: model.id })
  await core.call('models.verify')
}

async function exportPapers(core: OpenApp): Promise<void> {
  const { id: runId } = await core.ask('When was the quokkaword inspected?')
  await core.call('answers.export', { runId, format: 'md' })
  await core.call('answers.release', { runId, reason: 'The quokkareason for the release.' })
  await core.call('authority.set', { classifiedBy: 'quokka', derivedFrom: '', declassifyOn: '' })
}

async function changeLimits(core: OpenApp): Promise<void> {
  await core.call('quota.set', { tokensMax: null, costMicrosMax: null, concurrentRunsMax: 4 })
  await core.call('attended.set', { open: [{ fromMinute: 0, toMinute: 10_080 }] })
  await core.call('exemptions.grant', { guardrail: 'context_share', justification: 'The quokkareason is long.' })
}

/** Approves, takes back, rejects, raises; leaves one request open and the call of another under way. */
async function decide(core: OpenApp, begun: Promise<void>): Promise<void> {
  const approve = async (topic: string) => {
    const { holdId, argumentsHash, runId, stepId } = await asking(core, topic)
    await core.call('approvals.approve', { holdId, argumentsHash })
    return { runId, stepId }
  }
  const written = await approve('quokkatopic')
  expect((await core.settled(written.runId)).status).toBe('complete')
  await core.call('runs.undo', written)
  await core.call('approvals.reject', { holdId: (await asking(core, 'no')).holdId, feedback: 'Not this quokkafeedback.' })
  await core.call('runs.raise', { runId: (await asking(core, 'open')).runId, budget: { toolCallsMax: 9 } })
  await approve('endless')
  await begun
}

/** An endpoint is described, changed, tried in vain and forgotten; a way is closed; the door for programs is opened and closed. */
async function useTiersAndDoor(core: OpenApp): Promise<void> {
  const { endpoint } = await core.call('tiers.add', { ...endpointDraft, name: 'quokka tier' })
  const endpointId = endpoint.id
  await core.call('tiers.change', { endpointId, change: { firstTokenMsMax: 2_000 } })
  await core.call('tiers.secret', { endpointId, secret: { bearer: 'quokkasecret', clientKey: null } })
  await core.call('tiers.test', { endpointId })
  await core.call('route.override', { away: { kind: 'outside' }, justification: 'The quokkareason to stay here.' })
  await core.call('tiers.remove', { endpointId })
  const { key } = await core.call('serve.addKey', { name: 'quokka program', ceiling: unclassified })
  await core.call('serve.open')
  await core.call('serve.close')
  await core.call('serve.revokeKey', { keyId: key.id })
}

const endpointDraft = {
  ...{ tier: 'datacenter', host: '127.0.0.1', port: 9, serverName: null, isTls: false, basePath: '/v1', isEnabled: false },
  ...{ certificateAuthority: null, clientCertificate: null, clearance: unclassified, firstTokenMsMax: 1_000 },
  models: [{ name: 'm', contextTokens: 4_096, promptMicros: 0, completionMicros: 0 }],
}
const signer = testKey(1)
async function loadPolicies(core: OpenApp): Promise<void> {
  const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: labelFromName('secret') }]))
  const policy = signed(samplePolicy(signer, { roles: everyone, separated: [], approvals: [] }), signer)
  await core.call('policy.load', { ...policy, key: publicKeyLine(signer) })
  expect(await core.codeOf('policy.load', { ...policy, policy: `${policy.policy} `, key: publicKeyLine(signer) })).toMatch(/^policy\./)
}

/** What takes more than one person, another machine or a caller: that it is recorded is shown in the test named beside it, its way to the journal is not. */
const producedElsewhere: Readonly<Record<string, string>> = {
  'incident.opened': 'app/incidents.test.ts',
  'incident.closed': 'app/incidents.test.ts',
  'drift.found': 'app/drift.test.ts',
  'route.decided': 'runs/crossing.test.ts',
  'reply.withheld': 'runs/crossing-payload.test.ts',
  'policy.drifted': 'handlers/policy-desk.test.ts',
  'act.requested': 'handlers/acts.test.ts',
  'act.confirmed': 'handlers/acts.test.ts',
  'act.rejected': 'handlers/acts.test.ts',
  'act.expired': 'handlers/acts.test.ts',
  'act.ended': 'handlers/acts.test.ts',
  'bundle.trusted': 'app/bundles.real.test.ts',
  'bundle.loaded': 'app/bundles.real.test.ts',
  'bundle.refused': 'app/bundles.real.test.ts',
  'bundle.activated': 'app/bundles.real.test.ts',
  'bundle.activation_failed': 'app/bundles.real.test.ts',
  'bundle.imported': 'app/bundled-documents.real.test.ts',
  'bundle.swept': 'app/bundles.real.test.ts',
  'serve.called': 'composition/serve.test.ts',
  'serve.denied': 'composition/serve.test.ts',
}

/** One connection that is let through, one that is refused, and the self-test. */
async function tryToLeave(core: OpenApp): Promise<void> {
  await egress.permitEgress({ host: '127.0.0.1', port: 1, part: 'endpoint' }, () => once(connect(1, '127.0.0.1'), 'error'))
  expect(() => connect(80, '192.0.2.7')).toThrow('without a permit')
  expect((await core.call('egress.selfTest')).ok).toBe(true)
}

interface Row {
  readonly seq: number
  readonly type: string
  readonly hash: string
}
function readLog(database: string): { readonly events: readonly Row[]; readonly heads: readonly string[] } {
  const db = openReader(database)
  try {
    const heads = db.prepare<[], { json: string }>('SELECT json FROM audit_checkpoints').all()
    return {
      events: db.prepare<[], Row>('SELECT seq, type, hash FROM events').all(),
      heads: heads.map(({ json }) => {
        const { size, root } = JSON.parse(json) as { size: number; root: { value: string } }
        return `<5>head size=${size} root=sha256:${root.value} key=sha256:`
      }),
    }
  } finally {
    db.close()
  }
}
const linesWith = ({ lines }: FakeJournal, ...parts: readonly string[]) =>
  lines.filter((line) => parts.every((part) => line.includes(part)))

test('LOG-01 every event of the catalogue is produced, and stands in the log and once in the journal; no text does', async () => {
  const journal = await listenAsJournal(join(folder, 'journal', 'stdout'))
  const tools = toolsWithAnEndlessCall()
  let aheadMs = 0
  const world = { journalSocket: journal.address, agents: [clerk], findTool: tools.find, clock: () => Date.now() + aheadMs }
  const core = await openApp(join(folder, 'data'), world)
  await core.call('station.configure', { ceiling: 'secret' })
  await useDocuments(core)
  await exportPapers(core)
  await changeLimits(core)
  expect(await core.codeOf('documents.shred' as never)).toBe('call.unknown')
  await core.call('runs.import', { source: { path: recordedRun('answered').path } })
  await decide(core, tools.begun)
  await useModels(core)
  await core.call('audit.verify')
  await core.call('audit.export')
  await tryToLeave(core)
  await useTiersAndDoor(core)
  await loadPolicies(core)
  await core.call('station.backup')
  expect((await core.call('audit.checkpoint')).journal).toMatchObject({ isReachable: true, lost: 0 })

  const db = openCheckpointer(core.paths.database)
  db.exec('DROP TRIGGER events_are_never_changed')
  db.exec('UPDATE events SET at_ms = at_ms + 1 WHERE seq = 1')
  db.close()
  await core.call('audit.verify')
  const { movedTo } = await core.call('station.restore')
  tools.end()
  await core.app.close()

  // What was put in its place has a call that nobody knows the end of, and what ran out meanwhile.
  aheadMs = weekMs
  const restored = await openApp(join(folder, 'data'), world)
  await restored.app.close()
  await waitUntil(() => linesWith(journal, 'core.stopped').length === 2, 'the last event')
  await journal.close()

  const logs = [join(movedTo, 'holdfast.db'), core.paths.database].map(readLog)
  const recorded = new Map(logs.flatMap(({ events }) => events.map((event) => [event.hash, event])))
  const catalogued = [...recorded.values()].filter(({ type }) => Object.hasOwn(securityEvents, type))
  const missing = Object.keys(securityEvents).filter((type) => !catalogued.some((event) => event.type === type))
  expect(missing.filter((type) => producedElsewhere[type] === undefined)).toEqual([])
  const unnamed = Object.entries(producedElsewhere).filter(
    ([type, file]) => !readFileSync(join(import.meta.dirname, '..', file), 'utf8').includes(type),
  )
  expect(unnamed).toEqual([])
  const unheard = catalogued.filter(({ seq, type, hash }) => linesWith(journal, ` seq=${seq} type=${type} `, hash).length !== 1)
  expect(unheard).toEqual([])

  const heads = new Set(logs.flatMap((log) => log.heads))
  expect(heads.size).toBeGreaterThan(1)
  for (const head of heads) expect(linesWith(journal, head)).toHaveLength(1)
  expect(journal.lines.join('\n')).not.toMatch(/quokka|tester/)
  expect(journal.lines.every((line) => /^<[345]>(head|event) /.test(line))).toBe(true)
})
