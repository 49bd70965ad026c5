/** What an agent is: data that says what it is for, what it is given, which tools it may use, what it may spend, and what it does without a model. */
import * as z from 'zod'
import { Budget } from './budget.ts'
import { DataSources } from './data-sources.ts'
import { PassageId } from './ids.ts'
import { Tier } from './tier.ts'

export const agentLimits = { runbookCharsMax: 20_000, callsMax: 12, writesMax: 20, toolsMax: 64 } as const

export const AgentName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)
const toolName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)

/** A prompt of the agent's own, `draft`, or of another one, `report-writer/draft`. */
export const PromptName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)
export const PromptReference = z.string().regex(/^(?:[a-z][a-z0-9-]{0,63}\/)?[a-z][a-z0-9-]{0,63}$/)

/** Arguments of a fixed step. `$input.topic` stands for what the agent was given, `$draft` for the composed text. */
const Template = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
export type Template = z.infer<typeof Template>

const FixedCall = z.strictObject({ tool: toolName, arguments: Template })
export type FixedCall = z.infer<typeof FixedCall>

/**
 * What an agent leaves. `answer`: one answer to one question. `findings`: claims with verified quotes. `report` and `table`: a file.
 * `plan`: the tasks of a mission.
 */
export const agentOutputs = ['answer', 'findings', 'report', 'table', 'plan'] as const
export const AgentOutput = z.enum(agentOutputs)
export type AgentOutput = z.infer<typeof AgentOutput>

/** How it drafts without a model: what answers the question, how each part begins, what a reviewer looks for, or each document's side. */
export const ReflexDraft = z.enum(['quotes', 'leads', 'marks', 'sides'])
export type ReflexDraft = z.infer<typeof ReflexDraft>

export const AgentDefinition = z.strictObject({
  name: AgentName,
  title: z.string().min(1).max(80),
  /** One sentence: what it answers for, and nothing beside it. */
  responsibility: z.string().min(1).max(300),
  summary: z.string().min(1).max(500),
  /** How much its work must be verified: 0 to 2 every change, 3 key outputs, 4 spot checks, 5 the end result only. */
  level: z.int().min(0).max(5),
  input: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-zA-Z0-9]{0,31}$/),
        title: z.string().max(120),
        /** A document is given by its id or its file name, and an agent is given its id. */
        kind: z.enum(['text', 'document']).default('text'),
        isRequired: z.boolean(),
        charsMax: z.int().min(1).max(10_000),
        /** Used when nothing was given. */
        default: z.string().nullable(),
      }),
    )
    .min(1)
    .max(20),
  /** The field that names a run in lists. */
  titleFrom: z.string(),
  output: AgentOutput,
  /** Every tool it may use. Anything else is refused, whoever asks. */
  tools: z.array(toolName).min(1).max(agentLimits.toolsMax),
  /** Those of them that a model may choose while it gathers. */
  offers: z.array(toolName).max(agentLimits.toolsMax),
  /** Calls that are needed in any case: they are made before a model chooses anything. One whose input was not given is left out. */
  prefetch: z.array(FixedCall).max(agentLimits.callsMax).default([]),
  /** Calls and model calls together; then it drafts from what it has. */
  stepsMax: z.int().min(3).max(20),
  budget: Budget.partial(),
  /** What it does while it gathers without a model. */
  playbook: z.array(FixedCall).max(agentLimits.callsMax).default([]),
  reflex: ReflexDraft.default('quotes'),
  /** The field that the draft answers. */
  draftFrom: z.string(),
  /** The call that delivers the draft; for reports and tables. */
  deliver: FixedCall.optional(),
  /** Names of files that it may write; `*` stands for any characters. */
  writes: z.array(z.string().min(1).max(120)).max(agentLimits.writesMax).default([]),
  /** `gather` leads its choices, `draft` what it writes. Without one, it does that by rule. */
  prompts: z.strictObject({ gather: PromptReference.optional(), draft: PromptReference.optional() }).default({}),
  /** What a person does with it: when to use it, what it leaves, what goes wrong and what then. Markdown. */
  runbook: z.string().max(agentLimits.runbookCharsMax).default(''),
  ...DataSources.shape,
})
export type AgentDefinition = z.infer<typeof AgentDefinition>

/** Which of its prompts. */
export const promptUses = ['gather', 'draft'] as const
export type PromptUse = (typeof promptUses)[number]

/** The agent and the name that a reference means in this agent's file. */
export function namedPrompt(agent: string, reference: string): { readonly agent: string; readonly name: string } {
  const at = reference.indexOf('/')
  return at < 0 ? { agent, name: reference } : { agent: reference.slice(0, at), name: reference.slice(at + 1) }
}

export const agentInputLimits = { evidenceMax: 200 } as const

/** What a run of such an agent was given. */
export const AgentInput = z.strictObject({
  title: z.string(),
  fields: z.record(z.string(), z.string()),
  modelId: z.string().nullable(),
  /** The tier that a person asked for. */
  tier: Tier.nullable().default(null),
  /** Ids of passages that the results of others rest on: it works from them besides what it finds. */
  evidence: z.array(PassageId).max(agentInputLimits.evidenceMax).default([]),
  /** What people said about earlier results of the same task. */
  wishes: z.array(z.string()).max(100).default([]),
  /** Why what it left before could not be taken, in our own words. */
  faults: z.array(z.string()).max(200).default([]),
})
export type AgentInput = z.infer<typeof AgentInput>

/** What was given, and what each text field says of itself where nothing was. */
export function withStandards(input: AgentDefinition['input'], given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const standard = input.flatMap(({ name, kind, default: value }) => (kind === 'text' && value !== null ? [[name, value]] : []))
  const said = Object.entries(given).filter(([, value]) => value.trim() !== '')
  return { ...Object.fromEntries(standard), ...Object.fromEntries(said) }
}

/** Names of the fields that a template asks for. */
export const fieldsIn = (template: Template): readonly string[] =>
  Object.values(template).flatMap((value) =>
    typeof value === 'string' && value.startsWith('$input.') ? [value.slice('$input.'.length)] : [],
  )

/** The calls of a list that can be made with what was given. */
export const callsFor = (calls: readonly FixedCall[], fields: Readonly<Record<string, string>>): readonly FixedCall[] =>
  calls.filter(({ arguments: template }) => fieldsIn(template).every((name) => Object.hasOwn(fields, name)))

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

/** An agent with the texts of the prompts that came with it, by their names. */
export interface InstalledAgent {
  readonly definition: AgentDefinition
  readonly prompts: Readonly<Record<string, string>>
}
