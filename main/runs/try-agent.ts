/**
 * Goes through a recorded run place by place, and asks its own agent and the one that is tried what each wants there. What differs is the
 * definition's doing: both stand in the same place, look at the same holdings, and are judged by the same rules.
 */
import type { AgentDefinition } from '../domain/agent.ts'
import { widenedField } from '../domain/agent-change.ts'
import { judgeEnd, judgeStep, type PromptSize, type TrialStep, type Wanted } from '../domain/agent-trial.ts'
import type { Budget } from '../domain/budget.ts'
import { readJson } from '../domain/canonical-json.ts'
import { bandOf, type ContextAllowance, shareOf, tokensIn, usualAllowance } from '../domain/context-window.ts'
import { DataSources, permitsSource } from '../domain/data-sources.ts'
import { contextShares } from '../domain/exemption.ts'
import type { Label } from '../domain/label.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { crossingTool } from '../domain/tool.ts'
import type { Inference } from '../world.ts'
import type { Agent } from './loop.ts'
import { type ProbeParts, probe } from './probe.ts'
import type { ContextBuilt, Place, RecordedPlaces } from './recorded-places.ts'
import { replyOf } from './tool-step.ts'

export type CountTokens = Inference['countTokens']

/** What an agent works with at one place. */
export interface AgentMoment {
  readonly atMs: number
  readonly countTokens: CountTokens
  readonly allowance: ContextAllowance
}

/** A definition with all that its agent needs. */
export interface TrialSide {
  readonly definition: AgentDefinition
  readonly agentAt: (moment: AgentMoment) => Agent
  /** The run's input as this definition takes it. */
  readonly input: string
  /** What a run may spend under it, where the recorded one might spend so much. */
  readonly budgetOf: (recorded: Budget) => Budget
}

export interface TrialParts extends ProbeParts {
  readonly runId: string
  readonly label: Label
  /** Counts as the model did that served then; null where it does not serve now. */
  readonly counterOf: (modelId: string) => CountTokens | null
  /** Where a document lies; null where it is not here any more. */
  readonly placeOf: (documentId: string) => { readonly collection: string; readonly file: string } | null
}

/** Tools that find documents which nobody named. */
const finding: readonly string[] = ['search_holdings', 'list_documents']
const ownTiers: readonly string[] = ['edge', 'reflex']

const bytesOf = (text: string): number => new TextEncoder().encode(text).length
const textsIn = (prompt: string): readonly string[] => {
  const messages = readJson(prompt)
  return Array.isArray(messages)
    ? messages.flatMap((one: unknown) => (typeof one === 'object' && one !== null && 'text' in one ? [String(one.text)] : []))
    : []
}

interface Window {
  readonly contextTokens: number
  readonly tokensPerByte: number
}

/** What a byte took in a prompt that was counted then. */
function windowOf(built: ContextBuilt, readBody: ProbeParts['readBody']): Window | null {
  const bytes = textsIn(readBody(built.prompt.body) ?? '').reduce((sum, text) => sum + bytesOf(text), 0)
  return bytes === 0 || built.contextTokens === 0 ? null : { contextTokens: built.contextTokens, tokensPerByte: built.promptTokens / bytes }
}

const sizeOf = (tokens: number, contextTokens: number, leftOut: number, isOver: boolean): PromptSize => {
  const share = shareOf(tokens, contextTokens)
  return { tokens, contextTokens, share, band: bandOf(share), isOver, leftOut }
}

const unjudgedOf = ({ step }: Place): string | null => {
  if (step.copiedFrom !== null) return 'It was taken over from another run.'
  if (step.name === crossingTool || (step.kind === 'model' && !ownTiers.includes(step.name)))
    return 'It was done on another machine; what was sent there is not built anew.'
  return null
}

export async function tryAgent(
  { places, end }: RecordedPlaces,
  { before, now }: { readonly before: TrialSide; readonly now: TrialSide },
  parts: TrialParts,
): Promise<{ readonly steps: readonly TrialStep[]; readonly end: ReturnType<typeof judgeEnd> | null }> {
  const { runId, label, readBody, counterOf, placeOf } = parts
  const windows = places.flatMap(({ built }) => (built === null ? [] : (windowOf(built, readBody) ?? [])))
  const sources = { before: DataSources.parse(before.definition), now: DataSources.parse(now.definition) }
  const isWider = widenedField(before.definition, { ...before.definition, ...sources.now }) !== null

  async function want(
    side: TrialSide,
    state: ExistingRun,
    atMs: number,
    built: ContextBuilt | null,
    modelId: string | null,
  ): Promise<Wanted & { readonly isEstimated: boolean }> {
    const { definition } = side
    const window = (built === null ? null : windowOf(built, readBody)) ?? windows[0] ?? null
    const count = modelId === null ? null : counterOf(modelId)
    const allowance: ContextAllowance =
      built?.exemptionId === undefined ? usualAllowance : { shareMax: contextShares.lifted, exemptionId: built.exemptionId }
    let last: { readonly tokens: number; readonly contextTokens: number } | null = null
    let isEstimated = false
    const countTokens: CountTokens = async (id, messages, pieces) => {
      const counted = count === null ? null : await count(id, messages, pieces)
      isEstimated ||= counted?.ok !== true
      const { contextTokens, tokensPerByte } = window ?? { contextTokens: 0, tokensPerByte: 0 }
      const bytes = messages.reduce((sum, { text }) => sum + bytesOf(text), 0)
      const found =
        counted?.ok === true ? counted : ({ ok: true, value: { tokens: Math.round(bytes * tokensPerByte), contextTokens } } as const)
      if (messages.length > 0) last = found.value
      return found
    }
    const { want: noted, sizes } = await probe(
      side.agentAt({ atMs, countTokens, allowance }),
      { runId, label, atMs, state: { ...state, budget: side.budgetOf(state.budget) }, input: side.input },
      definition.output === 'answer',
      parts,
    )
    // Assigned in a closure, which the compiler does not follow.
    const counted = last as { readonly tokens: number; readonly contextTokens: number } | null
    const isOver = sizes === null && counted !== null && counted.tokens > tokensIn(counted.contextTokens, allowance.shareMax)
    const rule = definition.output === 'findings' || definition.output === 'report' ? definition.reflex : null
    return {
      want: noted.kind === 'model' && noted.tier === 'reflex' ? { ...noted, rule } : noted,
      size:
        sizes !== null
          ? sizeOf(sizes.promptTokens, sizes.contextTokens, sizes.leftOut, false)
          : isOver && counted !== null
            ? sizeOf(counted.tokens, counted.contextTokens, 0, true)
            : null,
      isEstimated,
    }
  }

  /** Of what a call read, how much the definition may not retrieve that its own agent might. */
  function readBy({ step }: Place): { readonly documents: number; readonly denied: number } {
    const artifacts = step.kind === 'tool' ? (replyOf({ readBody }, step)?.artifacts ?? []) : []
    const ids = new Set(artifacts.flatMap((one) => ('documentId' in one ? [one.documentId] : [])))
    const held = [...ids].flatMap((id) => placeOf(id) ?? [])
    const denied = held.filter(
      ({ collection, file }) => permitsSource(sources.before, collection, file) && !permitsSource(sources.now, collection, file),
    )
    return { documents: ids.size, denied: denied.length }
  }

  async function look(place: Place): Promise<TrialStep> {
    const { step, before: stood, chosen, built } = place
    const { id: stepId, ordinal, kind, name } = step
    const about = { ordinal, stepId, kind, name }
    const unjudged = unjudgedOf(place)
    const nothing: Wanted = { want: { kind: 'stop', code: 'run.unjudged' }, size: null }
    if (unjudged !== null)
      return judgeStep({
        ...{ step: about, unjudged, before: nothing, now: nothing, gates: null, documents: 0, denied: 0, isWider: false },
        ...{ recorded: null, isEstimated: false, isAtStepsMax: false },
      })
    const at = step.startedAtMs
    const modelId = readModelId(readBody(stood.input.body))
    const [was, is] = [await want(before, stood, at, built, modelId), await want(now, stood, at, built, modelId)]
    const gates =
      chosen === null
        ? null
        : { before: (await want(before, chosen, at, null, modelId)).want, now: (await want(now, chosen, at, null, modelId)).want }
    const taken = stood.steps.filter((one) => one.name !== crossingTool).length
    const isHere = kind === 'model' && name === 'edge' && built !== null
    return judgeStep({
      ...{ step: about, unjudged, before: was, now: is, ...readBy(place) },
      gates:
        gates === null
          ? null
          : { ...gates, neededPerson: place.askedPerson || (step.phase === 'failed_before_effect' && gates.before.kind === 'person') },
      isWider: isWider && kind === 'tool' && finding.includes(name),
      recorded: isHere ? sizeOf(built.promptTokens, built.contextTokens, built.leftOut?.length ?? 0, false) : null,
      isEstimated: is.isEstimated,
      isAtStepsMax: taken >= now.definition.stepsMax && taken < before.definition.stepsMax,
    })
  }

  const steps: TrialStep[] = []
  // One after another: a trial may take long, and others want the core as well.
  for (const place of places) steps.push(await look(place))
  const modelId = end === null ? null : readModelId(readBody(end.before.input.body))
  const ends =
    end === null ? null : [await want(before, end.before, end.atMs, null, modelId), await want(now, end.before, end.atMs, null, modelId)]
  const [was, is] = ends ?? []
  return { steps, end: was === undefined || is === undefined ? null : judgeEnd(was.want, is.want) }
}

/** The model of this machine that a run was started with; null = none. */
function readModelId(input: string | null): string | null {
  const given = input === null ? null : readJson(input)
  return typeof given === 'object' && given !== null && 'modelId' in given && typeof given.modelId === 'string' ? given.modelId : null
}
