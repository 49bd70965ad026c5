/** A plan while a person changes it: what stands in the form, what is sent of it, and where each fault of it belongs. Pure. */
import type { AgentSummary } from '../../../main/contract/agents.ts'
import type { LookedDocument, MissionShardView } from '../../../main/contract/missions.ts'
import { explainPlanFault, type PlanFault } from '../../../main/domain/mission/check-plan.ts'
import { planLimits } from '../../../main/domain/mission/plan.ts'
import { readTokens } from './start-words.ts'

export interface ShardDraft {
  readonly key: string
  readonly title: string
  readonly agent: string
  /** A document stands there under its name where that says which one is meant. */
  readonly input: Readonly<Record<string, string>>
  readonly after: readonly string[]
  readonly tokens: string
}

/** By the names under which a person meets them. */
export type DocumentNames = ReadonlyMap<string, string>

/** Documents that can be given, by those of their names that stand for one only. */
export function namesOf(looked: readonly LookedDocument[], shards: readonly Pick<MissionShardView, 'documents'>[]): DocumentNames {
  const known = [
    ...looked.flatMap(({ documentId, file, isWithin }) => (isWithin && file !== null ? [{ documentId, file }] : [])),
    ...shards.flatMap(({ documents }) => documents.flatMap(({ documentId, file }) => (file === null ? [] : [{ documentId, file }]))),
  ]
  const names = new Map<string, string>()
  for (const { documentId, file } of known)
    if (known.every((other) => other.file !== file || other.documentId === documentId)) names.set(file, documentId)
  return names
}

export function draftsOf(shards: readonly MissionShardView[], names: DocumentNames): readonly ShardDraft[] {
  const shown = new Map([...names].map(([file, documentId]) => [documentId, file]))
  return shards.map(({ key, title, agent, input, after, tokensMax }) => ({
    ...{ key, title: title ?? '', agent, after: [...after], tokens: String(tokensMax) },
    input: Object.fromEntries(Object.entries(input).map(([name, value]) => [name, shown.get(value) ?? value])),
  }))
}

/** A new shard under the first key that is free. */
export function newDraft(drafts: readonly ShardDraft[], agent: AgentSummary | undefined): ShardDraft {
  const keys = new Set(drafts.map(({ key }) => key))
  const free = Array.from({ length: planLimits.shardsMax + 1 }, (_, i) => `s${i + 1}`).find((key) => !keys.has(key)) ?? 's1'
  return { key: free, title: '', agent: agent?.name ?? '', input: {}, after: [], tokens: String(agent?.budget.tokensMax ?? '') }
}

/** Without one shard: nothing waits for it any more. */
export const withoutDraft = (drafts: readonly ShardDraft[], key: string): readonly ShardDraft[] =>
  drafts.filter((draft) => draft.key !== key).map((draft) => ({ ...draft, after: draft.after.filter((other) => other !== key) }))

/** What is sent: only fields that the agent has and that something was written into, documents by their ids where that is known. */
export function planOf(drafts: readonly ShardDraft[], agents: readonly AgentSummary[], names: DocumentNames) {
  return {
    shards: drafts.map(({ key, title, agent, input, after, tokens }) => {
      const fields = (agents.find(({ name }) => name === agent)?.input ?? []).flatMap(({ name, kind }) => {
        const value = (input[name] ?? '').trim()
        return value === '' ? [] : [[name, kind === 'document' ? (names.get(value) ?? value) : value]]
      })
      return { key, title, agent, input: Object.fromEntries(fields), after: [...after], budget: { tokensMax: readTokens(tokens) } }
    }),
  }
}

export interface PlacedFault extends PlanFault {
  /** Of the shard; null where it is the plan's as a whole. */
  readonly key: string | null
  /** Such as `title`, `input.topic`, `after`. */
  readonly field: string
}

/** Shards may be taken away while faults are still told: each stays with its shard. */
export const placeFaults = (faults: readonly PlanFault[], drafts: readonly ShardDraft[]): readonly PlacedFault[] =>
  faults.map((fault) => {
    const [, index, field = ''] = /^shards\[(\d+)\](?:\.(.*))?$/.exec(fault.at) ?? []
    return { ...fault, key: index === undefined ? null : (drafts[Number(index)]?.key ?? null), field: field.replace(/\[\d+\]$/, '') }
  })

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}.`)

/** Once these fields of a shard were changed: what was said of them held for what stood there, and so may what was said of the plan. */
export const faultsAfter = (faults: readonly PlacedFault[], key: string, fields: readonly string[]): readonly PlacedFault[] =>
  faults.filter(
    (fault) => fault.key !== null && (fault.key !== key || !fields.some((one) => isWithin(fault.field, one) || isWithin(one, fault.field))),
  )

/** Follows what is wrong. Of the form of a shard only words can be wrong here. */
export const placedWords = ({ code, key }: PlacedFault): string =>
  code === 'plan.malformed' && key !== null ? 'is missing, or too long' : explainPlanFault[code]

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** What is said under a field; undefined where nothing is wrong there. */
export function problemAt(faults: readonly PlacedFault[], key: string, field: string): string | undefined {
  const fault = faults.find((one) => one.key === key && one.field === field)
  return fault === undefined ? undefined : capital(placedWords(fault))
}
