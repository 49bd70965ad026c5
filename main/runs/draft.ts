/**
 * Drafting: claims with quotes from numbered passages, by a model under a grammar or, without one, by quoting. Every quote is looked up
 * in its passage. Model text decides nothing here but which claims are offered.
 */
import { buildContext } from '../context/build.ts'
import type { ContextPart } from '../context/render.ts'
import type { Answer } from '../domain/answer.ts'
import { checkClaim, DraftAnswer, type DraftClaim, type NumberedPassage } from '../domain/claim.ts'
import type { ContextAllowance } from '../domain/context-window.ts'
import type { FellBack } from '../domain/crossing.ts'
import type { Digest } from '../domain/digest.ts'
import type { Anchor } from '../domain/document.ts'
import { joinAll, type Label, marking } from '../domain/label.ts'
import { describeLocator, type Locator } from '../domain/locator.ts'
import { partialClaims } from '../domain/partial-claims.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RouteDecision } from '../domain/route.ts'
import { withoutSecrets } from '../domain/secret-patterns.ts'
import { countAsked, countTerms, type TaskCounts, taskFeatures } from '../domain/task-features.ts'
import type { Tier } from '../domain/tier.ts'
import { fields, locate } from '../memory/cite.ts'
import type { ChatReply, ChatRequest, Inference } from '../world.ts'
import { isStop } from './attempts.ts'
import { atBestTier } from './best-tier.ts'
import { type CitablePassage, type ComposedClaims, composeClaims } from './compose-answer.ts'
import { contextRecord, withinWindow } from './context-record.ts'
import type { GoUp } from './crossing.ts'
import type { UpwardCall } from './crossing-request.ts'
import type { FinishedModelStep, ModelOutput, Session } from './session.ts'

export const draftLimits = { completionTokensMax: 900, seed: 7, deviceCharsMax: 200, claimsMax: 6, claimCharsMax: 600 } as const

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
  claim(runId: string, index: number, composed: ComposedClaims): void
}

export interface DraftParts {
  readonly inference: Pick<Inference, 'chat' | 'countTokens'>
  readonly digestOf: (modelId: string) => Digest | null
  /** Claims quoted without a model; null when the passages do not answer. */
  readonly quoteOnly: (question: string, passages: readonly FoundPassage[]) => Promise<Result<readonly DraftClaim[] | null>>
  readonly live: LiveRun
  /** What a prompt may take of a model's window now. */
  readonly allowance: () => ContextAllowance
  /** Takes out every secret that is kept here. */
  readonly redact: (text: string) => string
  readonly goUp: GoUp
  /** How many passages hold each term of a question. */
  readonly heldBy: (question: string) => Promise<readonly number[]>
  /** Label under which a text is held; null after a purge. */
  readonly labelOf: (body: string) => Label | null
}

/** What is drafted, where it is no claims. */
export interface DraftForm {
  /** The grammar that a model writes it under, for so many passages. */
  readonly schemaFor: (passages: number) => unknown
  /** The same without a model, as JSON text. */
  readonly withoutModel: (question: string, passages: readonly FoundPassage[]) => Promise<Result<string>>
}

export interface DraftRequest {
  readonly question: string
  /** Best first. */
  readonly passages: readonly FoundPassage[]
  /** Null quotes without a model. */
  readonly modelId: string | null
  readonly instructions: string
  /** A model is shown so many of them. */
  readonly top: number
  /** The tier that a person asked for. */
  readonly tier: Tier | null
  /** It was drafted on this machine before the run was taken up again. */
  readonly isMade: boolean
  readonly questionLabel: Label
  readonly counts: Pick<TaskCounts, 'steps' | 'risks'>
  readonly form?: DraftForm
}

export interface Drafted {
  readonly step: FinishedModelStep
  readonly included: readonly FoundPassage[]
  readonly tier: Answer['tier']
  /** Its name at the endpoint, where it was not of this machine. */
  readonly modelId: string | null
  /** Join of the labels of everything that left this machine for it. */
  readonly sentUnder?: Label
  readonly fellBack?: FellBack
}

export const numbered = (passages: readonly FoundPassage[]): readonly NumberedPassage[] =>
  passages.map(({ text, anchors }, i) => ({ n: i + 1, text, fields: fields(anchors) }))
export const citable = (passages: readonly FoundPassage[]): readonly CitablePassage[] =>
  passages.map((passage, i) => ({ ...passage, n: i + 1, locate: (span) => locate(passage, span) }))

/** The grammar a model writes under: our claims, and no passage number that does not exist. */
export const claimSchema = (passages: number) => ({
  type: 'object',
  properties: {
    claims: {
      type: 'array',
      maxItems: draftLimits.claimsMax,
      items: {
        type: 'object',
        properties: {
          text: { type: 'string', maxLength: draftLimits.claimCharsMax },
          n: { enum: Array.from({ length: passages + 1 }, (_, i) => i) },
          quote: { type: 'string', maxLength: draftLimits.claimCharsMax },
        },
        required: ['text', 'n', 'quote'],
        additionalProperties: false,
      },
    },
  },
  required: ['claims'],
  additionalProperties: false,
})

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

const noPassages = fail(
  'context.too_large',
  'There is no passage that could be shown to a model.',
  'Ask a question that the documents speak of.',
)

export function toOutput(reply: Result<ChatReply>): Result<ModelOutput> {
  if (!reply.ok) return reply
  const { text, stop, device, promptTokens, reusedTokens, completionTokens, contextTokens, firstTokenMs, totalMs } = reply.value
  if (stop === 'cancelled') return fail('child.cancelled', 'The answer was cancelled.', 'Ask again when you want it.')
  const usage = { promptTokens, reusedTokens, completionTokens, contextTokens, firstTokenMs, totalMs }
  return ok({ text, stop, device: device.slice(0, draftLimits.deviceCharsMax), usage })
}

const noTier = fail(
  'route.no_tier',
  'No tier could answer: not the one that was asked for, and none on this machine.',
  'Look at the tiers, then ask again.',
)

/** A passage as a model reads where it stands. */
const sourceOf = ({ file, locator }: FoundPassage): string => `${file}, ${describeLocator(locator)}`

/** What a draft is made from: rules, passages in their order, and the question after them. */
export const draftParts = (instructions: string, question: string, shown: readonly FoundPassage[]): readonly ContextPart[] => [
  { kind: 'system', source: 'instructions', why: 'agent', text: instructions },
  ...shown.map((passage, i): ContextPart => {
    const about = { n: i + 1, title: sourceOf(passage), text: passage.text }
    return { kind: 'evidence', source: passage.passageId, why: 'found', ...about }
  }),
  { kind: 'question', source: 'question', why: 'asked', text: question },
]

export function createDrafter({ inference, digestOf, quoteOnly, live, allowance, redact, goUp, heldBy }: DraftParts) {
  const claimForm: DraftForm = {
    schemaFor: claimSchema,
    withoutModel: async (question, passages) => {
      const claims = await quoteOnly(question, passages)
      return claims.ok ? ok(JSON.stringify({ claims: claims.value ?? [] })) : claims
    },
  }

  /** Feeds the live view: raw text as it comes, and each claim as soon as it is whole and checked. */
  function watch(session: Session, passages: readonly FoundPassage[], form: DraftForm | undefined): (piece: string) => void {
    if (form !== undefined) return (piece) => live.text(session.runId, piece)
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

  async function atEdge(session: Session, request: DraftRequest, modelId: string, route: RouteDecision | null): Promise<Result<Drafted>> {
    const shown = request.passages.slice(0, request.top)
    if (shown.length === 0) return noPassages
    const allowed = allowance()
    const built = await buildContext({
      parts: draftParts(request.instructions, request.question, shown),
      countTokens: (messages, pieces) => inference.countTokens(modelId, messages, pieces),
      ...{ allowance: allowed, redact },
    })
    if (!built.ok) return built
    const { messages, promptTokens, contextTokens } = built.value
    const included = shown.slice(0, built.value.included.length)
    const label = joinAll([request.questionLabel, ...included.map((passage) => passage.label)])
    const chat: ChatRequest = {
      modelId,
      owner: marking(label),
      messages,
      schema: (request.form ?? claimForm).schemaFor(included.length),
      tokensMax: Math.min(draftLimits.completionTokensMax, Math.floor(contextTokens * 0.4)),
      seed: draftLimits.seed,
      temperature: 0,
      onText: watch(session, included, request.form),
      onPrompt: withinWindow(allowed),
      signal: session.signal,
    }
    live.stage(session.runId, 'writing')
    const step = await session.model(
      {
        tier: 'edge',
        modelId,
        modelDigest: digestOf(modelId),
        seed: draftLimits.seed,
        prompt: JSON.stringify(messages),
        context: contextRecord(built.value, built.value.included),
        tokensMax: promptTokens + chat.tokensMax,
        label,
        route,
      },
      async () => toOutput(await inference.chat(chat)),
    )
    return step.ok ? ok({ step: step.value, included, tier: 'edge', modelId }) : step
  }

  async function withoutModel(
    session: Session,
    { question, passages, form = claimForm }: DraftRequest,
    route: RouteDecision | null,
  ): Promise<Result<Drafted>> {
    live.stage(session.runId, 'reading')
    const passageIds = passages.map(({ passageId }) => passageId)
    const step = await session.model(
      {
        tier: 'reflex',
        modelId: null,
        modelDigest: null,
        seed: 0,
        prompt: JSON.stringify({ question: withoutSecrets(redact(question)).text, passages: passageIds }),
        context: { passages: passageIds, promptTokens: 0, limitTokens: 0, contextTokens: 0 },
        tokensMax: 0,
        label: joinAll(passages.map(({ label }) => label)),
        route,
      },
      async () => {
        const startedAt = performance.now()
        const drafted = await form.withoutModel(question, passages)
        if (!drafted.ok) return drafted
        const totalMs = performance.now() - startedAt
        const usage = { promptTokens: 0, reusedTokens: 0, completionTokens: 0, contextTokens: 0, firstTokenMs: null, totalMs }
        return ok({ text: drafted.value, stop: 'end', device: 'none', usage })
      },
    )
    return step.ok ? ok({ step: step.value, included: passages, tier: 'reflex', modelId: null }) : step
  }

  function upward(request: DraftRequest): UpwardCall {
    const { question, questionLabel, instructions, modelId, tier, isMade, counts, form } = request
    const shown = request.passages.slice(0, request.top)
    return {
      purpose: 'draft',
      ...{
        instructions,
        question,
        questionLabel,
        schemaFor: (form ?? claimForm).schemaFor,
        tokensMax: draftLimits.completionTokensMax,
        seed: draftLimits.seed,
      },
      pieces: shown.map((passage) => ({
        ...{ source: sourceOf(passage), text: passage.text, label: passage.label },
        part: { kind: 'evidence', source: passage.passageId, why: 'found' },
      })),
      features: async () =>
        taskFeatures({
          ...{ ...countAsked(question), ...countTerms(await heldBy(question)), ...counts, passages: shown.length, collections: 1 },
          documents: new Set(shown.map(({ documentId }) => documentId)).size,
        }),
      ...{ requested: tier, isMade },
      edge: modelId === null ? null : { modelId },
      ...{ allowance: allowance(), redact },
    }
  }

  /** A model that fails is replaced by quoting; a run that was stopped is not. */
  return async (session: Session, request: DraftRequest): Promise<Result<Drafted>> => {
    const { modelId } = request
    const best = await atBestTier(
      goUp,
      session,
      upward(request),
      modelId === null ? null : (route) => atEdge(session, request, modelId, route),
    )
    if (!best.ok) return best
    const { fellBack } = best.value
    const back = fellBack === null ? {} : { fellBack }
    if (best.value.kind === 'here') return ok({ ...best.value.done, ...back })
    if (best.value.kind === 'went') {
      const { step, tier, model, label, included } = best.value.went
      return ok({ step, included: included.flatMap((index) => request.passages[index] ?? []), tier, modelId: model, sentUnder: label })
    }
    const quoted = await withoutModel(session, request, best.value.route)
    if (quoted.ok) return ok({ ...quoted.value, ...back })
    const isGone = fellBack !== null && !isStop(quoted.error.code) && !session.signal.aborted
    return isGone ? noTier : quoted
  }
}
export type Drafter = ReturnType<typeof createDrafter>

/** Looks every quote of a draft up and puts the claims together, with the counts for the log. */
export function checkDraft(
  { step, included }: Pick<Drafted, 'included'> & { readonly step: { readonly text: string } },
  read: (text: string) => readonly DraftClaim[] = readClaims,
) {
  const context = numbered(included)
  const checked = read(step.text).map((claim) => checkClaim(claim, context))
  const composed = composeClaims(checked, citable(included))
  const quotes = checked.flatMap((claim) => claim.quotes)
  const counts = {
    claims: composed.claims.length,
    supported: composed.claims.filter((claim) => claim.supported).length,
    quotes: quotes.length,
    verified: quotes.filter(({ span }) => span !== null).length,
  }
  return { composed, counts }
}
