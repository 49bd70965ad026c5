/**
 * What of a task speaks for a larger model, each 0 to 1, from counts alone: what a person asked is counted, what a document or a model
 * says of itself is never read. Pure. Each feature never falls when one of its counts rises.
 *
 *     grow(n, half) = n / (n + half), which is 0 at 0, a half at `half`, and never 1
 *     complexity    = ½ grow(words asked, 30) + ½ grow(parts of the question − 1, 2)
 *     novelty       = terms of the question that no passage here holds ÷ its terms
 *     risk          = the greatest weight among the tools that the agent may use
 *     scope         = 0.4 grow(passages, 10) + 0.3 grow(documents − 1, 4) + 0.15 grow(collections − 1, 2) + 0.15 grow(steps so far, 10)
 */
import type { TaskFeatures } from './route.ts'
import type { Risk } from './tool.ts'

const halves = { words: 30, parts: 2, passages: 10, documents: 4, collections: 2, steps: 10 } as const

/** What a call of this risk may come to. */
export const riskWeights: Readonly<Record<Risk, number>> = {
  ...{ read: 0, compute: 0, human: 0, delegate: 0, note: 0.1, write: 0.5, crossing_permitted: 0.5, crossing: 0.7 },
  ...{ delete: 0.8, email: 0.8, command: 0.9, deploy: 1, unknown: 1 },
}

export interface TaskCounts {
  readonly words: number
  readonly parts: number
  /** Different terms of the question, and those of them that no passage here holds. */
  readonly terms: number
  readonly unknownTerms: number
  /** What it would be answered from. */
  readonly passages: number
  readonly documents: number
  readonly collections: number
  /** Steps that the run has taken. */
  readonly steps: number
  readonly risks: readonly Risk[]
}

const grow = (count: number, half: number): number => Math.max(0, count) / (Math.max(0, count) + half)

/** Nothing that is counted may push a feature over its end. */
const share = (part: number, whole: number): number => (whole <= 0 ? 0 : Math.min(1, Math.max(0, part) / whole))

export function taskFeatures(counts: TaskCounts): TaskFeatures {
  const { words, parts, terms, unknownTerms, passages, documents, collections, steps, risks } = counts
  return {
    complexity: 0.5 * grow(words, halves.words) + 0.5 * grow(parts - 1, halves.parts),
    novelty: share(unknownTerms, terms),
    risk: risks.reduce((most, risk) => Math.max(most, riskWeights[risk]), 0),
    scope:
      0.4 * grow(passages, halves.passages) +
      0.3 * grow(documents - 1, halves.documents) +
      0.15 * grow(collections - 1, halves.collections) +
      0.15 * grow(steps, halves.steps),
  }
}

const sentenceEnds = /[.?!…;](?=\s|$)/g
const listItems = /^\s*(?:[-*•]|\d{1,3}[.)])\s+/gm

/** Words of what a person asked, and the sentences, clauses and items that it falls into. */
export function countAsked(text: string): Pick<TaskCounts, 'words' | 'parts'> {
  const items = text.match(listItems)?.length ?? 0
  const plain = text.replace(listItems, '')
  const words = plain.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
  const ends = plain.trim().match(sentenceEnds)?.length ?? 0
  return { words, parts: words === 0 ? 0 : Math.max(1, ends, items) }
}

/** `held` is how many passages hold each term of the question. */
export const countTerms = (held: readonly number[]): Pick<TaskCounts, 'terms' | 'unknownTerms'> => ({
  terms: held.length,
  unknownTerms: held.filter((passages) => passages === 0).length,
})
