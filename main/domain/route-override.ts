/** A person keeps tasks from going where the router would send them, for one hour, and says why. It only narrows. Pure. */
import * as z from 'zod'
import { isInForce } from './exemption.ts'
import { idOf } from './ids.ts'
import { OutsideTier } from './policy.ts'

/** What is kept away from: everything outside, one tier, or one endpoint. */
export const RouteAway = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('outside') }),
  z.strictObject({ kind: z.literal('tier'), tier: OutsideTier }),
  z.strictObject({ kind: z.literal('endpoint'), endpointId: idOf('end') }),
])
export type RouteAway = z.infer<typeof RouteAway>

export interface RouteOverride {
  readonly id: string
  readonly away: RouteAway
  /** The run that it is for; null = every run. */
  readonly runId: string | null
  readonly atMs: number
}

export const overridesInForce = (overrides: readonly RouteOverride[], atMs: number): readonly RouteOverride[] =>
  overrides.filter((override) => isInForce({ grantedAtMs: override.atMs, endedAtMs: null }, atMs))
