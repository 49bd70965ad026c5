/**
 * Makes a context bundle from a run, without a model: the same run at the same event gives the same bundle. What must be kept is put in
 * first; the rest as far as there is room, and what found none is counted.
 */
import { readJson } from '../domain/canonical-json.ts'
import {
  type BundleArtifact,
  type BundleFinding,
  type BundleTrigger,
  type BundleValue,
  bundleRules,
  bundleTokens,
  type ContextBundle,
  checkedBundle,
  contextBundleId,
} from '../domain/context-bundle.ts'
import { bundleSource, type Decided } from '../domain/context-bundle-source.ts'
import type { Result } from '../domain/result.ts'
import type { HoldKind } from '../domain/run/events.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { ToolReply } from '../domain/tool.ts'
import { shorten } from './compact.ts'

const limits = { goalCharsMax: 300, findingCharsMax: 300, lineCharsMax: 200 } as const
/** A longer value is kept by its place. Tried in this order until all of them fit. */
const valueCharsTried = [240, 80, 0] as const

export interface BundleRequest {
  readonly runId: string
  /** Version of the event that it is made at; `run` is as it was then. */
  readonly atVersion: number
  readonly trigger: BundleTrigger
  readonly run: ExistingRun
  readonly continues: string | null
  /** Null after a purge. */
  readonly read: (body: string) => string | null
}

const holdWords: Readonly<Record<HoldKind, string>> = {
  operator: 'Let it go on: a person has paused it.',
  approval: 'A person decides whether it may be made.',
  question: 'A person answers it.',
  gate: 'A person decides.',
  budget: 'Raise what it may spend, or end it.',
  policy: 'Find out what the policy says of it, and let it go on or end it.',
  spiral: 'Look at why it goes in circles, and let it go on or end it.',
  outcome_unknown: 'Find out what the call did before it goes on.',
  version: 'Look at what its agent was given since it began, and let it go on or end it.',
}

const continuations: Readonly<Record<BundleTrigger, string>> = {
  complete: 'Nothing is left to do.',
  failed: 'Another attempt begins anew, with what is said here.',
  held: 'It goes on by itself once nothing holds it.',
}

const line = (text: string): string => shorten(text.replaceAll(/\s+/g, ' ').trim(), limits.lineCharsMax)

function summaryOf(run: ExistingRun, trigger: BundleTrigger): string {
  const calls = new Map<string, { made: number; failed: number }>()
  for (const { name, phase } of run.steps) {
    const known = calls.get(name) ?? { made: 0, failed: 0 }
    const isFailed = phase === 'failed' || phase === 'failed_before_effect'
    calls.set(name, { made: known.made + 1, failed: known.failed + (isFailed ? 1 : 0) })
  }
  const told = [...calls].map(([name, { made, failed }]) => `${name} ${made}${failed === 0 ? '' : ` (${failed} failed)`}`)
  const end = run.status === 'failed' ? `failed with ${run.failureCode}` : trigger
  return `${run.agent}, attempt ${run.attempt}: ${end}. Steps: ${told.length === 0 ? 'none' : told.join(', ')}. Tokens: ${run.usage.tokens}.`
}

interface Claimed {
  readonly text: string
  readonly isVerified: boolean
  readonly sources: readonly string[]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Claims of a text that a run left: verified where its citations are, and each with the passages it rests on. */
function claimsIn(text: string | undefined): readonly Claimed[] {
  const json = readJson(text ?? '')
  if (!isRecord(json)) return []
  const passages = new Map(
    list(json.citations).flatMap((one) =>
      isRecord(one) && typeof one.n === 'number' && typeof one.passageId === 'string' ? [[one.n, one.passageId] as const] : [],
    ),
  )
  return list(json.claims).flatMap((claim) => {
    if (!isRecord(claim) || typeof claim.text !== 'string') return []
    const sources = list(claim.citations).flatMap((n) => (typeof n === 'number' ? (passages.get(n) ?? []) : []))
    return [{ text: claim.text, isVerified: claim.supported === true, sources: [...new Set(sources)].slice(0, 4) }]
  })
}

/** What the run left, or what its last draft says; verified first, in their order. */
function findingsOf(run: ExistingRun, sections: ReadonlyMap<string, string>): readonly BundleFinding[] {
  const left = claimsIn(sections.get('result'))
  const drafts = run.steps.filter(({ kind, phase }) => kind === 'model' && phase === 'succeeded').toReversed()
  const said =
    left.length > 0
      ? left
      : (drafts.map(({ ordinal }) => claimsIn(sections.get(`step-${ordinal}.output`))).find((one) => one.length > 0) ?? [])
  const findings = said.map(({ text, isVerified, sources }) => ({
    text: shorten(text, limits.findingCharsMax),
    isVerified,
    sources: [...sources],
  }))
  return [...findings.filter(({ isVerified }) => isVerified), ...findings.filter(({ isVerified }) => !isVerified)]
}

function artifactsOf({ ordinal, kind, phase }: Step, sections: ReadonlyMap<string, string>): readonly BundleArtifact[] {
  const section = `step-${ordinal}.output`
  const reply = kind === 'tool' && phase === 'succeeded' ? ToolReply.safeParse(readJson(sections.get(section) ?? '')) : null
  if (reply?.success !== true) return []
  return reply.data.artifacts.flatMap((one) =>
    one.kind === 'file' || one.kind === 'note' ? [{ kind: one.kind, name: one.name.slice(0, 300), section }] : [],
  )
}

function risksOf(run: ExistingRun, findings: readonly BundleFinding[]): readonly string[] {
  const unknown = run.steps.filter(({ phase }) => phase === 'unknown')
  const unverified = findings.filter(({ isVerified }) => !isVerified).length
  return [
    ...unknown.map(({ ordinal, name }) => `What step ${ordinal} (${name}) did is not known.`),
    ...(unverified === 0 ? [] : [`${unverified} of ${findings.length} claims are not verified.`]),
    ...(run.status === 'failed' ? [`It failed: ${run.failureCode}.`] : []),
    ...run.exceeded.map((measure) => `Its limit of ${measure.replaceAll('_', ' ')} was passed.`),
  ]
}

const nextSteps = (run: ExistingRun): readonly string[] =>
  run.holds.map(({ kind, stepId }) => {
    const step = run.steps.find(({ id }) => id === stepId)
    return step === undefined ? holdWords[kind] : `Step ${step.ordinal}, ${step.name}: ${holdWords[kind]}`
  })

const kept = (text: string, section: string | null, charsMax: number): BundleValue =>
  text.length <= charsMax || section === null ? { text } : { section, chars: text.length, begins: text.slice(0, Math.floor(charsMax / 4)) }

const decisionOf = ({ key, choice, by, why, section }: Decided, charsMax: number) => ({
  key,
  choice,
  by,
  why: kept(why, section, charsMax),
})

/** Fails with `context_bundle.refused` where what must be kept does not fit; the run itself is kept in any case. */
export function composeBundle({ runId, atVersion, trigger, run, continues, read }: BundleRequest): Result<ContextBundle> {
  const source = bundleSource(run, read)
  const { sections, parameters, decided, tokens } = source
  const isHeldToRatio = tokens >= bundleRules.ratioFromTokens
  const roomTokens = isHeldToRatio ? Math.min(bundleRules.tokensMax, Math.floor(tokens / bundleRules.ratioAim)) : bundleRules.tokensMax
  const findings = findingsOf(run, sections)
  const artifacts = run.steps.flatMap((step) => artifactsOf(step, sections))
  const openRisks = risksOf(run, findings)
  const summary = summaryOf(run, trigger)
  const goal = parameters.get('question')?.text ?? parameters.get('title')?.text ?? parameters.get('input')?.text ?? ''

  const bare = (charsMax: number): ContextBundle => ({
    ...{ format: 'holdfast.context-bundle', version: 1, id: contextBundleId(runId, atVersion), agent: run.agent, trigger, continues },
    ...{ summary: '', findings: [], nextSteps: [] },
    decisions: decided.map((one) => decisionOf(one, charsMax)),
    parameters: Object.fromEntries([...parameters].map(([key, { text, section }]) => [key, kept(text, section, charsMax)])),
    handoff: {
      ...{
        goal: shorten(goal, charsMax === 0 ? limits.lineCharsMax / 4 : limits.goalCharsMax),
        summary: line(`${run.agent} is ${trigger}.`),
      },
      ...{ continuation: continuations[trigger], artifacts: [], decisions: decided.map(({ key }) => key), openRisks: [] },
    },
    leftOut: { findings: findings.length, artifacts: artifacts.length, openRisks: openRisks.length },
    source: { tokens, sections: sections.size },
  })
  let bundle = valueCharsTried.map(bare).find((one) => bundleTokens(one) <= roomTokens) ?? bare(0)
  /** Keeps a change where there is room for it. */
  const add = (change: (bundle: ContextBundle) => ContextBundle): void => {
    const more = change(bundle)
    if (bundleTokens(more) <= roomTokens) bundle = more
  }
  const handing = (one: ContextBundle, change: Partial<ContextBundle['handoff']>): ContextBundle => ({
    ...one,
    handoff: { ...one.handoff, ...change },
  })
  add((one) => ({ ...one, summary }))
  add((one) => ({ ...one, nextSteps: nextSteps(run).map(line) }))
  for (const risk of openRisks)
    add((one) => ({
      ...handing(one, { openRisks: [...one.handoff.openRisks, line(risk)] }),
      leftOut: { ...one.leftOut, openRisks: one.leftOut.openRisks - 1 },
    }))
  for (const artifact of artifacts)
    add((one) => ({
      ...handing(one, { artifacts: [...one.handoff.artifacts, artifact] }),
      leftOut: { ...one.leftOut, artifacts: one.leftOut.artifacts - 1 },
    }))
  for (const finding of findings)
    add((one) => ({ ...one, findings: [...one.findings, finding], leftOut: { ...one.leftOut, findings: one.leftOut.findings - 1 } }))
  return checkedBundle(bundle, source)
}
