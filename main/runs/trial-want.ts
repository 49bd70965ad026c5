/**
 * What a definition wants at one place of a recorded run, and how much of a window its prompt takes there: counted by the model that
 * served then where it serves now, and estimated from what that model counted otherwise.
 */
import type { AgentDefinition } from '../domain/agent.ts'
import type { PromptSize, Wanted } from '../domain/agent-trial.ts'
import type { Budget } from '../domain/budget.ts'
import { readJson } from '../domain/canonical-json.ts'
import { bandOf, type ContextAllowance, shareOf, tokensIn, usualAllowance } from '../domain/context-window.ts'
import { contextShares } from '../domain/exemption.ts'
import type { Label } from '../domain/label.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import type { Inference } from '../world.ts'
import type { Agent } from './loop.ts'
import { type ProbeParts, probe } from './probe.ts'
import type { ContextBuilt } from './recorded-places.ts'

export type CountTokens = Inference['countTokens']

/** What an agent works with at one place. */
export interface AgentMoment {
  readonly atMs: number
  readonly countTokens: CountTokens
  readonly allowance: ContextAllowance
}

/** A definition with all that its agent needs. */
export interface TrialSide {
  readonly definition: AgentDefinition
  readonly agentAt: (moment: AgentMoment) => Agent
  /** The run's input as this definition takes it. */
  readonly input: string
  /** What a run may spend under it, where the recorded one might spend so much. */
  readonly budgetOf: (recorded: Budget) => Budget
}

/** A window, and how many tokens a byte took in a prompt that was counted in it. */
export interface Window {
  readonly contextTokens: number
  readonly tokensPerByte: number
}

export interface WantParts extends ProbeParts {
  readonly runId: string
  readonly label: Label
  /** Counts as the model did that served then; null where it does not serve now. */
  readonly counterOf: (modelId: string) => CountTokens | null
  /** Where a place has none of its own. */
  readonly usualWindow: Window | null
}

export interface StoodPlace {
  readonly state: ExistingRun
  readonly atMs: number
  readonly built: ContextBuilt | null
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

function bytesIn(prompt: string): number {
  const messages = readJson(prompt)
  if (!Array.isArray(messages)) return 0
  const texts = messages.map((one: unknown) => (typeof one === 'object' && one !== null && 'text' in one ? String(one.text) : ''))
  return texts.reduce((sum, text) => sum + bytesOf(text), 0)
}

export function windowOf({ prompt, promptTokens, contextTokens }: ContextBuilt, readBody: ProbeParts['readBody']): Window | null {
  const bytes = bytesIn(readBody(prompt.body) ?? '')
  return bytes === 0 || contextTokens === 0 ? null : { contextTokens, tokensPerByte: promptTokens / bytes }
}

export function sizeOf(tokens: number, contextTokens: number, leftOut: number, isOver = false): PromptSize {
  const share = shareOf(tokens, contextTokens)
  return { tokens, contextTokens, share, band: bandOf(share), isOver, leftOut }
}

/** The model of this machine that a run was started with; null = none. */
function modelIn(input: string | null): string | null {
  const given = input === null ? null : readJson(input)
  return typeof given === 'object' && given !== null && 'modelId' in given && typeof given.modelId === 'string' ? given.modelId : null
}

/** Counts, and keeps what the last whole prompt had. */
function counting(count: CountTokens | null, window: Window | null) {
  const seen: { isEstimated: boolean; last: { readonly tokens: number; readonly contextTokens: number } | null } = {
    isEstimated: false,
    last: null,
  }
  const { contextTokens, tokensPerByte } = window ?? { contextTokens: 0, tokensPerByte: 0 }
  const countTokens: CountTokens = async (modelId, messages, pieces) => {
    const counted = count === null ? null : await count(modelId, messages, pieces)
    const isCounted = counted?.ok === true
    const bytes = messages.reduce((sum, { text }) => sum + bytesOf(text), 0)
    const found = isCounted ? counted : ({ ok: true, value: { tokens: Math.round(bytes * tokensPerByte), contextTokens } } as const)
    seen.isEstimated ||= !isCounted
    if (messages.length > 0) seen.last = found.value
    return found
  }
  return { seen, countTokens }
}

export async function wantAt(
  side: TrialSide,
  { state, atMs, built }: StoodPlace,
  parts: WantParts,
): Promise<Wanted & { readonly isEstimated: boolean }> {
  const { runId, label, readBody, counterOf, usualWindow } = parts
  const { definition } = side
  const modelId = modelIn(readBody(state.input.body))
  const window = (built === null ? null : windowOf(built, readBody)) ?? usualWindow
  const { seen, countTokens } = counting(modelId === null ? null : counterOf(modelId), window)
  const allowance: ContextAllowance =
    built?.exemptionId === undefined ? usualAllowance : { shareMax: contextShares.lifted, exemptionId: built.exemptionId }
  const moment = { runId, label, atMs, state: { ...state, budget: side.budgetOf(state.budget) }, input: side.input }
  const agent = side.agentAt({ atMs, countTokens, allowance })
  const { want, sizes } = await probe(agent, moment, definition.output === 'answer', parts)
  const { last, isEstimated } = seen
  const isOver = sizes === null && last !== null && last.tokens > tokensIn(last.contextTokens, allowance.shareMax)
  const rule = definition.output === 'findings' || definition.output === 'report' ? definition.reflex : null
  return {
    want: want.kind === 'model' && want.tier === 'reflex' ? { ...want, rule } : want,
    size:
      sizes !== null
        ? sizeOf(sizes.promptTokens, sizes.contextTokens, sizes.leftOut)
        : isOver && last !== null
          ? sizeOf(last.tokens, last.contextTokens, 0, true)
          : null,
    isEstimated,
  }
}
