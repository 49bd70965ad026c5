/** How a planner comes to a plan: what a model wrote under a grammar, checked, or one that follows from the goal alone. Pure. */
import type { AgentDefinition } from '../agent.ts'
import { readJson } from '../canonical-json.ts'
import { checkPlan, type PlannableAgent } from './check-plan.ts'
import type { MissionPlan, PlannedShard } from './plan.ts'
import { taskFieldCharsMax, tasksOf } from './plan-rules.ts'

/** A small model plans little at a time; a person may plan more. */
export const planDraftLimits = { shardsMax: 8, partsMax: 4, titleCharsMax: 120, fieldCharsMax: taskFieldCharsMax } as const

const keys: readonly string[] = Array.from({ length: planDraftLimits.shardsMax }, (_, i) => `s${i + 1}`)

/**
 * Agents that a shard may be given to: they leave findings, which can be checked again and joined. One that leaves a file asks a person
 * before it writes, and its rows name no passages that a quote could be looked up in.
 */
export const plannable = <T extends Pick<AgentDefinition, 'output'>>(agents: readonly T[]): readonly T[] =>
  agents.filter(({ output }) => output === 'findings')

/** Those of them that can be given all they want: two documents want two names. */
const agentsFor = (agents: readonly PlannableAgent[], names: readonly string[]): readonly PlannableAgent[] =>
  agents.filter(({ input }) => input.filter(({ kind, isRequired }) => kind === 'document' && isRequired).length <= names.length)

/**
 * The grammar a model writes a plan under: known agents with the fields they require, known keys, documents by the names that were shown,
 * and no spending of its own.
 */
export const planSchema = (agents: readonly PlannableAgent[], names: readonly string[] = []) => ({
  type: 'object',
  properties: {
    shards: {
      type: 'array',
      minItems: 1,
      maxItems: planDraftLimits.shardsMax,
      items: {
        anyOf: agentsFor(agents, names).map(({ name, input }) => {
          const required = input.filter(({ isRequired }) => isRequired)
          const fields = required.map(({ name: field, kind, charsMax }) => [
            field,
            kind === 'document'
              ? { enum: names }
              : { type: 'string', minLength: 1, maxLength: Math.min(charsMax, planDraftLimits.fieldCharsMax) },
          ])
          return {
            type: 'object',
            properties: {
              key: { enum: keys },
              title: { type: 'string', minLength: 1, maxLength: planDraftLimits.titleCharsMax },
              agent: { const: name },
              input: {
                type: 'object',
                properties: Object.fromEntries(fields),
                required: required.map(({ name: field }) => field),
                additionalProperties: false,
              },
              after: { type: 'array', items: { enum: keys }, maxItems: planDraftLimits.partsMax },
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

/** What a model wrote, as a plan with its documents by the names that were shown; null where it is none that could be carried out. What it may spend, the mission says. */
export const readPlan = (text: string, agents: readonly PlannableAgent[], names: readonly string[] = []): MissionPlan | null =>
  checkPlan(readJson(text), agents, Number.MAX_SAFE_INTEGER, {
    find: (given) => (names.includes(given) ? { kind: 'one', documentId: given } : { kind: 'unknown' }),
  }).plan

/** The parts of a goal: its sentences, and what stands beside each other in them. */
export function partsOf(goal: string): readonly string[] {
  const parts = goal
    .split(/(?<=[.?!])\s+|;|\n|,?\s+and also\s+/i)
    .map((part) => part.replaceAll(/\s+/g, ' ').trim())
    .filter((part) => /\p{L}/u.test(part))
  if (parts.length <= planDraftLimits.partsMax) return parts.length === 0 ? [goal.trim()] : parts
  // What does not fit into parts of its own stays with the last one: nothing of the goal is lost.
  return [...parts.slice(0, planDraftLimits.partsMax - 1), parts.slice(planDraftLimits.partsMax - 1).join(' ')]
}

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= planDraftLimits.titleCharsMax ? line : `${line.slice(0, planDraftLimits.titleCharsMax - 1)}…`
}

export interface PlaybookFacts {
  /** What people said about earlier plans. */
  readonly wishes?: readonly string[]
  /** Documents that were shown, by their names. */
  readonly names?: readonly string[]
  readonly agents?: readonly PlannableAgent[]
}

/**
 * The plan without a model: each part of the goal is worked on as it asks by rule, or researched, and whatever a person said about earlier
 * plans as parts of it; where there are several, the goal is looked at once more as a whole, from what they found.
 */
export function playbookPlan(goal: string, { wishes = [], names = [], agents = [] }: PlaybookFacts = {}): MissionPlan {
  const said = wishes.slice(-(planDraftLimits.shardsMax - planDraftLimits.partsMax - 1))
  const parts = [...partsOf(goal), ...said]
  const ruled = parts.flatMap((part) => tasksOf(part, names, agents))
  // Where they would be too many, no part is left out for another: each is one task.
  const tasks = ruled.length < planDraftLimits.shardsMax ? ruled : parts.flatMap((part) => tasksOf(part, [], agents))
  const shards = tasks.map(
    ({ title, ...task }, i): PlannedShard => ({ key: keys[i] ?? `s${i + 1}`, title: short(title), ...task, after: [] }),
  )
  if (shards.length === 1) return { shards }
  const whole = {
    ...{ key: keys[shards.length] ?? 's8', title: short(`All of it: ${goal}`), agent: 'research' },
    input: { topic: goal.slice(0, planDraftLimits.fieldCharsMax) },
    after: shards.map(({ key }) => key),
  }
  return { shards: [...shards, whole] }
}
