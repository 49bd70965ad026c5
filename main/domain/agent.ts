/** What an agent is: data that says what it is given, which tools it may use, what it may spend, and what it does without a model. */
import * as z from 'zod'
import { Budget } from './budget.ts'
import { DataSources } from './data-sources.ts'
import { PassageId } from './ids.ts'
import { Tier } from './tier.ts'

const name = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)
const toolName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)

/** Arguments of a fixed step. `$input.topic` stands for what the agent was given, `$draft` for the composed text. */
const Template = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
export type Template = z.infer<typeof Template>

export const AgentDefinition = z.strictObject({
  name,
  title: z.string(),
  summary: z.string(),
  input: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-zA-Z0-9]{0,31}$/),
        title: z.string(),
        isRequired: z.boolean(),
        charsMax: z.int().min(1).max(10_000),
        /** Used when nothing was given. */
        default: z.string().nullable(),
      }),
    )
    .min(1),
  /** The field that names a run in lists. */
  titleFrom: z.string(),
  /** Every tool it may use. Anything else is refused, whoever asks. */
  tools: z.array(toolName).min(1),
  /** Those of them that a model may choose while it gathers. */
  offers: z.array(toolName),
  /** Calls and model calls together; then it drafts from what it has. */
  stepsMax: z.int().min(3).max(20),
  budget: Budget.partial(),
  /** What it does while it gathers without a model. */
  playbook: z.array(z.strictObject({ tool: toolName, arguments: Template })).min(1),
  /** The field that the draft answers. */
  draftFrom: z.string(),
  /** The call that delivers the draft. */
  deliver: z.strictObject({ tool: toolName, arguments: Template }),
  ...DataSources.shape,
})
export type AgentDefinition = z.infer<typeof AgentDefinition>

/** What a run of such an agent was given. */
export const AgentInput = z.strictObject({
  title: z.string(),
  fields: z.record(z.string(), z.string()),
  modelId: z.string().nullable(),
  /** The tier that a person asked for. */
  tier: Tier.nullable().default(null),
  /** Ids of passages that the results of others rest on: it works from them besides what it finds. */
  evidence: z.array(PassageId).max(200).default([]),
  /** What people said about earlier results of the same task. */
  wishes: z.array(z.string()).max(100).default([]),
})
export type AgentInput = z.infer<typeof AgentInput>

/** Fills a template; a name that stands for nothing is left out. */
export function fill(
  template: Template,
  fields: Readonly<Record<string, string>>,
  draft: string | null,
): Readonly<Record<string, unknown>> {
  const stands = (value: Template[string]): unknown => {
    if (value === '$draft') return draft ?? undefined
    if (typeof value === 'string' && value.startsWith('$input.')) return fields[value.slice('$input.'.length)]
    return value
  }
  const filled = Object.entries(template).map(([key, value]) => [key, stands(value)] as const)
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined))
}
