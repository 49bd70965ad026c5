/** What models were shown, as it crosses the border. */
import * as z from 'zod'
import { BundleArtifact, BundleDecision, BundleTrigger, ContextBundle, ContextBundleId, SectionId } from '../domain/context-bundle.ts'
import { LeftOutRecord, PartRecord } from '../domain/context-part.ts'
import { ContextBand } from '../domain/context-window.ts'
import { holdingsLimits } from '../domain/holdings-limits.ts'
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

/** A context bundle in a list. */
export const BundleSummary = z.strictObject({
  id: ContextBundleId,
  runId: idOf('run'),
  agent: z.string(),
  /** Counts the bundles of its run, from 1. */
  number: z.int().min(1),
  trigger: BundleTrigger,
  label: Label,
  continues: ContextBundleId.nullable(),
  tokens: count,
  sourceTokens: count,
  madeAt: count,
  /** A text that it was made from is gone, and what it says with it. */
  isPurged: z.boolean(),
})
export type BundleSummary = z.infer<typeof BundleSummary>

export const BundleDetail = BundleSummary.extend({
  /** Null after a purge. */
  bundle: ContextBundle.nullable(),
  /** Whether it is still what was recorded. */
  isIntact: z.boolean(),
  sections: z.array(z.strictObject({ id: SectionId, body: idOf('bdy'), isPurged: z.boolean() })),
})
export type BundleDetail = z.infer<typeof BundleDetail>

/** A bundle with all that it goes on from, newest first, and what was decided and made along it. */
export const BundleChain = z.strictObject({
  items: z.array(BundleSummary),
  decisions: z.array(BundleDecision.extend({ bundleId: ContextBundleId })),
  artifacts: z.array(BundleArtifact.extend({ bundleId: ContextBundleId })),
})
export type BundleChain = z.infer<typeof BundleChain>

/** A piece of a source, from `offset` (UTF-16 units). */
export const ExpandedBundle = z.strictObject({
  id: ContextBundleId,
  /** Null = all of it, as one JSON text: its events and every text by name. */
  section: SectionId.nullable(),
  chars: count,
  offset: count,
  text: z.string(),
})
export type ExpandedBundle = z.infer<typeof ExpandedBundle>

const bundleId = z.strictObject({ contextBundleId: ContextBundleId })
const page = { limit: z.int().min(1).max(holdingsLimits.pageMax).default(50), offset: count.default(0) }

export const contextCalls = {
  'context.show': call(
    'What a model was shown at one step: each part with its size, its source and why it is there, and what was left out',
    z.strictObject({ runId: idOf('run'), stepId: idOf('stp') }),
    ShownContext,
  ),
  'contextBundles.list': call(
    'What was handed on when runs ended or waited, newest first; of one run, or of all',
    z.strictObject({ ...page, runId: idOf('run').optional() }),
    z.strictObject({ items: z.array(BundleSummary), total: count }),
  ),
  'contextBundles.get': call('One context bundle, with the names of the texts that it was made from', bundleId, BundleDetail),
  'contextBundles.chain': call(
    'A context bundle and those that it goes on from, with all decisions and artifacts along it',
    bundleId,
    BundleChain,
  ),
  'contextBundles.expand': call(
    'A text that a context bundle was made from, byte for byte; or all of it',
    bundleId.extend({ section: SectionId.optional(), offset: count.default(0) }),
    ExpandedBundle,
  ),
} as const
