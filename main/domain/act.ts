/**
 * An act that the policy gives to two persons: one asked, another confirms exactly that, or nobody does and it expires. Pure. One
 * person is never both, whatever roles that person holds.
 */
import * as z from 'zod'
import type { DualAct } from './policy.ts'
import type { Role } from './role.ts'

/** How long a request stands: attended time, and at most so long where nobody is ever there. */
export const actLimits = { attendedMs: 24 * 3_600_000, unattendedMs: 7 * 24 * 3_600_000, waitingMax: 100 } as const

/** `confirmed`: what was asked is being done; `done`, `failed`: how that ended; `unknown`: the core was ended in between. */
export const actStates = ['waiting', 'confirmed', 'done', 'failed', 'unknown', 'rejected', 'expired'] as const
export const ActState = z.enum(actStates)
export type ActState = z.infer<typeof ActState>

/** Who may be the second person. */
export const confirmersOf: Readonly<Record<DualAct, readonly Role[]>> = {
  'label.lower': ['reviewer', 'security_officer'],
  'document.purge': ['administrator', 'security_officer'],
  'policy.load': ['administrator', 'security_officer'],
  'tier.add': ['administrator', 'security_officer'],
  'serve.open': ['administrator', 'security_officer'],
  release: ['reviewer', 'security_officer'],
  'bundle.activate': ['administrator', 'security_officer'],
  'bundle.rollback': ['administrator', 'security_officer'],
}

/** Some systems do not tell accounts apart by the case of their letters. */
export const isSamePerson = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
