/**
 * A context bundle: what is handed on when a session of work ends or waits, in few tokens, with the way back to every word of it.
 * Decisions and parameters are kept whole, or by where they stand; the rest says what the next one must know. Pure.
 */
import * as z from 'zod'
import { canonicalJson } from './canonical-json.ts'
import { fail, ok, type Result } from './result.ts'
import { tokensAtMost } from './token-estimate.ts'

export const bundleRules = {
  /** Measured so that nearly any tokenizer makes fewer of it. */
  tokensMax: 2_000,
  /** Tokens of the source for each of the bundle: aimed at, and the least that is let through. */
  ratioAim: 5,
  ratioMin: 4,
  /** A smaller source is not held to the ratio: its bundle costs little, and would say nothing any more. */
  ratioFromTokens: 8_000,
  /** Of a model's window, for everything that is carried over into the next session. */
  resumeShareMax: 0.12,
} as const

/** Named by its run and the version of the event that it was made at. */
export const ContextBundleId = z.string().regex(/^run_[0-9A-HJKMNP-TV-Z]{26}\.[1-9]\d{0,8}$/, 'expected an id like run_….12')
export const contextBundleId = (runId: string, atVersion: number): string => `${runId}.${atVersion}`
export function readBundleId(id: string): { readonly runId: string; readonly atVersion: number } {
  const at = id.indexOf('.')
  return { runId: id.slice(0, at), atVersion: Number(id.slice(at + 1)) }
}

export const bundleTriggers = ['complete', 'failed', 'held'] as const
export const BundleTrigger = z.enum(bundleTriggers)
export type BundleTrigger = z.infer<typeof BundleTrigger>

const text = z.string().max(4_000)
/** A text of its source: `input`, `result`, or what a step was given, gave, or was told. */
export const SectionId = z.string().regex(/^(?:input|result|step-\d{1,6}\.(?:input|output|feedback))$/)

/** As it stands; or its beginning, and in which section all of it stands. */
export const BundleValue = z.union([z.strictObject({ text }), z.strictObject({ section: SectionId, chars: z.int().min(0), begins: text })])
export type BundleValue = z.infer<typeof BundleValue>

export const BundleDecision = z.strictObject({
  /** The step that it is about. */
  key: z.string().regex(/^step-\d{1,6}$/),
  choice: text,
  why: BundleValue,
  by: z.enum(['person', 'nobody']),
})
export type BundleDecision = z.infer<typeof BundleDecision>

export const BundleFinding = z.strictObject({ text, isVerified: z.boolean(), sources: z.array(z.string().max(60)).max(20) })
export type BundleFinding = z.infer<typeof BundleFinding>

export const BundleArtifact = z.strictObject({ kind: z.enum(['file', 'note']), name: z.string().max(300), section: SectionId })
export type BundleArtifact = z.infer<typeof BundleArtifact>

export const Handoff = z.strictObject({
  goal: text,
  summary: text,
  /** How it goes on from here. */
  continuation: text,
  artifacts: z.array(BundleArtifact),
  /** Keys of the decisions that the next one is bound by. */
  decisions: z.array(z.string()),
  openRisks: z.array(text),
})

const count = z.int().min(0)

export const ContextBundle = z.strictObject({
  format: z.literal('holdfast.context-bundle'),
  version: z.literal(1),
  id: ContextBundleId,
  agent: z.string().max(64),
  trigger: BundleTrigger,
  /** The bundle of the session of work that this one went on from. */
  continues: ContextBundleId.nullable(),
  summary: text,
  decisions: z.array(BundleDecision),
  findings: z.array(BundleFinding),
  parameters: z.record(z.string().max(120), BundleValue),
  nextSteps: z.array(text),
  handoff: Handoff,
  /** What found no room; it stands in the source. */
  leftOut: z.strictObject({ findings: count, artifacts: count, openRisks: count }),
  source: z.strictObject({ tokens: count, sections: count }),
})
export type ContextBundle = z.infer<typeof ContextBundle>

/** Of the bundle as it is kept. */
export const bundleTokens = (bundle: ContextBundle): number => tokensAtMost([canonicalJson(bundle)])
export const ratioOf = (bundle: ContextBundle, tokens = bundleTokens(bundle)): number => bundle.source.tokens / tokens

/** What a bundle is held against: every text of its source, and what must be in it. */
export interface BundleSource {
  readonly sections: ReadonlyMap<string, string>
  readonly parameters: ReadonlyMap<string, { readonly text: string; readonly section: string }>
  readonly decisions: ReadonlyMap<string, { readonly text: string; readonly section: string | null }>
}

/** The whole text of a value; null where it points at nothing. */
export const valueText = (value: BundleValue, source: Pick<BundleSource, 'sections'>): string | null =>
  'text' in value ? value.text : (source.sections.get(value.section) ?? null)

/** A value by its place is kept when it begins as the original does, and its section holds the original. */
function isKept(value: BundleValue, original: string, source: BundleSource): boolean {
  const section = valueText(value, source)
  if ('text' in value) return section === original
  if (section === null || value.chars !== original.length || !original.startsWith(value.begins)) return false
  return section.includes(original) || section.includes(JSON.stringify(original).slice(1, -1))
}

/** Everything that is wrong with a bundle, in words; empty when nothing is. */
export function bundleFaults(bundle: ContextBundle, source: BundleSource): readonly string[] {
  const tokens = bundleTokens(bundle)
  const ratio = ratioOf(bundle, tokens)
  const byKey = new Map(bundle.decisions.map((decision) => [decision.key, decision]))
  return [
    ...(tokens > bundleRules.tokensMax ? [`It takes ${tokens} tokens; ${bundleRules.tokensMax} are the most.`] : []),
    ...(bundle.source.tokens >= bundleRules.ratioFromTokens && ratio < bundleRules.ratioMin
      ? [`It is ${ratio.toFixed(2)} times as short as its source; at least ${bundleRules.ratioMin} is asked.`]
      : []),
    ...[...source.decisions].flatMap(([key, { text: why }]) => {
      const kept = byKey.get(key)
      if (kept === undefined) return [`The decision ${key} is missing.`]
      return isKept(kept.why, why, source) ? [] : [`The decision ${key} is not as it was made.`]
    }),
    ...[...source.parameters].flatMap(([key, { text: value }]) => {
      const kept = Object.hasOwn(bundle.parameters, key) ? bundle.parameters[key] : undefined
      if (kept === undefined) return [`The parameter ${key} is missing.`]
      return isKept(kept, value, source) ? [] : [`The parameter ${key} is not as it was given.`]
    }),
    ...bundle.handoff.decisions.filter((key) => !byKey.has(key)).map((key) => `The hand-off names a decision that is not there: ${key}.`),
  ]
}

/** A bundle that may be handed on, or `context_bundle.refused` with the first thing that is wrong. */
export function checkedBundle(bundle: ContextBundle, source: BundleSource): Result<ContextBundle> {
  const parsed = ContextBundle.safeParse(bundle)
  if (!parsed.success)
    return fail('context_bundle.malformed', 'The context bundle has not the form that it must have.', 'Look at the run itself.')
  const [fault] = bundleFaults(parsed.data, source)
  return fault === undefined ? ok(parsed.data) : fail('context_bundle.refused', fault, 'Look at the run itself: all of it is kept.')
}
