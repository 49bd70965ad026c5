/**
 * Goes through a recorded run place by place, and asks its own agent and the one that is tried what each wants there. What differs is the
 * definition's doing: both look at the same holdings from the same place, and are judged by the same rules.
 */
import { widenedField } from '../domain/agent-change.ts'
import { judgeEnd, judgeStep, type StepFacts, type TrialStep, type Want, type Wanted } from '../domain/agent-trial.ts'
import { DataSources, permitsSource } from '../domain/data-sources.ts'
import { crossingTool } from '../domain/tool.ts'
import { createOtherSteps } from './other-steps.ts'
import type { Place, RecordedPlaces } from './recorded-places.ts'
import { replyOf } from './tool-step.ts'
import { type StoodPlace, sizeOf, type TrialSide, type WantParts, wantAt, windowOf } from './trial-want.ts'

export interface TrialParts extends Omit<WantParts, 'usualWindow'> {
  /** Where a document lies; null where it is not here any more. */
  readonly placeOf: (documentId: string) => { readonly collection: string; readonly file: string } | null
}

const limits = { firstMax: 12 } as const

/** Tools that find documents which nobody named. */
const finding: readonly string[] = ['search_holdings', 'list_documents']
const ownTiers: readonly string[] = ['edge', 'reflex']

const unjudgedOf = ({ step }: Place): string | null => {
  if (step.copiedFrom !== null) return 'It was taken over from another run.'
  if (step.name === crossingTool || (step.kind === 'model' && !ownTiers.includes(step.name)))
    return 'It was done on another machine; what was sent there is not built anew.'
  return null
}

const unasked: Wanted = { want: { kind: 'stop', code: 'run.unjudged' }, size: null }
const aboutNothing: Omit<StepFacts, 'step' | 'unjudged'> = {
  ...{ before: unasked, now: unasked, first: [], gates: null, documents: 0, denied: 0, isWider: false },
  ...{ recorded: null, isEstimated: false, isAtStepsMax: false },
}

export async function tryAgent(
  { places, end }: RecordedPlaces,
  { before, now }: { readonly before: TrialSide; readonly now: TrialSide },
  parts: TrialParts,
): Promise<{ readonly steps: readonly TrialStep[]; readonly end: ReturnType<typeof judgeEnd> | null }> {
  const others = createOtherSteps(parts)
  const windows = places.flatMap(({ built }) => (built === null ? [] : (windowOf(built, parts.readBody) ?? [])))
  const asked: WantParts = { ...parts, readBody: others.readBody, usualWindow: windows[0] ?? null }
  const sources = { before: DataSources.parse(before.definition), now: DataSources.parse(now.definition) }
  const isWider = widenedField(before.definition, { ...before.definition, ...sources.now }) !== null

  /** What it wants there; calls that would come before a recorded model call are taken to have been made. */
  async function wantNow(place: Place, stood: StoodPlace) {
    const first: Array<Extract<Want, { kind: 'call' }>> = []
    let is = await wantAt(now, { ...stood, state: others.stood(stood.state) }, asked)
    while (place.step.kind === 'model' && is.want.kind === 'call' && first.length < limits.firstMax) {
      first.push(is.want)
      is = await wantAt(now, { ...stood, state: others.stood(stood.state, first) }, asked)
    }
    return { is, first }
  }

  async function gatesOf({ step, chosen, askedPerson }: Place): Promise<StepFacts['gates']> {
    if (chosen === null) return null
    const stood = { atMs: step.startedAtMs, built: null }
    const { want: was } = await wantAt(before, { ...stood, state: chosen }, asked)
    const { want: is } = await wantAt(now, { ...stood, state: others.stood(chosen) }, asked)
    return {
      before: was,
      now: is,
      wasMade: step.phase === 'succeeded',
      neededPerson: askedPerson || (step.phase === 'failed_before_effect' && was.kind === 'person'),
    }
  }

  /** Of what a call read, how much the definition may not retrieve that its own agent might. */
  function readBy({ step }: Place): Pick<StepFacts, 'documents' | 'denied'> {
    const artifacts = step.kind === 'tool' ? (replyOf(parts, step)?.artifacts ?? []) : []
    const ids = new Set(artifacts.flatMap((one) => ('documentId' in one ? [one.documentId] : [])))
    const denied = [...ids]
      .flatMap((id) => parts.placeOf(id) ?? [])
      .filter(({ collection, file }) => permitsSource(sources.before, collection, file) && !permitsSource(sources.now, collection, file))
    return { documents: ids.size, denied: denied.length }
  }

  async function look(place: Place): Promise<TrialStep> {
    const { step, built } = place
    const { id: stepId, ordinal, kind, name } = step
    const about = { ordinal, stepId, kind, name }
    const unjudged = unjudgedOf(place)
    if (unjudged !== null) return judgeStep({ ...aboutNothing, step: about, unjudged })
    const stood = { state: place.before, atMs: step.startedAtMs, built }
    const was = await wantAt(before, stood, asked)
    const { is, first } = await wantNow(place, stood)
    const gates = await gatesOf(place)
    const isOther = kind === 'tool' && is.want.kind === 'call' && JSON.stringify(is.want) !== JSON.stringify(was.want)
    const taken = place.before.steps.filter((one) => one.name !== crossingTool).length
    others.note(step, first, isOther && is.want.kind === 'call' ? is.want : null)
    return judgeStep({
      ...{ step: about, unjudged, before: was, now: is, first: first.map(({ tool }) => tool), gates, ...readBy(place) },
      isWider: isWider && kind === 'tool' && finding.includes(name),
      recorded: name === 'edge' && built !== null ? sizeOf(built.promptTokens, built.contextTokens, built.leftOut?.length ?? 0) : null,
      isEstimated: is.isEstimated,
      isAtStepsMax: taken >= now.definition.stepsMax && taken < before.definition.stepsMax,
    })
  }

  const steps: TrialStep[] = []
  // In their order: what would be otherwise at one bears on those after it.
  for (const place of places) steps.push(await look(place))
  if (end === null) return { steps, end: null }
  const stood = { state: end.before, atMs: end.atMs, built: null }
  const { want: was } = await wantAt(before, stood, asked)
  const { want: is } = await wantAt(now, { ...stood, state: others.stood(end.before) }, asked)
  return { steps, end: judgeEnd(was, is, end.failure) }
}
