/** Ways out of this machine, and what became of each: what the guard tells the ledger. Nothing in it was written by a document or a model. */
import * as z from 'zod'
import { Digest } from './digest.ts'
import { idOf } from './ids.ts'

export const egressLimits = { destinationCharsMax: 255, countMax: 1_000_000_000 } as const

/** Which part of the product tried: a process of its own, a thread of the core, or the holder of a permit. */
export const egressParts = [
  'core',
  'desktop',
  'worker',
  'inference',
  'parser',
  'vectors',
  'table_query',
  'self_test',
  'endpoint',
  'serve',
] as const
export const EgressPart = z.enum(egressParts)
export type EgressPart = z.infer<typeof EgressPart>

export const egressKinds = ['connect', 'send', 'resolve', 'listen', 'spawn', 'native'] as const
export const EgressKind = z.enum(egressKinds)
export type EgressKind = z.infer<typeof EgressKind>

/**
 * `permitted` let it through; every other reason is a refusal. `no_permit`: nobody allowed it; `bad_target`: a permit was asked for no
 * single address; `not_recorded`: the ledger could not be written, and nothing goes without its row; `not_ours`: a program or a module
 * that does not belong to the product.
 */
export const egressReasons = ['permitted', 'no_permit', 'bad_target', 'not_recorded', 'not_ours'] as const
export const EgressReason = z.enum(egressReasons)
export type EgressReason = z.infer<typeof EgressReason>

export const EgressAttempt = z.strictObject({
  part: EgressPart,
  kind: EgressKind,
  /** `host:port`, a name, a path or a program, cut short. */
  destination: z.string().max(egressLimits.destinationCharsMax),
  reason: EgressReason,
  /** How often, since it was told last. */
  count: z.int().min(1).max(egressLimits.countMax),
  /** Planted by the self-test. */
  isTest: z.boolean(),
  /** Of what was sent, where the holder of the permit said so. */
  digest: Digest.nullable(),
  runId: idOf('run').nullable(),
  stepId: idOf('stp').nullable(),
})
export type EgressAttempt = Readonly<z.infer<typeof EgressAttempt>>
