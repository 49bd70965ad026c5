/** Words that lead agents, as they cross the border: versions, labels, and how long each is. */
import * as z from 'zod'
import { AgentName, PromptName } from '../domain/agent.ts'
import { Label } from '../domain/label.ts'
import { PromptLabel, PromptOrigin, PromptText } from '../domain/prompt.ts'
import { call } from './define.ts'

const count = z.int().min(0)
const time = z.int().min(0)
const version = z.int().min(1)
const named = { agent: AgentName, prompt: PromptName }

/** `isEstimated`: no model that serves here has counted them. */
const Tokens = { tokens: count, isEstimated: z.boolean() }

export const PromptVersion = z.strictObject({ version, origin: PromptOrigin, at: time, by: z.string(), label: Label, ...Tokens })
export type PromptVersion = z.infer<typeof PromptVersion>

export const PromptSummary = z.strictObject({
  ...named,
  versions: count,
  /** By their names; `current` leads new runs. */
  labels: z.array(z.strictObject({ name: PromptLabel, version })),
  newest: PromptVersion,
})
export type PromptSummary = z.infer<typeof PromptSummary>

/** Something that speaks against a prompt or an agent. `blocks`: it is not offered. */
export const AgentFault = z.strictObject({
  code: z.string(),
  severity: z.enum(['blocks', 'warns', 'advises']),
  field: z.string(),
  message: z.string(),
})
export type AgentFault = z.infer<typeof AgentFault>

export const PromptDetail = PromptVersion.extend({
  ...named,
  /** Null after a purge. */
  text: z.string().nullable(),
  /** Labels that point at this version. */
  pointedAt: z.array(PromptLabel),
  versions: z.array(PromptVersion),
  /** Newest first. */
  moves: z.array(z.strictObject({ name: PromptLabel, version, at: time, by: z.string() })),
  faults: z.array(AgentFault),
})
export type PromptDetail = z.infer<typeof PromptDetail>

export const PromptDiff = z.strictObject({ ...named, from: version, to: version, diff: z.string() })
export type PromptDiff = z.infer<typeof PromptDiff>

/** A version by its number, or by the label that points at it. */
const Which = z.union([version, PromptLabel])

export const promptCalls = {
  'prompts.list': call(
    'Prompts by agent, with what is in use',
    z.strictObject({ agent: AgentName.optional() }),
    z.strictObject({ items: z.array(PromptSummary) }),
  ),
  'prompts.get': call(
    'One version of a prompt, with its history',
    z.strictObject({ ...named, version: Which.default('current') }),
    PromptDetail,
  ),
  'prompts.diff': call('What changed between two versions of a prompt', z.strictObject({ ...named, from: Which, to: Which }), PromptDiff),
  'prompts.publish': call(
    'Add a version of a prompt; the first one comes into use, a later one waits under a label',
    z.strictObject({
      ...named,
      text: PromptText,
      /** The label that points at it; absent = candidate. */
      as: PromptLabel.default('candidate'),
      /** Of the text itself; absent = as high as anything that this account may see. */
      label: Label.optional(),
    }),
    PromptDetail,
  ),
  'prompts.label': call(
    'Point a label at another version: `current` leads every run that is created from then on',
    z.strictObject({ ...named, version: Which, as: PromptLabel }),
    PromptDetail,
  ),
} as const
