/** Everything that is wrong with a plan, each fault with its code and place. A plan with any fault is not put before anybody. Pure. */
import type { AgentDefinition } from '../agent.ts'
import { defaultBudget } from '../budget.ts'
import { MissionPlan, type PlannedShard } from './plan.ts'
import { type FindDocument, type FoundDocument, noDocuments } from './plan-documents.ts'

export const planFaultCodes = [
  'plan.malformed',
  'plan.duplicate_key',
  'plan.unknown_agent',
  'plan.unknown_shard',
  'plan.cycle',
  'plan.unknown_field',
  'plan.missing_input',
  'plan.input_too_long',
  'plan.unknown_document',
  'plan.ambiguous_document',
  'plan.document_above',
  'plan.same_document',
  'plan.over_budget',
] as const
export type PlanFaultCode = (typeof planFaultCodes)[number]

export interface PlanFault {
  readonly code: PlanFaultCode
  /** Where in the plan, such as `shards[2].after[0]`. Made of names and numbers of ours: it holds no text of whoever wrote the plan. */
  readonly at: string
}

/** What is known of an agent that a shard may be given to. */
export type PlannableAgent = Pick<AgentDefinition, 'name' | 'input' | 'budget'>

/** Tokens that a shard may spend. */
export const tokensOf = ({ agent, budget }: Pick<PlannedShard, 'agent' | 'budget'>, agents: readonly PlannableAgent[]): number =>
  budget?.tokensMax ?? agents.find(({ name }) => name === agent)?.budget.tokensMax ?? defaultBudget.tokensMax

/** Keys in an order in which each comes after all that it waits for; null where they wait for each other. */
export function orderOf(shards: ReadonlyArray<Pick<PlannedShard, 'key' | 'after'>>): readonly string[] | null {
  const ordered: string[] = []
  let waiting = [...shards]
  while (waiting.length > 0) {
    const free = waiting.filter(({ after }) => after.every((key) => ordered.includes(key)))
    if (free.length === 0) return null
    ordered.push(...free.map(({ key }) => key))
    waiting = waiting.filter((shard) => !free.includes(shard))
  }
  return ordered
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')

const documentFaults = {
  unknown: 'plan.unknown_document',
  ambiguous: 'plan.ambiguous_document',
  above: 'plan.document_above',
} as const satisfies Readonly<Record<Exclude<FoundDocument['kind'], 'one'>, PlanFaultCode>>

/** Fields of a shard that stand for documents, and were given. */
const documentFields = ({ agent, input }: Pick<PlannedShard, 'agent' | 'input'>, agents: readonly PlannableAgent[]): readonly string[] =>
  (agents.find(({ name }) => name === agent)?.input ?? [])
    .filter(({ name, kind }) => kind === 'document' && (input[name] ?? '').trim() !== '')
    .map(({ name }) => name)

function faultsOfDocuments(shard: PlannedShard, at: string, agents: readonly PlannableAgent[], find: FindDocument): readonly PlanFault[] {
  const known: string[] = []
  return documentFields(shard, agents).flatMap((name): readonly PlanFault[] => {
    const found = find(shard.input[name] ?? '')
    const place = `${at}.input.${name}`
    if (found.kind !== 'one') return [{ code: documentFaults[found.kind], at: place }]
    const isAgain = known.includes(found.documentId)
    known.push(found.documentId)
    return isAgain ? [{ code: 'plan.same_document', at: place }] : []
  })
}

/** The shard with each document by its id: what a person commits is that document, whatever bears its name later. */
function withDocuments(shard: PlannedShard, agents: readonly PlannableAgent[], find: FindDocument): PlannedShard {
  const ids = documentFields(shard, agents).flatMap((name) => {
    const found = find(shard.input[name] ?? '')
    return found.kind === 'one' ? [[name, found.documentId]] : []
  })
  return { ...shard, input: { ...shard.input, ...Object.fromEntries(ids) } }
}

function faultsOfShard({ agent, input, after }: PlannedShard, at: string, agents: readonly PlannableAgent[], keys: readonly string[]) {
  const faults: PlanFault[] = []
  for (const [index, key] of after.entries())
    if (!keys.includes(key)) faults.push({ code: 'plan.unknown_shard', at: `${at}.after[${index}]` })
  const definition = agents.find(({ name }) => name === agent)
  if (definition === undefined) return [...faults, { code: 'plan.unknown_agent', at: `${at}.agent` } as const]
  const fields = Object.keys(input)
  for (const [index, name] of fields.entries()) {
    const field = definition.input.find((known) => known.name === name)
    // A name that nobody declared is told by its number.
    if (field === undefined) faults.push({ code: 'plan.unknown_field', at: `${at}.input[${index}]` })
    else if ((input[name]?.length ?? 0) > field.charsMax) faults.push({ code: 'plan.input_too_long', at: `${at}.input.${field.name}` })
  }
  for (const { name, isRequired, default: standard } of definition.input)
    if (isRequired && standard === null && (input[name] ?? '').trim() === '')
      faults.push({ code: 'plan.missing_input', at: `${at}.input.${name}` })
  return faults
}

/** `tokensMax`: what all shards together may spend. `known`: keys of shards that are there already. The plan has every document by its id. */
export function checkPlan(
  value: unknown,
  agents: readonly PlannableAgent[],
  tokensMax: number,
  { find = noDocuments, known = [] }: { readonly find?: FindDocument; readonly known?: readonly string[] } = {},
): { readonly plan: MissionPlan | null; readonly faults: readonly PlanFault[] } {
  const parsed = MissionPlan.safeParse(value)
  if (!parsed.success) {
    // A key that a stranger chose stands in a path only where the form has no such key.
    const ours = /^(shards|key|title|agent|input|after|budget|tokensMax)$/
    const cut = (path: readonly PropertyKey[]) => path.filter((part) => typeof part === 'number' || ours.test(String(part)))
    const places = new Set(parsed.error.issues.map(({ path }) => placeOf(cut(path))))
    return { plan: null, faults: [...places].map((at) => ({ code: 'plan.malformed', at })) }
  }
  const { shards } = parsed.data
  const keys = shards.map(({ key }) => key)
  const faults: PlanFault[] = shards.flatMap((shard, index) => {
    const at = `shards[${index}]`
    const isAgain = keys.indexOf(shard.key) !== index || known.includes(shard.key)
    return [
      ...(isAgain ? [{ code: 'plan.duplicate_key', at: `${at}.key` } as const] : []),
      ...faultsOfShard(shard, at, agents, [...known, ...keys]),
      ...faultsOfDocuments(shard, at, agents, find),
    ]
  })
  const isNamed = !faults.some(({ code }) => code === 'plan.duplicate_key' || code === 'plan.unknown_shard')
  const waits = shards.map(({ key, after }) => ({ key, after: after.filter((other) => !known.includes(other)) }))
  if (isNamed && orderOf(waits) === null) faults.push({ code: 'plan.cycle', at: 'shards' })
  // What a stranger may spend is not known.
  if (faults.some(({ code }) => code === 'plan.unknown_agent')) return { plan: null, faults }
  const spent = shards.reduce((sum, shard) => sum + tokensOf(shard, agents), 0)
  if (spent > tokensMax) faults.push({ code: 'plan.over_budget', at: 'shards' })
  return { plan: faults.length === 0 ? { shards: shards.map((shard) => withDocuments(shard, agents, find)) } : null, faults }
}

/** What the events say of each shard of a plan. */
export const proposedShards = ({ shards }: MissionPlan, agents: readonly PlannableAgent[]) =>
  shards.map((shard) => ({ key: shard.key, agent: shard.agent, after: shard.after, tokensMax: tokensOf(shard, agents) }))

const toldMax = 10

/** All of it as one sentence, as far as one is read. */
export const tellFaults = (faults: readonly PlanFault[]): string =>
  [
    ...faults.slice(0, toldMax).map(({ code, at }) => `${at === '' ? 'the whole' : at} ${explainPlanFault[code]}`),
    ...(faults.length > toldMax ? [`and ${faults.length - toldMax} more`] : []),
  ].join('; ')

/** What is said of a fault to whoever wrote the plan: a person, or a model that is asked again. */
export const explainPlanFault: Readonly<Record<PlanFaultCode, string>> = {
  'plan.malformed': 'is not of the form of a plan',
  'plan.duplicate_key': 'is the key of another shard as well',
  'plan.unknown_agent': 'names an agent that is not here',
  'plan.unknown_shard': 'waits for a shard that is not in the plan',
  'plan.cycle': 'wait for each other, so that none could begin',
  'plan.unknown_field': 'is no field of this agent',
  'plan.missing_input': 'is missing, and this agent needs it',
  'plan.input_too_long': 'is longer than this agent takes',
  'plan.unknown_document': 'names a document that is not there to be given',
  'plan.ambiguous_document': 'is the name of several documents',
  'plan.document_above': 'names a document that is labelled above the mission',
  'plan.same_document': 'names the same document once more',
  'plan.over_budget': 'may together spend more than the mission may',
}
