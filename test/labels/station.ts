/**
 * A station whose people are cleared for different things, with a tier outside: the whole core, its store and its agents. Everything that
 * it says to anybody and everything that it sends is looked through for what it should not hold.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import { join as joined, type Label, marking, meet, permits, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { builtInPolicy } from '../../main/domain/policy.ts'
import { type Failure, ok } from '../../main/domain/result.ts'
import { roles } from '../../main/domain/role.ts'
import { openApp } from '../support/open-app.ts'
import { samplePolicy, signed, testKey } from '../support/policies.ts'
import { readDocument } from '../support/read-document.ts'
import { endpointOf } from '../support/route-cases.ts'
import { scriptedOutside } from '../support/scripted-outside.ts'
import { covering, createTruth, type Truth } from './truth.ts'

type Dice = (sides: number) => number
export const pick = <T>(roll: Dice, items: readonly [T, ...T[]] | readonly T[]): T => {
  const item = items[roll(items.length)]
  if (item === undefined) throw new Error('nothing to choose from')
  return item
}

/** May do and see everything, and lowers labels. */
export const officer = 'tester'
export const ceilings: readonly Label[] = [
  { ...unclassified, level: 'secret' },
  { ...unclassified, level: 'secret', categories: ['CUI', 'SI'], releasability: 'noforn' },
  { ...unclassified, level: 'top_secret', categories: ['CUI', 'SI'], dissemination: ['ORCON'], releasability: 'noforn' },
]
export function anyLabel(roll: Dice): Label {
  // Much of what people hold is nothing at all.
  if (roll(3) === 0) return unclassified
  const label: Label = {
    level: pick(roll, ['unclassified', 'unclassified', 'confidential', 'secret', 'top_secret'] as const),
    categories: pick(roll, [[], [], ['CUI'], ['SI'], ['CUI', 'SI']] as const).slice(),
    dissemination: pick(roll, [[], [], [], ['ORCON']] as const).slice(),
    releasability: pick(roll, ['any', 'any', 'noforn', ['GBR', 'USA']] as const) as Label['releasability'],
  }
  return joined(label, label)
}

export interface Figures {
  readonly violations: string[]
  /** By what was done, or where something was seen. */
  readonly counts: Map<string, number>
}

export interface LabelStation {
  readonly ceiling: Label
  readonly accounts: readonly string[]
  readonly clearances: ReadonlyMap<string, Label>
  readonly truth: Truth
  readonly figures: Figures
  /** Makes a call as somebody; a refusal is null. What comes back may hold nothing above that person. */
  as<N extends CallName>(account: string, name: N, input?: unknown): Promise<CallOutput<N> | null>
  settled(runId: string): Promise<CallOutput<'runs.get'>>
  /** Imports a text as a file; its code where it was refused, null where it is held. */
  ingest(
    text: string,
    input: Record<string, unknown>,
  ): Promise<{ readonly code: string | null; readonly isStarted: boolean; readonly file: string }>
  /** What the tier outside may have from now on. */
  clear(tier: Label, endpoint: Label, crossing: 'ask' | 'automatic'): void
  count(what: string): void
  wrong(what: string): void
  close(): Promise<void>
}

const key = testKey(3)
const Body = z.object({ messages: z.array(z.object({ content: z.string() })) })
const sentence = /The crate of gate \d+ holds \w+\./

export async function openLabelStation(folder: string, roll: Dice, figures: Figures): Promise<LabelStation> {
  mkdirSync(folder, { recursive: true })
  const truth = createTruth()
  const ceiling = pick(roll, ceilings)
  const count = (what: string) => void figures.counts.set(what, (figures.counts.get(what) ?? 0) + 1)
  const wrong = (what: string) => void figures.violations.push(`under ${marking(ceiling)}: ${what}`)
  const scripted = scriptedOutside(({ request, receipt, endpoint }) => {
    const rule = scripted.policy.tiers.datacenter.clearance
    const seen = truth.check(
      request.body,
      (label) =>
        permits(endpoint.clearance, label) && rule !== null && permits(rule, label) && covering(receipt?.label ?? unclassified)(label),
      (what) => wrong(`${what} was sent to ${marking(endpoint.clearance)}`),
    )
    count(seen > 0 ? 'sent with words' : 'sent without words')
    const text = Body.parse(JSON.parse(request.body))
      .messages.map(({ content }) => content)
      .join('\n')
    const quote = sentence.exec(text)?.[0]
    return JSON.stringify({ claims: quote === undefined ? [] : [{ text: quote, n: 1, quote }] })
  })
  const core = await openApp(
    join(folder, 'data'),
    {
      outside: scripted,
      parser: { parse: async ({ path, fileName }) => ok(await readDocument(fileName, await readFile(path))), close: async () => undefined },
    },
    { tenant: 'station' },
  )
  await core.call('station.configure', { ceiling })
  const clearances = new Map([
    [officer, ceiling],
    [
      'mid',
      pick(roll, [
        unclassified,
        joined(unclassified, { ...unclassified, level: 'confidential', categories: ['CUI'] }),
        meet(ceiling, { ...unclassified, level: 'secret' }),
      ]),
    ],
    ['low', unclassified],
  ])
  const everything = Object.fromEntries(roles.map((role) => [role, { accounts: [officer], clearance: ceiling }]))
  const policy = samplePolicy(key, {
    ...{ levels: ['unclassified', 'confidential', 'secret', 'top_secret'], compartments: ['CUI', 'SI'], separated: [], approvals: [] },
    budgets: { tokensMax: null, costMicrosMax: null, concurrentRunsMax: 4 },
    // Each role has one clearance: people who see less have roles of their own.
    roles: {
      ...everything,
      analyst: { accounts: [officer, 'mid'], clearance: clearances.get('mid') ?? unclassified },
      reviewer: { accounts: [officer, 'low'], clearance: unclassified },
      auditor: { accounts: [officer, 'low'], clearance: unclassified },
    },
    sanitise: roll(2) === 0 ? [] : [{ kind: 'portions', name: 'portions above', above: { ...unclassified, level: 'confidential' } }],
  })
  await core.call('policy.load', { ...signed(policy, key), key: publicKeyLine(key) })

  const as: LabelStation['as'] = async (account, name, input = {}) => {
    const reply = await core.app.dispatch(name, input, { account, shell: 'cli' })
    const text = JSON.stringify(reply.ok ? reply.value : reply.error)
    const seen = truth.check(text, covering(clearances.get(account) ?? unclassified), (what) => wrong(`${name} told ${account} ${what}`))
    count(reply.ok ? `${name} as ${account}` : `refused: ${(reply.error as Failure).code}`)
    if (seen > 0) count(`words to ${account}`)
    // The dispatcher parsed it with this call's own schema.
    return reply.ok ? (reply.value as CallOutput<typeof name>) : null
  }
  let files = 0
  return {
    ...{ ceiling, accounts: [...clearances.keys()], clearances, truth, figures, as, count, wrong, settled: core.settled },
    ingest: async (text, input) => {
      files += 1
      const file = `paper-${files}.md`
      const path = join(folder, file)
      writeFileSync(path, text)
      const started = await core.app.dispatch('imports.start', { sources: [{ path }], ...input }, { account: officer, shell: 'cli' })
      if (!started.ok) return { code: started.error.code, isStarted: false, file }
      await core.app.idle()
      const { importId } = started.value as CallOutput<'imports.start'>
      const [one] = (await core.call('imports.files', { importId })).items
      rmSync(path)
      return { code: one?.outcome === 'indexed' ? null : (one?.reason ?? 'not indexed'), isStarted: true, file }
    },
    clear: (tier, endpoint, crossing) => {
      const built = builtInPolicy(officer, ceiling)
      scripted.policy = { ...built, tiers: { ...built.tiers, datacenter: { isAllowed: true, clearance: tier, crossing } } }
      scripted.endpoint = endpointOf({ clearance: endpoint })
    },
    close: () => core.app.close(),
  }
}
