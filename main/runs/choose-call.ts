/** Asks a model about what a run has done so far: which call comes next, or what the tasks of a plan are. Everything it is shown is on record. */

import { buildContext, type Evidence } from '../context/build.ts'
import type { AgentInput } from '../domain/agent.ts'
import { joinAll, type Label, marking } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import type { RouteDecision } from '../domain/route.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { countAsked, taskFeatures } from '../domain/task-features.ts'
import type { Artifact, Risk } from '../domain/tool.ts'
import type { ChatRequest } from '../world.ts'
import { atBestTier, type Best } from './best-tier.ts'
import { type DraftParts, draftLimits, toOutput } from './draft.ts'
import type { FinishedModelStep, Session } from './session.ts'
import { artifactsOf, describeThread } from './thread.ts'

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

export interface ThreadParts extends Pick<DraftParts, 'inference' | 'contextShare' | 'goUp' | 'digestOf'> {
  /** What something that was read is labelled now; null where it is gone, or has no label of its own. */
  readonly labelOfHeld: (artifact: Artifact) => Label | null
  /** Of the tools that the agent may use. */
  readonly risks: readonly Risk[]
}

interface Here {
  readonly thread: readonly Evidence[]
  /** Of everything that is said in it. */
  readonly label: Label
  readonly modelId: string
  readonly route: RouteDecision | null
}

async function askHere(
  parts: ThreadParts,
  session: Session,
  asked: ThreadQuestion,
  { thread, label, modelId, route }: Here,
): Promise<Result<FinishedModelStep>> {
  const { inference, contextShare, digestOf } = parts
  const { instructions, question, schema, tokensMax } = asked
  const built = await buildContext({
    ...{ instructions, question, evidence: thread },
    countTokens: (messages) => inference.countTokens(modelId, messages),
    shareMax: contextShare(),
  })
  if (!built.ok) return built
  const { messages, promptTokens, limitTokens, contextTokens } = built.value
  const chat: ChatRequest = {
    ...{ modelId, messages, schema, tokensMax, seed: draftLimits.seed, temperature: 0 },
    ...{ owner: marking(label), onText: () => undefined, signal: session.signal },
  }
  return session.model(
    {
      ...{ tier: 'edge', modelId, modelDigest: digestOf(modelId), seed: draftLimits.seed, prompt: JSON.stringify(messages) },
      context: { passages: [], promptTokens, limitTokens, contextTokens },
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
  const { goUp, contextShare, labelOfHeld, risks } = parts
  const { purpose, instructions, question, schema, tokensMax } = asked
  const thread = describeThread(session, run)
  // What has been raised since it was read is as high in what is said of it.
  const now = artifactsOf(session, run).flatMap((artifact) => labelOfHeld(artifact) ?? [])
  const label = joinAll([session.label(), ...now])
  const best = await atBestTier(
    goUp,
    session,
    {
      ...{ purpose, instructions, question, questionLabel: label, schemaFor: () => schema, seed: draftLimits.seed, requested: input.tier },
      ...{ pieces: thread.map(({ source, text }) => ({ source, text, label })), passageIds: [], tokensMax },
      features: async () => taskFeatures({ ...countAsked(input.title), steps: run.steps.length, risks, ...nothingCounted }),
      edge: modelId === null ? null : { modelId, shareMax: contextShare() },
      isMade,
    },
    modelId === null ? null : (route) => askHere(parts, session, asked, { thread, label, modelId, route }),
  )
  return best.ok ? ok(best.value) : best
}
