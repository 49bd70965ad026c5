/** What models were shown, as it crosses the border. */
import * as z from 'zod'
import { LeftOutRecord, PartRecord } from '../domain/context-part.ts'
import { ContextBand } from '../domain/context-window.ts'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { Tier } from '../domain/tier.ts'
import { call } from './define.ts'

const count = z.int().min(0)

/** A part with its text as the model read it; null when it is purged, or above what this person may see. */
export const ShownPart = PartRecord.omit({ at: true, isShortened: true }).extend({
  /** Null where an older version did not say it. */
  tokens: count.nullable(),
  bytes: count.nullable(),
  isShortened: z.boolean(),
  text: z.string().nullable(),
})
export type ShownPart = z.infer<typeof ShownPart>

export const ShownContext = z.strictObject({
  runId: idOf('run'),
  stepId: idOf('stp'),
  /** Number of the step in its run, from 0. */
  ordinal: count,
  tier: Tier,
  label: Label,
  promptTokens: count,
  limitTokens: count,
  /** Size of the model's window; 0 without a model. */
  contextTokens: count,
  share: z.number().min(0),
  band: ContextBand,
  /** By which it takes more than the usual share. */
  exemptionId: idOf('exm').nullable(),
  /** In the order in which the model reads them. */
  parts: z.array(ShownPart),
  /** What would have been in it, and why it is not. */
  leftOut: z.array(LeftOutRecord),
  /** Whether its parts are on record; of runs of an older version only the passages are. */
  isWhole: z.boolean(),
})
export type ShownContext = z.infer<typeof ShownContext>

export const contextCalls = {
  'context.show': call(
    'What a model was shown at one step: each part with its size, its source and why it is there, and what was left out',
    z.strictObject({ runId: idOf('run'), stepId: idOf('stp') }),
    ShownContext,
  ),
} as const
