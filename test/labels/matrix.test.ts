/** Every label against every sink under every clearance: a sink holds what it may, and nothing else. The whole core; words tell what arrived. */
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CallName } from '../../main/contract/calls.ts'
import { type Label, marking, permits, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { builtInPolicy } from '../../main/domain/policy.ts'
import { ok } from '../../main/domain/result.ts'
import { roles } from '../../main/domain/role.ts'
import { labelOf } from '../../main/serve/labels.ts'
import { limits } from '../../main/serve/limits.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, signed, testKey } from '../support/policies.ts'
import { readDocument } from '../support/read-document.ts'
import { endpointOf } from '../support/route-cases.ts'
import { scriptedOutside } from '../support/scripted-outside.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const key = testKey(4)
const of = (change: Partial<Label>): Label => ({ ...unclassified, ...change })
/** Every level, and one of each kind of mark that a level does not say. */
const labels: readonly Label[] = [
  ...[unclassified, of({ categories: ['CUI'] }), of({ level: 'confidential' }), of({ level: 'confidential', releasability: 'noforn' })],
  ...[of({ level: 'secret' }), of({ level: 'secret', categories: ['SI'] }), of({ level: 'secret', dissemination: ['ORCON'] })],
  ...[of({ level: 'secret', releasability: ['GBR', 'USA'] }), of({ level: 'top_secret' })],
]
const ceiling: Label = { level: 'top_secret', categories: ['CUI', 'SI'], dissemination: ['ORCON'], releasability: 'noforn' }
const wordOf = (at: number): string => `zq00000${at}`
const gateOf = (at: number): number => 701 + at

interface Held {
  readonly label: Label
  readonly documentId: string
  readonly runId: string
  readonly conversationId: string
}
let core: OpenApp
let version = 0
const held: Held[] = []
const scripted = scriptedOutside(() => JSON.stringify({ claims: [] }))
/** `seer` may see so much, in the roles that read most. */
async function clear(clearance: Label): Promise<void> {
  version += 1
  const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: ceiling }]))
  const seer = { accounts: ['seer', 'tester'], clearance }
  const policy = samplePolicy(key, {
    ...{
      version,
      levels: ['unclassified', 'confidential', 'secret', 'top_secret'],
      compartments: ['CUI', 'SI'],
      separated: [],
      approvals: [],
    },
    ...{ sanitise: [], roles: { ...everyone, analyst: seer, reviewer: seer, auditor: seer } },
  })
  await core.call('policy.load', { ...signed(policy, key), key: publicKeyLine(key) })
}
const asSeer = async (name: CallName, input: unknown): Promise<string> => {
  const reply = await core.app.dispatch(name, input, { account: 'seer', shell: 'cli' })
  const text = JSON.stringify(reply.ok ? reply.value : reply.error)
  const data = reply.ok && typeof reply.value === 'object' && reply.value !== null && 'data' in reply.value ? String(reply.value.data) : ''
  return text + Buffer.from(data, 'base64').toString('utf8')
}

beforeAll(async () => {
  core = await openApp(
    join(folder, 'data'),
    {
      outside: scripted,
      parser: { parse: async ({ path, fileName }) => ok(await readDocument(fileName, await readFile(path))), close: async () => undefined },
    },
    { tenant: 'station' },
  )
  await core.call('station.configure', { ceiling })
  await clear(ceiling)
  for (const [at, label] of labels.entries()) {
    const file = join(folder, `paper-${at}.md`)
    writeFileSync(file, `# Paper\n\nThe crate of gate ${gateOf(at)} holds ${wordOf(at)}.\n`)
    const { importId } = await core.call('imports.start', { sources: [{ path: file }], collection: `Room ${at}`, label })
    await core.app.idle()
    const [one] = (await core.call('imports.files', { importId })).items
    const asked = { question: `What does the crate of gate ${gateOf(at)} hold?`, collection: `Room ${at}`, label, modelId: null }
    const { runId, conversationId } = await core.call('ask.start', asked)
    await core.settled(runId)
    expect(JSON.stringify(await core.call('ask.answer', { runId }))).toContain(wordOf(at))
    held.push({ label, documentId: one?.documentId ?? '', runId, conversationId })
  }
}, 60_000)

const sinks: Readonly<Record<string, (one: Held, at: number) => Promise<string>>> = {
  'documents.list': async () =>
    (await asSeer('documents.list', { limit: 50 })).replaceAll(/paper-(\d)\.md/g, (_all, at) => wordOf(Number(at))),
  'documents.blocks': ({ documentId }) => asSeer('documents.blocks', { documentId }),
  'documents.bytes': ({ documentId }) => asSeer('documents.bytes', { documentId, offset: 0, length: 400 }),
  'passages.get': ({ documentId }) => asSeer('passages.get', { passageId: `${documentId}.0` }),
  'search.query': (_one, at) => asSeer('search.query', { query: `crate gate ${gateOf(at)}` }),
  'search.query in its collection': (_one, at) => asSeer('search.query', { query: `crate gate ${gateOf(at)}`, collection: `Room ${at}` }),
  'an own question': async (_one, at) => {
    const reply = await asSeer('ask.start', { question: `What does the crate of gate ${gateOf(at)} hold?`, modelId: null })
    const { runId } = JSON.parse(reply) as { runId: string }
    await core.settled(runId)
    return asSeer('ask.answer', { runId })
  },
  'ask.answer': ({ runId }) => asSeer('ask.answer', { runId }),
  'conversations.get': ({ conversationId }) => asSeer('conversations.get', { conversationId }),
  'a paper': ({ runId }) => asSeer('answers.export', { runId, format: 'md' }),
  'a paper of a conversation': ({ conversationId }) => asSeer('conversations.export', { conversationId, format: 'json' }),
}

describe.each(labels.map((clearance) => ({ cleared: marking(clearance), clearance })))(
  'LBL-01 IDN-02 a person cleared for $cleared',
  ({ clearance }) => {
    test('is told all that is within, by every call, and nothing that is above', async () => {
      await clear(clearance)
      const wrong: string[] = []
      for (const [name, sink] of Object.entries(sinks)) {
        for (const [at, one] of held.entries()) {
          const isThere = (await sink(one, at)).includes(wordOf(at))
          if (isThere !== permits(clearance, one.label)) wrong.push(`${name}: ${marking(one.label)} ${isThere ? 'is told' : 'is missing'}`)
        }
      }
      await clear(ceiling)
      expect(wrong).toEqual([])
    }, 60_000)
  },
)

describe.each([
  { what: 'an endpoint', at: (clearance: Label) => ({ endpoint: clearance, rule: ceiling }) },
  { what: 'a tier', at: (clearance: Label) => ({ endpoint: ceiling, rule: clearance }) },
])('LBL-01 RTE-03 $what', ({ at: clearing }) => {
  test.each(labels.map((clearance) => ({ cleared: marking(clearance), clearance })))(
    'that is cleared for $cleared is sent that and nothing above',
    async ({ clearance }) => {
      const { endpoint, rule } = clearing(clearance)
      const built = builtInPolicy('tester', ceiling)
      scripted.policy = { ...built, tiers: { ...built.tiers, datacenter: { isAllowed: true, clearance: rule, crossing: 'automatic' } } }
      scripted.endpoint = endpointOf({ clearance: endpoint })
      const wrong: string[] = []
      for (const [at, { label }] of held.entries()) {
        const before = scripted.sent.length
        const asked = { question: `What does the crate of gate ${gateOf(at)} hold?`, collection: `Room ${at}`, label, tier: 'datacenter' }
        await core.settled((await core.call('ask.start', asked)).runId)
        const sent = scripted.sent.slice(before).map(({ request }) => request.body)
        const isThere = sent.some((body) => body.includes(wordOf(at)))
        if (isThere !== permits(clearance, label)) wrong.push(`${marking(label)} ${isThere ? 'was sent' : 'was kept'}`)
      }
      expect(wrong).toEqual([])
    },
    60_000,
  )
})

test('LBL-01 MOD-10 a key of the door takes requests up to its ceiling and the station’s, and no other', () => {
  for (const own of labels)
    for (const station of labels)
      for (const label of labels) {
        const taken = labelOf(JSON.stringify(label), { ceiling: own }, station, limits).ok
        expect([marking(own), marking(station), marking(label), taken]).toEqual([
          ...[marking(own), marking(station), marking(label), permits(own, label) && permits(station, label)],
        ])
      }
})
