/** Asks a model about what a run has done so far: which call comes next, or what the tasks of a plan are. Everything it is shown is on record. */

import { buildContext } from '../context/build.ts'
import { resumeParts } from '../context/resume.ts'
import type { AgentInput } from '../domain/agent.ts'
import { windowRules } from '../domain/context-window.ts'
import { joinAll, type Label, marking } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import type { RouteDecision } from '../domain/route.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { countAsked, taskFeatures } from '../domain/task-features.ts'
import type { Artifact, Risk } from '../domain/tool.ts'
import type { ChatRequest } from '../world.ts'
import { atBestTier, type Best } from './best-tier.ts'
import type { CarriedBundle } from './context-bundles.ts'
import { contextRecord, withinWindow } from './context-record.ts'
import { type DraftParts, draftLimits, toOutput } from './draft.ts'
import type { FinishedModelStep, Session } from './session.ts'
import { artifactsOf, describeThread, type Thread } from './thread.ts'

/** A question about the thread of a run is about no passages. */
const nothingCounted = { terms: 0, unknownTerms: 0, passages: 0, documents: 0, collections: 0 } as const

export interface ThreadQuestion {
  readonly purpose: 'choice' | 'draft'
  readonly instructions: string
  readonly question: string
  /** The grammar of the answer. */
  readonly schema: unknown
  readonly tokensMax: number
}

export interface ThreadParts extends Pick<DraftParts, 'inference' | 'allowance' | 'redact' | 'goUp' | 'digestOf'> {
  /** What something that was read is labelled now; null where it is gone, or has no label of its own. */
  readonly labelOfHeld: (artifact: Artifact) => Label | null
  /** What earlier attempts of the same task handed on, newest first, as far as this run may read it. */
  readonly carried: (runId: string) => readonly CarriedBundle[]
  /** Of the tools that the agent may use. */
  readonly risks: readonly Risk[]
}

interface Here {
  readonly thread: Thread
  readonly earlier: readonly CarriedBundle[]
  /** Of everything that is said in it. */
  readonly label: Label
  readonly modelId: string
  readonly route: RouteDecision | null
}

async function askHere(
  parts: ThreadParts,
  session: Session,
  asked: ThreadQuestion,
  { thread, earlier, label, modelId, route }: Here,
): Promise<Result<FinishedModelStep>> {
  const { inference, allowance, redact, digestOf } = parts
  const { instructions, question, schema, tokensMax } = asked
  const allowed = allowance()
  const handedOn = earlier.map(({ bundle }) => bundle)
  const built = await buildContext({
    parts: [
      { kind: 'system', source: 'instructions', why: 'agent', text: instructions },
      ...thread.parts,
      { kind: 'question', source: 'question', why: 'asked', text: question },
    ],
    ...{ leftOut: thread.leftOut, allowance: allowed, aimShare: windowRules.mainShareMax, redact },
    ...(earlier.length === 0 ? {} : { resume: (tokens: number) => resumeParts(handedOn, tokens) }),
    countTokens: (messages, pieces) => inference.countTokens(modelId, messages, pieces),
  })
  if (!built.ok) return built
  const { messages, promptTokens } = built.value
  const chat: ChatRequest = {
    ...{ modelId, messages, schema, tokensMax, seed: draftLimits.seed, temperature: 0 },
    ...{ owner: marking(label), onText: () => undefined, onPrompt: withinWindow(allowed), signal: session.signal },
  }
  return session.model(
    {
      ...{ tier: 'edge', modelId, modelDigest: digestOf(modelId), seed: draftLimits.seed, prompt: JSON.stringify(messages) },
      context: contextRecord(built.value, []),
      tokensMax: promptTokens + tokensMax,
      ...{ label, route },
    },
    async () => toOutput(await inference.chat(chat)),
  )
}

/** `nobody` when no model answers. `modelId`: the model of this machine, null = none. */
export async function askAboutThread(
  parts: ThreadParts,
  session: Session,
  { run, input, modelId }: { readonly run: ExistingRun; readonly input: AgentInput; readonly modelId: string | null },
  asked: ThreadQuestion,
  isMade = false,
): Promise<Result<Best<FinishedModelStep>>> {
  const { goUp, allowance, redact, labelOfHeld, carried, risks } = parts
  const { purpose, instructions, question, schema, tokensMax } = asked
  const thread = describeThread(session, run)
  // What has been raised since it was read is as high in what is said of it.
  const now = artifactsOf(session, run).flatMap((artifact) => labelOfHeld(artifact) ?? [])
  const earlier = carried(session.runId)
  const label = joinAll([session.label(), ...now, ...earlier.map((one) => one.label)])
  const best = await atBestTier(
    goUp,
    session,
    {
      ...{ purpose, instructions, question, questionLabel: label, schemaFor: () => schema, seed: draftLimits.seed, requested: input.tier },
      pieces: thread.parts.map((part) => ({ source: part.title ?? part.kind, text: part.text, label, part })),
      ...{ allowance: allowance(), redact, tokensMax },
      features: async () => taskFeatures({ ...countAsked(input.title), steps: run.steps.length, risks, ...nothingCounted }),
      edge: modelId === null ? null : { modelId },
      isMade,
    },
    modelId === null ? null : (route) => askHere(parts, session, asked, { thread, earlier, label, modelId, route }),
  )
  return best.ok ? ok(best.value) : best
}
