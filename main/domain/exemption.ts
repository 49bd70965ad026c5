/**
 * A person lifts one guardrail for one hour, and says why. What keeps material where it belongs, and what only a person may decide, is
 * never lifted. Pure.
 */
import * as z from 'zod'
import { hasHiddenCharacters } from './hidden-characters.ts'
import { fail, ok, type Result } from './result.ts'

export const exemptionLimits = { lastsMs: 60 * 60_000, justificationCharsMax: 2_000 } as const

/** Guardrails that may be lifted. */
export const liftableGuardrails = ['context_share'] as const
export const LiftableGuardrail = z.enum(liftableGuardrails)
export type LiftableGuardrail = z.infer<typeof LiftableGuardrail>

/** Guardrails that nobody lifts. */
export const fixedGuardrails = ['labels', 'egress', 'approvals', 'signatures'] as const

export const Guardrail = z.enum([...liftableGuardrails, ...fixedGuardrails])
export type Guardrail = z.infer<typeof Guardrail>

export const Justification = z
  .string()
  .trim()
  .min(1)
  .max(exemptionLimits.justificationCharsMax)
  .refine((text) => !hasHiddenCharacters(text), 'has hidden characters')

/** Share of a model's window that a prompt may take. */
export const contextShares = { usual: 0.4, lifted: 0.6 } as const

/** The guardrail as one that may be lifted, or `exemption.forbidden`. */
export function liftable(guardrail: Guardrail): Result<LiftableGuardrail> {
  const parsed = LiftableGuardrail.safeParse(guardrail)
  if (parsed.success) return ok(parsed.data)
  return fail('exemption.forbidden', `Nobody can lift the guardrail ${guardrail}.`, 'Do it in a way that the guardrail allows.')
}

export interface Exemption {
  readonly guardrail: LiftableGuardrail
  readonly grantedAtMs: number
  /** Null while nobody has noted its end. */
  readonly endedAtMs: number | null
}

/** It lasts exactly an hour. Before it was granted, by a clock that went back, it counts for nothing. */
export const isInForce = ({ grantedAtMs, endedAtMs }: Omit<Exemption, 'guardrail'>, atMs: number): boolean =>
  endedAtMs === null && atMs >= grantedAtMs && atMs < grantedAtMs + exemptionLimits.lastsMs
