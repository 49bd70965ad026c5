/** The tasks of a mission as an agent proposes them: what a model wrote under a grammar, checked, or one that follows from the goal alone. Pure. */
import * as z from 'zod'
import { type AgentDefinition, AgentName } from './agent.ts'
import { Budget } from './budget.ts'

export const planLimits = { shardsMax: 8, partsMax: 4, titleCharsMax: 120, fieldCharsMax: 500, goalCharsMax: 2_000 } as const

const Key = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)

export const PlanDraft = z.strictObject({
  goal: z.string().min(1).max(planLimits.goalCharsMax),
  shards: z
    .array(
      z.strictObject({
        key: Key,
        title: z.string().min(1).max(planLimits.titleCharsMax),
        agent: AgentName,
        input: z.record(z.string(), z.string().max(10_000)),
        /** Keys of those that must have ended before. */
        after: z.array(Key).max(planLimits.shardsMax),
        budget: Budget.partial().optional(),
      }),
    )
    .min(1)
    .max(planLimits.shardsMax),
})
export type PlanDraft = z.infer<typeof PlanDraft>

type Planned = Pick<AgentDefinition, 'name' | 'input'>

const keys: readonly string[] = Array.from({ length: planLimits.shardsMax }, (_, i) => `s${i + 1}`)

/** Agents whose required input a plan can give: texts. Which document is meant, only a person knows before it was found. */
export const plannable = (agents: readonly (Planned & Pick<AgentDefinition, 'output'>)[]): readonly Planned[] =>
  agents.filter(({ output, input }) => output !== 'plan' && input.every(({ kind, isRequired }) => kind === 'text' || !isRequired))

/** The grammar a model writes a plan under: known agents with the fields they require, known keys, and no spending of its own. */
export const planSchema = (agents: readonly Planned[]) => ({
  type: 'object',
  properties: {
    shards: {
      type: 'array',
      minItems: 1,
      maxItems: planLimits.shardsMax,
      items: {
        anyOf: agents.map(({ name, input }) => {
          const required = input.filter(({ isRequired }) => isRequired)
          const fields = required.map(({ name: field, charsMax }) => [
            field,
            { type: 'string', minLength: 1, maxLength: Math.min(charsMax, planLimits.fieldCharsMax) },
          ])
          return {
            type: 'object',
            properties: {
              key: { enum: keys },
              title: { type: 'string', minLength: 1, maxLength: planLimits.titleCharsMax },
              agent: { const: name },
              input: {
                type: 'object',
                properties: Object.fromEntries(fields),
                required: required.map(({ name: field }) => field),
                additionalProperties: false,
              },
              after: { type: 'array', items: { enum: keys }, maxItems: planLimits.partsMax },
            },
            required: ['key', 'title', 'agent', 'input', 'after'],
            additionalProperties: false,
          }
        }),
      },
    },
  },
  required: ['shards'],
  additionalProperties: false,
})

/** What is wrong with a plan, as our own code; null = it can be carried out. */
export function planFault({ shards }: PlanDraft, agents: readonly Planned[]): string | null {
  const known = new Set(shards.map(({ key }) => key))
  if (known.size !== shards.length) return 'plan.double_key'
  for (const { agent, input } of shards) {
    const definition = agents.find(({ name }) => name === agent)
    if (definition === undefined) return 'plan.unknown_agent'
    const fields = new Map(definition.input.map((field) => [field.name, field]))
    if (Object.entries(input).some(([name, text]) => text.length > (fields.get(name)?.charsMax ?? -1))) return 'plan.bad_input'
    const isMissing = ({ name, isRequired, default: standard }: Planned['input'][number]) =>
      isRequired && (input[name] ?? standard ?? '').trim() === ''
    if (definition.input.some(isMissing)) return 'plan.missing_input'
  }
  const done = new Set<string>()
  // Each round ends at least one of those whose predecessors have ended, or there is a circle.
  for (let left = [...shards]; left.length > 0; ) {
    const ready = left.filter(({ after }) => after.every((key) => done.has(key)))
    if (shards.some(({ after }) => after.some((key) => !known.has(key)))) return 'plan.unknown_key'
    if (ready.length === 0) return 'plan.circle'
    for (const { key } of ready) done.add(key)
    left = left.filter(({ key }) => !done.has(key))
  }
  return null
}

/** What a model wrote, as a plan for this goal; a code where it is none that can be carried out. */
export function readPlan(goal: string, text: string, agents: readonly Planned[]): PlanDraft | string {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return 'plan.malformed'
  }
  const shards = typeof raw === 'object' && raw !== null && 'shards' in raw ? raw.shards : null
  const parsed = PlanDraft.safeParse({ goal: goal.slice(0, planLimits.goalCharsMax), shards })
  return parsed.success ? (planFault(parsed.data, agents) ?? parsed.data) : 'plan.malformed'
}

/** The parts of a goal: its sentences, and what stands beside each other in them. */
export function partsOf(goal: string): readonly string[] {
  const parts = goal
    .split(/(?<=[.?!])\s+|;|\n|,?\s+and also\s+/i)
    .map((part) => part.replaceAll(/\s+/g, ' ').trim())
    .filter((part) => /\p{L}/u.test(part))
  if (parts.length <= planLimits.partsMax) return parts.length === 0 ? [goal.trim()] : parts
  // What does not fit into parts of its own stays with the last one: nothing of the goal is lost.
  return [...parts.slice(0, planLimits.partsMax - 1), parts.slice(planLimits.partsMax - 1).join(' ')]
}

const short = (text: string): string => (text.length <= planLimits.titleCharsMax ? text : `${text.slice(0, planLimits.titleCharsMax - 1)}…`)

/** The plan without a model: each part is researched, and a report is written once all of them are there. */
export function playbookPlan(goal: string): PlanDraft {
  const parts = partsOf(goal)
  const research = parts.map((part, i) => ({
    ...{ key: keys[i] ?? `s${i + 1}`, title: short(part), agent: 'research' },
    ...{ input: { topic: part.slice(0, planLimits.fieldCharsMax) }, after: [] },
  }))
  const report = {
    ...{ key: keys[research.length] ?? 's8', title: short(`Report: ${goal}`), agent: 'report-writer' },
    ...{ input: { topic: goal.slice(0, planLimits.fieldCharsMax) }, after: research.map(({ key }) => key) },
  }
  return { goal: goal.slice(0, planLimits.goalCharsMax), shards: [...research, report] }
}
