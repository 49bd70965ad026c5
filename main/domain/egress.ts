/** Ways out of this machine, and what became of each: what the guard tells the ledger. Nothing in it was written by a document or a model. */
import * as z from 'zod'
import { Digest } from './digest.ts'
import { idOf } from './ids.ts'

export const egressLimits = { destinationCharsMax: 255 } as const

/** Which part of the product tried: a process of its own, a thread of the core, or the holder of a permit. */
export const egressParts = [
  'core',
  'command',
  'desktop',
  'worker',
  'inference',
  'parser',
  'vectors',
  'table_query',
  'endpoint',
  'serve',
] as const
export const EgressPart = z.enum(egressParts)
export type EgressPart = z.infer<typeof EgressPart>

export const EgressKind = z.enum(['connect', 'send', 'resolve', 'listen', 'fetch', 'spawn', 'native'])
export type EgressKind = z.infer<typeof EgressKind>

/** `permitted` let it through; every other reason is a refusal. */
export const EgressReason = z.enum(['permitted', 'no_permit', 'bad_target', 'not_recorded', 'not_ours'])
export type EgressReason = z.infer<typeof EgressReason>

export const EgressAttempt = z.strictObject({
  part: EgressPart,
  kind: EgressKind,
  /** `host:port`, a name, a path or a program, cut short. */
  destination: z.string().max(egressLimits.destinationCharsMax),
  reason: EgressReason,
  /** Of what was sent, where the holder of the permit said so. */
  digest: Digest.nullable(),
  runId: idOf('run').nullable(),
  stepId: idOf('stp').nullable(),
})
export type EgressAttempt = Readonly<z.infer<typeof EgressAttempt>>
