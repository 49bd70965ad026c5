/**
 * Builds what a model is shown, from parts: deterministic, so that the same parts give the same bytes. It counts with the serving model's
 * own tokenizer against its real window before anything is sent. Nothing is silently cut: what is shortened or left out is told with its
 * reason, and what does not fit then is refused.
 */
import {
  contextPartLimits,
  type LeftOutReason,
  type LeftOutRecord,
  type PartKind,
  type PartRecord,
  yieldingKinds,
} from '../domain/context-part.ts'
import { type ContextAllowance, decideContext, tokensIn, usualAllowance } from '../domain/context-window.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ChatMessage } from '../world.ts'
import { cleaned } from './clean.ts'
import { shortened } from './compact.ts'
import { type ContextPart, partText, type RenderedContext, renderParts } from './render.ts'
import type { Carried } from './resume.ts'

export const contextLimits = {
  /** Small models lose the thread in long evidence, whatever their window. */
  evidenceTokensMax: 6_000,
} as const

export interface Counted {
  readonly tokens: number
  readonly contextTokens: number
  /** Of each text by itself, where the counter can say it. */
  readonly pieces?: readonly number[]
}
export type CountTokens = (messages: readonly ChatMessage[], pieces: readonly string[]) => Promise<Result<Counted>>

export interface ContextRequest {
  /** Evidence best first, what was done newest first: what does not fit is left out from the end of each. */
  readonly parts: readonly ContextPart[]
  /** What was left out before, by whoever brings the parts. */
  readonly leftOut?: readonly LeftOutRecord[]
  readonly allowance?: ContextAllowance
  /** A lower share that what may be left out has to fit into, where the rest leaves room for it. */
  readonly aimShare?: number
  readonly evidenceTokensMax?: number
  /** Whether another agent could do it with a context of its own. */
  readonly canDelegate?: boolean
  /** What is carried over from earlier sessions of work into a window of this size. */
  readonly resume?: (contextTokens: number) => Carried
  /** Takes out secrets that are kept here, besides those that any text shows. */
  readonly redact?: (text: string) => string
  readonly countTokens: CountTokens
}

export interface BuiltContext {
  readonly messages: readonly ChatMessage[]
  /** Sources of the evidence that is in it, in its order. */
  readonly included: readonly string[]
  readonly promptTokens: number
  readonly limitTokens: number
  readonly contextTokens: number
  readonly exemptionId: string | null
  readonly record: { readonly parts: readonly PartRecord[]; readonly leftOut: readonly LeftOutRecord[] }
  /** How many secrets were taken out. */
  readonly secretsRemoved: number
}

const tooLarge = fail(
  'context.too_large',
  'The question and its best passage do not fit into the window of this model.',
  'Ask a shorter question, or use a model with a larger window.',
)
const forAnother = fail(
  'context.delegate',
  'The task is too large for this context, and another agent could do it with one of its own.',
  'Delegate it.',
)

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

interface Entry {
  readonly part: ContextPart
  /** Of its text as rendered. */
  readonly tokens: number
  readonly isShortened: boolean
}

/** Where the counter cannot say what a text has by itself, it has its share of all bytes. */
function tokensOf(texts: readonly string[], { tokens, pieces }: Counted): readonly number[] {
  if (pieces?.length === texts.length) return pieces
  const bytes = texts.map(bytesOf)
  const all = Math.max(
    1,
    bytes.reduce((sum, one) => sum + one, 0),
  )
  return bytes.map((one) => Math.ceil((tokens * one) / all))
}

/** The last of a kind that is not the only one. */
function lastOf(entries: readonly Entry[], kind: PartKind, isWanted: (entry: Entry) => boolean = () => true): number {
  const indexes = entries.flatMap(({ part }, index) => (part.kind === kind ? [index] : []))
  return indexes.length < 2 ? -1 : (indexes.findLast((index) => isWanted(entries[index] as Entry)) ?? -1)
}

const without = (entries: readonly Entry[], index: number): readonly Entry[] => entries.filter((_entry, at) => at !== index)

/** Tokens of evidence up to here; the best stays, however large it is. */
function withinEvidence(entries: readonly Entry[], tokensMax: number, leave: (entry: Entry, reason: LeftOutReason) => void) {
  let [used, count] = [0, 0]
  let isFull = false
  return entries.filter((entry) => {
    if (entry.part.kind !== 'evidence') return true
    isFull ||= count > 0 && used + entry.tokens > tokensMax
    if (isFull) leave(entry, 'over_evidence')
    used += entry.tokens
    count += 1
    return !isFull
  })
}

/** One step towards less: the thread gets shorter, then loses its oldest, then evidence its worst. Null = nothing more may go. */
function lessened(entries: readonly Entry[], leave: (entry: Entry, reason: LeftOutReason) => void): readonly Entry[] | null {
  const long = entries.findLastIndex(({ part, isShortened }) => part.kind === 'thread' && !isShortened && shortened(part) !== part)
  const entry = entries[long]
  if (entry !== undefined) {
    const part = shortened(entry.part)
    const tokens = Math.ceil((entry.tokens * bytesOf(partText(part))) / Math.max(1, bytesOf(partText(entry.part))))
    return entries.with(long, { part, tokens, isShortened: true })
  }
  for (const kind of yieldingKinds) {
    const index = lastOf(entries, kind)
    if (index < 0) continue
    leave(entries[index] as Entry, 'over_share')
    return without(entries, index)
  }
  return null
}

/** At least one step towards less, and more until it is enough. Null where not even one can be made. */
function lessenedTo(
  entries: readonly Entry[],
  isEnough: (entries: readonly Entry[]) => boolean,
  leave: (entry: Entry, reason: LeftOutReason) => void,
): readonly Entry[] | null {
  let left = lessened(entries, leave)
  while (left !== null && !isEnough(left)) {
    const next = lessened(left, leave)
    if (next === null) break
    left = next
  }
  return left
}

const toRecord = (entries: readonly Entry[], places: RenderedContext['places']): readonly PartRecord[] =>
  entries.map(({ part, tokens, isShortened }, index) => ({
    ...{ kind: part.kind, source: part.source, why: part.why, tokens, bytes: bytesOf(part.text) },
    ...(isShortened ? { isShortened: true as const } : {}),
    at: { ...(places[index] ?? { message: 0, start: 0, end: 0 }) },
  }))

/** Fails with `context.too_large` when what must be in it does not fit, and with `context.delegate` where another agent should do it. */
export async function buildContext(request: ContextRequest): Promise<Result<BuiltContext>> {
  const {
    allowance = usualAllowance,
    evidenceTokensMax = contextLimits.evidenceTokensMax,
    canDelegate = false,
    redact = (text) => text,
  } = request
  const { shareMax, exemptionId } = allowance
  const window = request.resume === undefined ? null : await request.countTokens([], [])
  if (window?.ok === false) return window
  const carried = window === null ? null : (request.resume?.(window.value.contextTokens) ?? null)
  const clean = cleaned([...request.parts, ...(carried?.parts ?? [])], redact)
  const leftOut: LeftOutRecord[] = [...(request.leftOut ?? []), ...(carried?.leftOut ?? [])]
  const leave = ({ part: { kind, source }, tokens }: Entry, reason: LeftOutReason): void => {
    leftOut.push({ kind, source, tokens, reason })
  }
  const texts = clean.parts.map(partText)
  const first = await request.countTokens(renderParts(clean.parts).messages, texts)
  if (!first.ok) return first
  const { contextTokens } = first.value
  const pieces = tokensOf(texts, first.value)
  const whole = clean.parts.map((part, index): Entry => ({ part, tokens: pieces[index] ?? 0, isShortened: false }))
  // What the prompt has beyond its parts is mostly what stands between them.
  const between = (first.value.tokens - pieces.reduce((sum, one) => sum + one, 0)) / Math.max(1, pieces.length)
  const sum = (entries: readonly Entry[]): number => entries.reduce((all, { tokens }) => all + tokens + between, 0)
  const isTask = ({ part }: Entry): boolean => ['system', 'playbook', 'parameters', 'question'].includes(part.kind)
  const limitTokens = tokensIn(contextTokens, shareMax)
  const aimTokens = Math.min(limitTokens, tokensIn(contextTokens, request.aimShare ?? shareMax))
  const decided = decideContext({
    ...{ promptTokens: first.value.tokens, taskTokens: sum(whole.filter(isTask)), contextTokens, shareMax },
    ...{ canDelegate, canCompact: true },
  })
  if (decided === 'delegate') return forAnother

  const count = async (entries: readonly Entry[]): Promise<Result<number>> => {
    const counted = await request.countTokens(renderParts(entries.map(({ part }) => part)).messages, [])
    return counted.ok ? ok(counted.value.tokens) : counted
  }
  let entries: readonly Entry[] = withinEvidence(whole, evidenceTokensMax, leave)
  let counted = entries.length === whole.length ? ok(first.value.tokens) : await count(entries)
  while (counted.ok && counted.value > aimTokens) {
    // What the sum of the parts misses of the real count is taken as it is.
    const missed = counted.value - sum(entries)
    const less = lessenedTo(entries, (left) => sum(left) + missed <= aimTokens, leave)
    if (less === null && counted.value <= limitTokens) break
    if (less === null) return tooLarge
    entries = less
    counted = await count(entries)
  }
  if (!counted.ok) return counted
  // More could not be told on record, and nothing is in a context untold.
  if (Math.max(entries.length, leftOut.length) > contextPartLimits.partsMax) return tooLarge
  const { messages, places } = renderParts(entries.map(({ part }) => part))
  return ok({
    ...{ messages, promptTokens: counted.value, limitTokens, contextTokens, exemptionId, secretsRemoved: clean.removed() },
    included: entries.flatMap(({ part }) => (part.kind === 'evidence' ? [part.source] : [])),
    record: { parts: toRecord(entries, places), leftOut },
  })
}
