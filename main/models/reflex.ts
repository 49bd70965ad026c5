/**
 * The answer of a machine without a model: the sentences and rows of the documents that best support an answer, quoted as they
 * stand. Deterministic; it never writes a sentence of its own, and says nothing when the evidence is thin.
 */
import type { DraftClaim } from '../domain/claim.ts'
import { claimLimits } from '../domain/claim.ts'
import { findQuote } from '../domain/quote.ts'
import { type Evidence, type ReflexPassage, weighPassages } from './reflex-evidence.ts'
import { type Kind, type Lexicon, readQuestion } from './reflex-question.ts'

export type { ReflexPassage } from './reflex-evidence.ts'
export type { Lexicon } from './reflex-question.ts'
export { blockSpans } from './reflex-units.ts'

export const reflexLimits = { passagesMax: 40, claimsMax: 4, questionCharsMax: 2_000 } as const

/** How long it works on without a pause. */
const turnMs = 5
/** Calibrated on the question set (`npm run bench:answers`): below it the documents do not answer. */
const strengthMin = 0.53
/** A further quote is shown when it is this close to the best one. */
const furtherShare = 0.78
const neighbourCharsMax = 280
const neighbourShare = 0.95
const isFollowed: ReadonlySet<Kind> = new Set<Kind>(['reason', 'place', 'any'])
/** Share of all their terms that two quotes may have in common. */
const overlapMax = 0.6

const collapsed = ({ passage, start, end }: Evidence): string => passage.text.slice(start, end).replace(/\s+/g, ' ')
const figures = (terms: ReadonlySet<string>): string =>
  [...terms]
    .filter((term) => /\d/.test(term))
    .sort()
    .join(' ')

/** Whether one says what the other says. Two sources that differ in a figure contradict each other, and both are shown. */
function repeats(a: Evidence, b: Evidence): boolean {
  const [one, other] = [collapsed(a), collapsed(b)]
  if (one.includes(other) || other.includes(one)) return true
  const common = [...a.terms].filter((term) => b.terms.has(term)).length
  const isNear = common > overlapMax * (a.terms.size + b.terms.size - common)
  return isNear && figures(a.terms) === figures(b.terms)
}

const touches = (a: Evidence, b: Evidence): boolean => a.passage.n === b.passage.n && a.start < b.end && b.start < a.end

/** A quote that the verifier would refuse is never offered: too short to prove anything, or too long. */
const isQuotable = ({ passage, start, end }: Evidence): boolean =>
  end - start <= claimLimits.quoteCharsMax && findQuote(passage.text, passage.text.slice(start, end), passage.fields) !== null

/**
 * Reasons, places and ways often stand in the sentence beside the one that has the question's words: it is quoted with it where
 * both stay short.
 */
function withNeighbour(best: Evidence, sorted: readonly Evidence[]): Evidence {
  if (best.isRow) return best
  const longer = sorted.find(
    (other) =>
      other.passage.n === best.passage.n &&
      other.start <= best.start &&
      other.end >= best.end &&
      other.end - other.start > best.end - best.start &&
      other.end - other.start <= neighbourCharsMax &&
      other.strength >= best.strength * neighbourShare,
  )
  return longer ?? best
}

function choose(sorted: readonly Evidence[], kind: Kind): readonly Evidence[] {
  const chosen: Evidence[] = []
  const best = sorted.find(isQuotable)
  if (best === undefined || best.strength < strengthMin) return []
  for (const candidate of sorted) {
    if (chosen.length >= reflexLimits.claimsMax || candidate.strength < Math.max(strengthMin, best.strength * furtherShare)) break
    const isNew = chosen.every((known) => !touches(known, candidate) && !repeats(known, candidate))
    if (isNew && isQuotable(candidate)) chosen.push(isFollowed.has(kind) ? withNeighbour(candidate, sorted) : candidate)
  }
  return chosen
}

type Answered = readonly DraftClaim[] | null

/** One to four quotes, best first, each a claim of its own; null when the passages do not answer. `passages` come best-ranked first. */
export function answerReflex(question: string, passages: readonly ReflexPassage[], lexicon: Lexicon): Answered {
  const work = answering(question, passages, lexicon)
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

/** The same, with a `pause` whenever it has worked for some milliseconds, so that nobody else is kept waiting. */
export async function answerReflexInTurns(
  question: string,
  passages: readonly ReflexPassage[],
  lexicon: Lexicon,
  pause: () => Promise<unknown>,
): Promise<Answered> {
  const work = answering(question, passages, lexicon)
  for (let from = performance.now(); ; ) {
    const { done, value } = work.next()
    if (done === true) return value
    if (performance.now() - from < turnMs) continue
    await pause()
    from = performance.now()
  }
}

function* answering(question: string, passages: readonly ReflexPassage[], lexicon: Lexicon): Generator<void, Answered> {
  const asked = question.slice(0, reflexLimits.questionCharsMax)
  const read = readQuestion(asked, lexicon)
  if (read.words.length === 0) return null
  // The same words in two documents are said once.
  const different = new Map(passages.toReversed().map((passage) => [passage.text, passage]))
  const readable = passages.filter((passage) => different.get(passage.text) === passage).slice(0, reflexLimits.passagesMax)
  const evidence = yield* weighPassages(readable, read, asked, lexicon)
  // The sort is stable, so that of two equals the better-ranked passage and the earlier sentence come first.
  const chosen = choose(
    [...evidence].sort((a, b) => b.strength - a.strength),
    read.kind,
  )
  if (chosen.length === 0) return null
  return chosen.map(({ passage, start, end }) => {
    const quote = passage.text.slice(start, end)
    return { text: quote.replace(/\s+/g, ' '), n: passage.n, quote }
  })
}
