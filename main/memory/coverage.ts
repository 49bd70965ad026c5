/** How much of a question's rare words a text holds. Evidence is judged by this, never by a rank. */
import { indexText, type Word } from './lexical.ts'

/** Inverse document frequency of a stemmed term in the holdings. */
export type Rarity = (term: string) => number

/** ln(1 + (N − n + ½) / (n + ½)), as in BM25 (Robertson and Spärck Jones), kept positive. */
export const inverseFrequency = (passages: number, holding: number): number =>
  Math.log(1 + (Math.max(0, passages - holding) + 0.5) / (holding + 0.5))

/**
 * 0–1: the share of the question's words that the text holds, each word weighing as much as it is rare. A word with several
 * pieces (an identifier, a hyphenated word) counts whole when its joined form is there, and by its pieces otherwise.
 */
export function coverage(question: readonly Word[], text: string, rarity: Rarity): number {
  const held = new Set(indexText(text).split(' '))
  let all = 0
  let covered = 0
  for (const word of question) {
    const isWhole = word.whole !== null && held.has(word.whole)
    for (const part of word.parts) {
      const weight = rarity(part)
      all += weight
      if (isWhole || held.has(part)) covered += weight
    }
  }
  return all === 0 ? 0 : Math.min(1, covered / all)
}
