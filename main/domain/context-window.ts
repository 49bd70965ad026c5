/**
 * How much of a model's window a prompt may take, and what is done with one that would take more. Answers get worse long before a
 * window is full, so the limit is a share of it. Pure; shares are of the window that the model really has.
 */
import * as z from 'zod'
import { contextShares, type Exemption, isInForce } from './exemption.ts'

export const windowRules = {
  /** From here on it is told that a prompt comes near the limit. */
  softShare: 0.35,
  hardShare: contextShares.usual,
  /** What chooses the next step stays small: it is asked again and again, and what it hands on is done elsewhere. */
  mainShareMax: 0.2,
  /** A task that alone takes more belongs to an agent of its own. */
  taskShareMax: 0.2,
} as const

export const contextBands = ['optimal', 'good', 'warning', 'critical'] as const
export const ContextBand = z.enum(contextBands)
export type ContextBand = z.infer<typeof ContextBand>

/** Lower ends of the bands: each reaches to the next, its own lower end included. */
const bandsFrom: ReadonlyArray<readonly [share: number, band: ContextBand]> = [
  [0.6, 'critical'],
  [0.4, 'warning'],
  [0.2, 'good'],
]

/** 0–20 % optimal, 20–40 % good, 40–60 % warning, from 60 % on critical. What cannot be said is critical. */
export function bandOf(share: number): ContextBand {
  if (Number.isNaN(share)) return 'critical'
  return bandsFrom.find(([from]) => share >= from)?.[1] ?? 'optimal'
}

/** Tokens that a share of a window is; never one more. */
export const tokensIn = (contextTokens: number, share: number): number => Math.max(0, Math.floor(contextTokens * share + 1e-9))

/** Share of a window; without a window nothing takes any of it. */
export const shareOf = (tokens: number, contextTokens: number): number => (contextTokens === 0 ? 0 : tokens / contextTokens)

/** What a prompt may take now: the usual share, or the lifted one by an exemption that stands in the log. */
export interface ContextAllowance {
  readonly shareMax: number
  readonly exemptionId: string | null
}

export const usualAllowance: ContextAllowance = { shareMax: windowRules.hardShare, exemptionId: null }

export function allowanceAt(exemptions: ReadonlyArray<Exemption & { readonly id: string }>, atMs: number): ContextAllowance {
  const lifting = exemptions.find((one) => one.guardrail === 'context_share' && isInForce(one, atMs))
  return lifting === undefined ? usualAllowance : { shareMax: contextShares.lifted, exemptionId: lifting.id }
}

/** Whether a prompt may go out: within the usual share, or within the lifted one with its exemption named. */
export function mayGoOut(promptTokens: number, contextTokens: number, exemptionId: string | null): boolean {
  if (promptTokens <= tokensIn(contextTokens, windowRules.hardShare)) return true
  return exemptionId !== null && promptTokens <= tokensIn(contextTokens, contextShares.lifted)
}

/** Near the limit, or above the usual one by an exemption. */
export const isNearLimit = (promptTokens: number, contextTokens: number): boolean =>
  promptTokens > tokensIn(contextTokens, windowRules.softShare)

export interface ProjectedUse {
  /** Of the whole prompt as it would be sent, counted by the model that would read it. */
  readonly promptTokens: number
  /** Of what is asked and the rules for it, without anything that was found or done. */
  readonly taskTokens: number
  readonly contextTokens: number
  readonly shareMax: number
  /** Whether another agent could do the task with a context of its own. */
  readonly canDelegate: boolean
  /** Whether anything in it may be made shorter. */
  readonly canCompact: boolean
}

export type WindowDecision = 'proceed' | 'delegate' | 'compact' | 'refuse'

/**
 * What is done with a prompt before it is sent. A task that alone takes more than a fifth, or a prompt above the limit, goes to an agent
 * of its own where there is one; what is above the limit is made shorter where it can be, and is refused otherwise.
 */
export function decideContext({
  promptTokens,
  taskTokens,
  contextTokens,
  shareMax,
  canDelegate,
  canCompact,
}: ProjectedUse): WindowDecision {
  const isOver = promptTokens > tokensIn(contextTokens, shareMax)
  const isLargeTask = taskTokens > tokensIn(contextTokens, windowRules.taskShareMax)
  if (canDelegate && (isOver || isLargeTask)) return 'delegate'
  if (!isOver) return 'proceed'
  return canCompact ? 'compact' : 'refuse'
}
