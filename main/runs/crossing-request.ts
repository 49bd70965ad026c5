/** A model call as it would leave this machine: what is taken out of it, its exact bytes, and what a person is shown before they go. */
import { buildContext, renderContext } from '../context/build.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { CrossingArguments } from '../domain/crossing.ts'
import type { Digest, Sha256 } from '../domain/digest.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { joinAll, type Label, marking } from '../domain/label.ts'
import type { OutsideTier } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RouteDecision, RouteTask, TaskFeatures } from '../domain/route.ts'
import { type Piece, type Sanitised, type SanitiseParts, sanitise } from '../domain/sanitise.ts'
import type { Tier } from '../domain/tier.ts'
import { tokensAtMost } from '../domain/token-estimate.ts'
import { difference } from '../tools/difference.ts'
import type { Inference, Outside, OutsideRequest } from '../world.ts'
import type { ContextRecord } from './session.ts'

export interface UpwardCall {
  readonly purpose: CrossingArguments['purpose']
  readonly instructions: string
  readonly question: string
  readonly questionLabel: Label
  /** Best first. */
  readonly pieces: readonly Piece[]
  /** Ids of the passages among them, by place. */
  readonly passageIds: readonly string[]
  /** The form of an answer to so many of them. */
  readonly schemaFor: (pieces: number) => unknown
  readonly tokensMax: number
  readonly seed: number
  readonly features: () => Promise<TaskFeatures>
  /** The tier that a person asked for. */
  readonly requested: Tier | null
  /** It was answered on this machine before the run was taken up again. */
  readonly isMade: boolean
  /** The model of this machine and how much of its window a prompt may take; null = there is none. */
  readonly edge: { readonly modelId: string; readonly shareMax: number } | null
}

const nothingLeft = fail('crossing.nothing_left', 'Nothing of what was found may leave this machine.', 'Ask here.')
const badRule = fail('crossing.bad_rule', 'What must be taken out could not be found out.', 'Check the policy.')
const gone = fail('crossing.not_allowed', 'The endpoint is not there any more.', 'List the tiers.')

export function cleaned({ question, pieces }: UpwardCall, parts: SanitiseParts): Result<Sanitised> {
  const left = sanitise(question, pieces, parts)
  if (left === null) return badRule
  return left.pieces.length === 0 ? nothingLeft : ok(left)
}

const numbered = (pieces: ReadonlyArray<Pick<Piece, 'source' | 'text'>>) =>
  pieces.map(({ source, text }, i) => ({ n: i + 1, source, text }))
const textOf = (call: UpwardCall, question: string, pieces: ReadonlyArray<Pick<Piece, 'source' | 'text'>>): readonly string[] =>
  renderContext({ instructions: call.instructions, question }, numbered(pieces)).map(({ text }) => text)

/** What the router is told: labels and counts. The window of this machine is put in the same measure as the prompt. */
export async function routeTask(
  call: UpwardCall,
  left: Sanitised,
  about: Pick<RouteTask, 'failedAttempts' | 'runId'>,
  countTokens: Inference['countTokens'],
): Promise<RouteTask> {
  const { edge, tokensMax, requested, questionLabel } = call
  const promptTokens = tokensAtMost(textOf(call, left.question, left.pieces))
  const whole = renderContext(call, numbered(call.pieces))
  const counted = edge === null ? null : await countTokens(edge.modelId, whole)
  const window = (tokens: number, contextTokens: number): number => {
    const perToken = tokensAtMost(whole.map(({ text }) => text)) / Math.max(1, tokens)
    return Math.floor(contextTokens * (edge?.shareMax ?? 0) * perToken) + tokensMax
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
    ...{ instructions: call.instructions, question: left.question, evidence: numbered(left.pieces) },
    countTokens: async (messages) => ok({ tokens: tokensAtMost(messages.map(({ text }) => text)), contextTokens }),
    ...{ shareMax: Math.max(0, 1 - tokensMax / contextTokens), promptTokensMax: contextTokens },
  })
  if (!built.ok) return built
  const included = left.pieces.slice(0, built.value.included.length)
  const composed = parts.compose(endpoint.id, model.name, {
    ...{ messages: built.value.messages, schema: call.schemaFor(included.length), tokensMax, seed, temperature: 0 },
  })
  if (!composed.ok) return composed
  const request = composed.value
  const { promptTokens, limitTokens } = built.value
  return ok({
    request,
    endpoint,
    context: {
      passages: included.flatMap(({ index }) => call.passageIds[index] ?? []),
      ...{ promptTokens, limitTokens, contextTokens },
    },
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
  const before = given.included.flatMap((index) => call.pieces[index] ?? [])
  const after = left.pieces.filter(({ index }) => given.included.includes(index))
  const dropped = call.pieces.filter((_piece, index) => !left.pieces.some((piece) => piece.index === index))
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
