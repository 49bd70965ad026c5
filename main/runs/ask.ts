/**
 * The ask agent: search the holdings, let a model write claims with quotes (or quote without one), look every quote up in its
 * passage, compose the answer. Model text decides nothing here but which claims are offered.
 */
import * as z from 'zod'
import { buildContext } from '../context/build.ts'
import type { Answer } from '../domain/answer.ts'
import { checkClaim, DraftAnswer, type DraftClaim, type NumberedPassage } from '../domain/claim.ts'
import type { Digest } from '../domain/digest.ts'
import type { Anchor } from '../domain/document.ts'
import { idOf } from '../domain/ids.ts'
import { joinAll, type Label } from '../domain/label.ts'
import { describeLocator, type Locator } from '../domain/locator.ts'
import { partialClaims } from '../domain/partial-claims.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fields, locate } from '../memory/cite.ts'
import type { ChatReply, ChatRequest, Inference } from '../world.ts'
import { type CitablePassage, composeAnswer, composeClaims, nearestDocuments } from './compose-answer.ts'
import type { Agent, AgentResult } from './loop.ts'
import type { ContextRecord, FinishedModelStep, ModelOutput, Session } from './session.ts'

export const askLimits = { completionTokensMax: 900, nearestMax: 3, seed: 7, deviceCharsMax: 200 } as const

/** What a shard of this agent holds. */
export const AskInput = z.strictObject({
  question: z.string().min(1),
  /** Row number; null = everything the person may see. */
  collection: z.int().nullable(),
  modelId: idOf('mdl').nullable(),
  top: z.int().min(1).max(20),
})
export type AskInput = z.infer<typeof AskInput>

export interface FoundPassage {
  readonly passage: number
  readonly passageId: string
  readonly documentId: string
  readonly file: string
  readonly heading: string
  readonly text: string
  readonly locator: Locator
  readonly anchors: readonly Anchor[]
  readonly label: Label
}

/** The live side of a run, for those who watch; losing it loses nothing. */
export interface LiveRun {
  stage(runId: string, stage: 'searching' | 'reading' | 'writing' | 'checking'): void
  text(runId: string, text: string): void
  claim(runId: string, index: number, composed: ReturnType<typeof composeClaims>): void
}

export interface AskOptions {
  readonly search: (input: AskInput, signal: AbortSignal) => Promise<Result<readonly FoundPassage[]>>
  /** Passages by row number, in that order; what is gone is left out. */
  readonly readPassages: (passages: readonly number[]) => Promise<Result<readonly FoundPassage[]>>
  readonly inference: Pick<Inference, 'chat' | 'countTokens'>
  readonly digestOf: (modelId: string) => Digest | null
  /** Claims quoted without a model; null when the passages do not answer. */
  readonly quoteOnly: (question: string, passages: readonly FoundPassage[]) => Promise<Result<readonly DraftClaim[] | null>>
  readonly instructions: string
  readonly live: LiveRun
}

interface Drafted {
  readonly step: FinishedModelStep
  readonly included: readonly FoundPassage[]
  readonly tier: Answer['tier']
  readonly modelId: string | null
}

const Hits = z.array(z.int())
const numbered = (passages: readonly FoundPassage[]): readonly NumberedPassage[] =>
  passages.map(({ text, anchors }, i) => ({ n: i + 1, text, fields: fields(anchors) }))
const citable = (passages: readonly FoundPassage[]): readonly CitablePassage[] =>
  passages.map((passage, i) => ({ ...passage, n: i + 1, locate: (span) => locate(passage, span) }))

/** The grammar a model writes under: our claims, and no passage number that does not exist. */
const claimSchema = (passages: number, limits: { readonly claims: number; readonly chars: number }) => ({
  type: 'object',
  properties: {
    claims: {
      type: 'array',
      maxItems: limits.claims,
      items: {
        type: 'object',
        properties: {
          text: { type: 'string', maxLength: limits.chars },
          n: { enum: Array.from({ length: passages + 1 }, (_, i) => i) },
          quote: { type: 'string', maxLength: limits.chars },
        },
        required: ['text', 'n', 'quote'],
        additionalProperties: false,
      },
    },
  },
  required: ['claims'],
  additionalProperties: false,
})
const schemaLimits = { claims: 6, chars: 600 } as const

/** What a model wrote, as claims. Untrusted: whatever does not fit the schema is not a claim. */
export function readClaims(text: string): readonly DraftClaim[] {
  try {
    const whole = DraftAnswer.safeParse(JSON.parse(text))
    if (whole.success) return whole.data.claims
  } catch {
    // Cut off by the token limit: what was completed counts.
  }
  return partialClaims(text).complete
}

export function createAskAgent(options: AskOptions): Agent {
  const { inference, live, quoteOnly } = options

  const contextRecord = (passages: readonly FoundPassage[], tokens: Omit<ContextRecord, 'passages'>): ContextRecord => ({
    ...tokens,
    passages: passages.map(({ passageId }) => passageId),
  })

  /** Feeds the live view: raw text as it comes, and each claim as soon as it is whole and checked. */
  function watch(session: Session, passages: readonly FoundPassage[]): (piece: string) => void {
    const context = numbered(passages)
    let text = ''
    let shown = 0
    return (piece) => {
      text += piece
      live.text(session.runId, piece)
      if (!piece.includes('}')) return
      const { complete } = partialClaims(text)
      for (; shown < complete.length; shown++) {
        const claim = complete[shown]
        if (claim !== undefined) live.claim(session.runId, shown, composeClaims([checkClaim(claim, context)], citable(passages)))
      }
    }
  }

  async function draftAtEdge(session: Session, input: AskInput, modelId: string, found: readonly FoundPassage[]): Promise<Result<Drafted>> {
    const built = await buildContext({
      instructions: options.instructions,
      question: input.question,
      evidence: found.map(({ file, locator, text }, i) => ({ n: i + 1, source: `${file}, ${describeLocator(locator)}`, text })),
      countTokens: (messages) => inference.countTokens(modelId, messages),
    })
    if (!built.ok) return built
    const { messages, promptTokens, limitTokens, contextTokens } = built.value
    const included = found.slice(0, built.value.included.length)
    const request: ChatRequest = {
      modelId,
      messages,
      schema: claimSchema(included.length, schemaLimits),
      tokensMax: Math.min(askLimits.completionTokensMax, Math.floor(contextTokens * 0.4)),
      seed: askLimits.seed,
      temperature: 0,
      onText: watch(session, included),
      signal: session.signal,
    }
    live.stage(session.runId, 'writing')
    const step = await session.model(
      {
        tier: 'edge',
        modelId,
        modelDigest: options.digestOf(modelId),
        seed: askLimits.seed,
        prompt: JSON.stringify(messages),
        context: contextRecord(included, { promptTokens, limitTokens, contextTokens }),
        tokensMax: promptTokens + request.tokensMax,
        label: joinAll(included.map(({ label }) => label)),
      },
      async () => toOutput(await inference.chat(request)),
    )
    return step.ok ? ok({ step: step.value, included, tier: 'edge', modelId }) : step
  }

  async function draftWithoutModel(session: Session, input: AskInput, found: readonly FoundPassage[]): Promise<Result<Drafted>> {
    live.stage(session.runId, 'reading')
    const step = await session.model(
      {
        tier: 'reflex',
        modelId: null,
        modelDigest: null,
        seed: 0,
        prompt: JSON.stringify({ question: input.question, passages: found.map(({ passageId }) => passageId) }),
        context: contextRecord(found, { promptTokens: 0, limitTokens: 0, contextTokens: 0 }),
        tokensMax: 0,
        label: joinAll(found.map(({ label }) => label)),
      },
      async () => {
        const startedAt = performance.now()
        const claims = await quoteOnly(input.question, found)
        if (!claims.ok) return claims
        const totalMs = performance.now() - startedAt
        const usage = { promptTokens: 0, reusedTokens: 0, completionTokens: 0, contextTokens: 0, firstTokenMs: null, totalMs }
        return ok({ text: JSON.stringify({ claims: claims.value ?? [] }), stop: 'end', device: 'none', usage })
      },
    )
    return step.ok ? ok({ step: step.value, included: found, tier: 'reflex', modelId: null }) : step
  }

  /** A stop is the run's, not the model's: nothing falls back on it. */
  const isStop = (code: string) => /^(run|budget)\./.test(code) || code === 'child.cancelled'

  async function draft(session: Session, input: AskInput, found: readonly FoundPassage[]): Promise<Result<Drafted>> {
    if (input.modelId === null) return draftWithoutModel(session, input, found)
    const written = await draftAtEdge(session, input, input.modelId, found.slice(0, input.top))
    if (written.ok || isStop(written.error.code) || session.signal.aborted) return written
    return draftWithoutModel(session, input, found)
  }

  return async (session): Promise<Result<AgentResult>> => {
    const input = AskInput.parse(JSON.parse(session.input))
    live.stage(session.runId, 'searching')
    const searched = await session.tool('search_holdings', session.input, async () => {
      const hits = await options.search(input, session.signal)
      return hits.ok ? ok(JSON.stringify(hits.value.map(({ passage }) => passage))) : hits
    })
    if (!searched.ok) return searched
    const read = await options.readPassages(Hits.parse(JSON.parse(searched.value.text)))
    if (!read.ok) return read
    const drafted = await draft(session, input, read.value)
    if (!drafted.ok) return drafted
    if (session.signal.aborted) return fail('run.stopped', 'The run was stopped.', 'Start it again when you want it.')

    live.stage(session.runId, 'checking')
    const { step, included, tier, modelId } = drafted.value
    const context = numbered(included)
    const checked = readClaims(step.text).map((claim) => checkClaim(claim, context))
    const composed = composeClaims(checked, citable(included))
    const supported = composed.claims.filter((claim) => claim.supported).length
    const quotes = checked.flatMap((claim) => claim.quotes)
    const verified = quotes.filter(({ span }) => span !== null).length
    const recorded = session.recordQuotes(step.stepId, { claims: composed.claims.length, supported, quotes: quotes.length, verified })
    if (!recorded.ok) return recorded

    const sources = included.filter(
      ({ passageId }) => tier !== 'reflex' || composed.citations.some((citation) => citation.passageId === passageId),
    )
    const nearest = nearestDocuments(
      citable(read.value),
      (n) => read.value[n - 1]?.locator ?? { kind: 'lines', from: 1, to: 1 },
      askLimits.nearestMax,
    )
    const label = joinAll((supported === 0 ? read.value : sources).map((passage) => passage.label))
    const answer = composeAnswer(composed, {
      runId: session.runId,
      question: input.question,
      nearest: [...nearest],
      tier,
      model: modelId,
      device: step.device,
      label,
      usage: step.usage,
    })
    return ok({ text: JSON.stringify(answer), label })
  }
}

function toOutput(reply: Result<ChatReply>): Result<ModelOutput> {
  if (!reply.ok) return reply
  const { text, stop, device, promptTokens, reusedTokens, completionTokens, contextTokens, firstTokenMs, totalMs } = reply.value
  if (stop === 'cancelled') return fail('child.cancelled', 'The answer was cancelled.', 'Ask again when you want it.')
  const usage = { promptTokens, reusedTokens, completionTokens, contextTokens, firstTokenMs, totalMs }
  return ok({ text, stop, device: device.slice(0, askLimits.deviceCharsMax), usage })
}
