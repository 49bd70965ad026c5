/** A model call as it would leave this machine: what is taken out of it, its exact bytes, and what a person is shown before they go. */
import { buildContext } from '../context/build.ts'
import { type ContextPart, renderParts } from '../context/render.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { ContextAllowance } from '../domain/context-window.ts'
import type { CrossingArguments } from '../domain/crossing.ts'
import type { Digest, Sha256 } from '../domain/digest.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { joinAll, type Label, marking } from '../domain/label.ts'
import type { OutsideTier } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RouteDecision, RouteTask, TaskFeatures } from '../domain/route.ts'
import { type Piece, type Sanitised, type SanitiseParts, sanitise } from '../domain/sanitise.ts'
import { withoutSecrets } from '../domain/secret-patterns.ts'
import type { Tier } from '../domain/tier.ts'
import { tokensAtMost } from '../domain/token-estimate.ts'
import { difference } from '../tools/difference.ts'
import type { Inference, Outside, OutsideRequest } from '../world.ts'
import { contextRecord } from './context-record.ts'
import type { ContextRecord } from './session.ts'

/** A piece of what would be sent, and what it is in a context. */
export interface UpwardPiece extends Piece {
  readonly part: Pick<ContextPart, 'kind' | 'source' | 'why'>
}

export interface UpwardCall {
  readonly purpose: CrossingArguments['purpose']
  readonly instructions: string
  readonly question: string
  readonly questionLabel: Label
  /** Best first. */
  readonly pieces: readonly UpwardPiece[]
  /** The form of an answer to so many of them. */
  readonly schemaFor: (pieces: number) => unknown
  readonly tokensMax: number
  readonly seed: number
  readonly features: () => Promise<TaskFeatures>
  /** The tier that a person asked for. */
  readonly requested: Tier | null
  /** It was answered on this machine before the run was taken up again. */
  readonly isMade: boolean
  /** The model of this machine; null = there is none. */
  readonly edge: { readonly modelId: string } | null
  /** What a prompt may take of any model's window. */
  readonly allowance: ContextAllowance
  /** Takes out every secret that is kept here. */
  readonly redact: (text: string) => string
}

const nothingLeft = fail('crossing.nothing_left', 'Nothing of what was found may leave this machine.', 'Ask here.')
const badRule = fail('crossing.bad_rule', 'What must be taken out could not be found out.', 'Check the policy.')
const gone = fail('crossing.not_allowed', 'The endpoint is not there any more.', 'List the tiers.')

export function cleaned({ question, pieces, redact }: UpwardCall, parts: SanitiseParts): Result<Sanitised> {
  const left = sanitise(question, pieces, parts)
  if (left === null) return badRule
  return left.pieces.length === 0 ? nothingLeft : ok(withoutKept(left, redact))
}

/** Whatever the rules say, no secret leaves. */
function withoutKept(left: Sanitised, redact: (text: string) => string): Sanitised {
  let count = 0
  const clean = (text: string): string => {
    const found = withoutSecrets(redact(text))
    count += found.removed
    return found.text
  }
  const question = clean(left.question)
  const pieces = left.pieces.map((piece) => ({ ...piece, source: clean(piece.source), text: clean(piece.text) }))
  const { secrets = 0 } = left.removed
  return { question, pieces, removed: count === 0 ? left.removed : { ...left.removed, secrets: secrets + count } }
}

type Placed = Pick<Piece, 'source' | 'text'> & { readonly index: number }

const placed = (call: UpwardCall): readonly Placed[] => call.pieces.map((piece, index) => ({ ...piece, index }))

function partsOf({ instructions, pieces }: UpwardCall, question: string, left: readonly Placed[]): readonly ContextPart[] {
  return [
    { kind: 'system', source: 'instructions', why: 'agent', text: instructions },
    ...left.flatMap(({ source: title, text, index }, i): readonly ContextPart[] => {
      const part = pieces[index]?.part
      return part === undefined ? [] : [{ ...part, n: i + 1, title, text }]
    }),
    { kind: 'question', source: 'question', why: 'asked', text: question },
  ]
}
const messagesOf = (call: UpwardCall, question: string, left: readonly Placed[]) => renderParts(partsOf(call, question, left)).messages
const textOf = (call: UpwardCall, question: string, left: readonly Placed[]): readonly string[] =>
  messagesOf(call, question, left).map(({ text }) => text)

/** What the router is told: labels and counts. The window of this machine is put in the same measure as the prompt. */
export async function routeTask(
  call: UpwardCall,
  left: Sanitised,
  about: Pick<RouteTask, 'failedAttempts' | 'runId'>,
  countTokens: Inference['countTokens'],
): Promise<RouteTask> {
  const { edge, tokensMax, requested, questionLabel, allowance } = call
  const promptTokens = tokensAtMost(textOf(call, left.question, left.pieces))
  const whole = messagesOf(call, call.question, placed(call))
  const counted = edge === null ? null : await countTokens(edge.modelId, whole)
  const window = (tokens: number, contextTokens: number): number => {
    const perToken = tokensAtMost(whole.map(({ text }) => text)) / Math.max(1, tokens)
    return Math.floor(contextTokens * (edge === null ? 0 : allowance.shareMax) * perToken) + tokensMax
  }
  return {
    ...{
      label: joinAll([questionLabel, ...left.pieces.map(({ label }) => label)]),
      features: await call.features(),
      promptTokens,
      completionTokens: tokensMax,
    },
    edgeContextTokens: counted?.ok === true ? window(counted.value.tokens, counted.value.contextTokens) : null,
    ...{ requested, ...about },
  }
}

export interface ComposedCrossing {
  readonly request: OutsideRequest
  readonly arguments: CrossingArguments
  readonly context: ContextRecord
  readonly endpoint: Endpoint
}

/** Up to what fits into the endpoint's model. */
export async function composeCrossing(
  call: UpwardCall,
  left: Sanitised,
  decision: RouteDecision & { readonly tier: OutsideTier },
  parts: { readonly compose: Outside['compose']; readonly endpoints: () => readonly Endpoint[]; readonly sha256: Sha256 },
): Promise<Result<ComposedCrossing>> {
  const endpoint = parts.endpoints().find(({ id }) => id === decision.endpointId)
  const model = endpoint?.models.find(({ name }) => name === decision.model)
  if (endpoint === undefined || model === undefined) return gone
  const { tokensMax, seed, questionLabel } = call
  const { contextTokens } = model
  const built = await buildContext({
    ...{ parts: partsOf(call, left.question, left.pieces), redact: call.redact, evidenceTokensMax: contextTokens },
    countTokens: async (messages, pieces) =>
      ok({
        ...{ tokens: tokensAtMost(messages.map(({ text }) => text)), contextTokens },
        pieces: pieces.map((piece) => tokensAtMost([piece])),
      }),
    // The answer needs its room as well.
    allowance: { ...call.allowance, shareMax: Math.min(call.allowance.shareMax, Math.max(0, 1 - tokensMax / contextTokens)) },
  })
  if (!built.ok) return built
  const sources = new Set(built.value.record.parts.map(({ source }) => source))
  const included = left.pieces.filter(({ index }) => sources.has(call.pieces[index]?.part.source ?? ''))
  const composed = parts.compose(endpoint.id, model.name, {
    ...{ messages: built.value.messages, schema: call.schemaFor(included.length), tokensMax, seed, temperature: 0 },
  })
  if (!composed.ok) return composed
  const request = composed.value
  return ok({
    request,
    endpoint,
    context: contextRecord(built.value, built.value.included),
    arguments: {
      purpose: call.purpose,
      ...{ tier: decision.tier, endpointId: endpoint.id, model: model.name, digest: request.digest, causes: [...decision.causes] },
      destination: endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`,
      label: joinAll([questionLabel, ...included.map(({ label }) => label)]),
      bytes: new TextEncoder().encode(request.body).length,
      ...{ costMicrosMax: request.reserved.costMicros, removed: left.removed, task: taskOf(call, parts.sha256) },
      included: included.map(({ index }) => index),
    },
  })
}

/** By what a call is known again, whoever executes its run and whatever the policy takes out by then. */
export const taskOf = ({ instructions, question, pieces, requested }: UpwardCall, sha256: Sha256): Digest => ({
  alg: 'sha256',
  value: sha256(canonicalJson({ instructions, question, pieces: pieces.map(({ source, text }) => [source, text]), requested })),
})

const causeWords: Readonly<Record<RouteDecision['causes'][number], string>> = {
  requested: 'a person asked for this tier',
  no_edge_model: 'this machine has no model',
  context_too_large: 'it does not fit into the model of this machine',
  failed_attempts: 'the model of this machine failed twice',
  features: 'the task is a hard one',
}

const costWords = (micros: number): string => (micros === 0 ? 'nothing' : `at most ${(micros / 1_000_000).toFixed(6).replace(/0+$/, '0')}`)

/** Everything that a person needs to decide, but the bytes themselves. */
export function previewOf(
  call: UpwardCall,
  left: Sanitised,
  crossing: ComposedCrossing,
  decision: RouteDecision,
  payload: string,
): unknown {
  const { arguments: given, endpoint } = crossing
  const { tier, model, destination, bytes, label, costMicrosMax, removed } = given
  const all = placed(call)
  const before = all.filter(({ index }) => given.included.includes(index))
  const after = left.pieces.filter(({ index }) => given.included.includes(index))
  const dropped = all.filter(({ index }) => !left.pieces.some((piece) => piece.index === index))
  const [was, is] = [textOf(call, call.question, [...before, ...dropped]), textOf(call, left.question, after)]
  const isAsked = decision.mode === 'ask' || decision.causes.includes('requested')
  const lead = isAsked ? 'Send' : 'Suggested: send'
  const why = decision.causes.map((cause) => causeWords[cause]).join('; ')
  const taken = Object.entries(removed).map(([rule, times]) => `${rule}: ${times}`)
  return {
    summary: [
      `${lead} ${bytes} bytes, ${marking(label)}, to the ${tier} ${endpoint.name} (${model}) at ${destination}.`,
      `Why: ${why}. It costs ${costWords(costMicrosMax)}.`,
      taken.length === 0 ? 'Nothing was taken out.' : `Taken out: ${taken.join(', ')}.`,
    ].join(' '),
    diff: taken.length === 0 ? null : difference('request', was.join('\n\n'), is.join('\n\n')),
    undo: null,
    crossing: { endpoint: endpoint.name, mode: decision.mode, confidence: decision.confidence, payload },
  }
}
