/** What a person decides on when something would leave this machine: the arguments that are hashed, and what is shown beside them. */
import * as z from 'zod'
import { Digest } from './digest.ts'
import { idOf } from './ids.ts'
import { Label } from './label.ts'
import { OutsideTier } from './policy.ts'
import { RouteCause, RouteMode } from './route.ts'

const count = z.int().min(0)

export const CrossingArguments = z.strictObject({
  /** What the answer is for: the next call of an agent, or the text it was asked for. */
  purpose: z.enum(['choice', 'draft']),
  tier: OutsideTier,
  endpointId: idOf('end'),
  /** Address and port, as they are connected to. */
  destination: z.string(),
  model: z.string(),
  /** Join of the labels of everything in the request. */
  label: Label,
  /** Of the exact bytes. */
  digest: Digest,
  bytes: count,
  costMicrosMax: count,
  causes: z.array(RouteCause),
  /** How often each rule took something out. */
  removed: z.record(z.string(), count),
  /** Of what the model is asked, before anything was taken out: by it the call is found again. */
  task: Digest,
  /** Which of the pieces that were found are in it. */
  included: z.array(count),
})
export type CrossingArguments = z.infer<typeof CrossingArguments>

/** Shown beside the arguments; the exact bytes are the body `payload`. */
export const CrossingPreview = z.strictObject({
  endpoint: z.string(),
  mode: RouteMode,
  /** How sure the router is that it serves the task, 0 to 1. */
  confidence: z.number(),
  payload: idOf('bdy'),
})
export type CrossingPreview = z.infer<typeof CrossingPreview>

/** What an answer says of a tier that it was to come from and did not; `code` is our own. */
export const FellBack = z.strictObject({ from: OutsideTier, code: z.string().max(80) })
export type FellBack = z.infer<typeof FellBack>
