/** Reads the claims of all shards against each other and against their own quotes. It removes nothing: it says what a person should look at. Pure. */
import type { ClaimNote } from './report.ts'

export interface CheckedSentence {
  readonly shard: string
  readonly text: string
  readonly quotes: ReadonlyArray<{ readonly passageId: string; readonly quote: string }>
}

/** How much of two sentences' words must be the same for their numbers to be compared. */
const alikeMin = 0.75

/** Numbers as they are written, with their sign and fraction: `1,200.5`, `-4`, `07`. Two spellings of one number are not told to be the same. */
export const numbersIn = (text: string): readonly string[] =>
  text.normalize('NFC').match(/(?<![\p{L}\p{N}])[-\u2212]?\p{Nd}+(?:[.,:]\p{Nd}+)*/gu) ?? []

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLocaleLowerCase('en').match(/\p{L}{3,}/gu) ?? [])

function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = [...a].filter((word) => b.has(word)).length
  const all = a.size + b.size - both
  return all === 0 ? 0 : both / all
}

/** One list of notes for each sentence, in their order. Numbers of the goal may be repeated by anybody. */
export function crossCheck(sentences: readonly CheckedSentence[], goal: string): ReadonlyArray<readonly ClaimNote[]> {
  const asked = new Set(numbersIn(goal))
  const words = sentences.map(({ text }) => wordsOf(text))
  const numbers = sentences.map(({ text }) => numbersIn(text))
  return sentences.map(({ shard, quotes }, at) => {
    const quoted = new Set(quotes.flatMap(({ quote }) => numbersIn(quote)))
    const own = numbers[at] ?? []
    const notes: ClaimNote[] = own.some((number) => !quoted.has(number) && !asked.has(number))
      ? [{ note: 'number_not_quoted', shard: null }]
      : []
    const told = new Set<string>()
    for (const [other, { shard: from, quotes: theirs }] of sentences.entries()) {
      if (from === shard) continue
      const isSame = quotes.some(({ passageId, quote }) => theirs.some((each) => each.passageId === passageId && each.quote === quote))
      if (isSame && other < at && !told.has(`=${from}`)) {
        told.add(`=${from}`)
        notes.push({ note: 'repeated', shard: from })
      }
      const others = numbers[other] ?? []
      const isOther = own.length > 0 && others.length > 0 && !own.some((number) => others.includes(number))
      if (isOther && !told.has(`!${from}`) && alike(words[at] ?? new Set(), words[other] ?? new Set()) >= alikeMin) {
        told.add(`!${from}`)
        notes.push({ note: 'differs', shard: from })
      }
    }
    return notes
  })
}
