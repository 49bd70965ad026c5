/** Weighs a quotable stretch as evidence for a question: how much of the question's rare-word weight its neighbourhood covers, and whether it holds the kind of thing asked for. Never a rank. */
import type { NumberedPassage } from '../domain/claim.ts'
import type { Span } from '../domain/quote.ts'
import type { Lexicon, Question, QuestionWord } from './reflex-question.ts'
import { holdsShape } from './reflex-shapes.ts'
import { type Unit, unitsOf } from './reflex-units.ts'
import { months } from './reflex-words.ts'

/** A passage as the reflex reads it: with what it stands under, and the spans of its blocks. */
export interface ReflexPassage extends NumberedPassage {
  readonly heading: string
  readonly blocks: readonly Span[]
}

export interface Evidence extends Span {
  readonly passage: ReflexPassage
  readonly isRow: boolean
  /** 0–1. */
  readonly strength: number
  /** Its own terms, for telling near-duplicates. */
  readonly terms: ReadonlySet<string>
}

/** How much of a word's weight counts, by where it was found. */
const places = { here: 1, header: 0.85, heading: 0.8, beside: 0.55, passage: 0.3 } as const
/** The same for a word that only stands for it. */
const relativeShare = 0.85
/** What is left when the kind of thing asked for is not there. */
const shapeless = { person: 0.55, date: 0.55, number: 0.55, money: 0.5, place: 0.8, reason: 0.85, any: 1 } as const
/** What is left for each name, identifier or number of the question that is nowhere near. */
const strangerShare = 0.6
/** Longer stretches need more reason: this much is taken for each hundred characters. */
const lengthCost = 0.012
const pairCharsMax = 420

const isoDate = /\b(\d{4})-(\d\d)-(\d\d)\b/g

interface Bag {
  readonly terms: ReadonlySet<string>
  readonly text: string
}

/** Terms of a text, with the words of a date that is written in figures. */
function bagOf(text: string, { terms }: Lexicon): Bag {
  const spoken = [...text.matchAll(isoDate)].map(([, year, month, day]) => `${Number(day)} ${months[Number(month) - 1] ?? ''} ${year}`)
  const full = [text, ...spoken].join(' ')
  return { terms: new Set(terms(full)), text: full.toLowerCase() }
}

const hasPunctuatedDigits = /\d[:/.]\d/

function holdsWord({ terms, text }: Bag, word: QuestionWord): number {
  const has = word.terms.every((term) => terms.has(term))
  if (has && hasPunctuatedDigits.test(word.raw) && !text.includes(word.raw.toLowerCase())) return 0
  if (has) return 1
  return word.relatives.some((term) => terms.has(term)) ? relativeShare : 0
}

interface Surroundings {
  readonly header: Bag
  readonly heading: Bag
  readonly beside: Bag
  readonly passage: Bag
}

function strengthOf(question: Question, asked: string, here: Bag, text: string, around: Surroundings): number {
  let all = 0
  let covered = 0
  let strangers = 0
  for (const word of question.words) {
    all += word.weight
    const share = Math.max(
      places.here * holdsWord(here, word),
      places.header * holdsWord(around.header, word),
      places.heading * holdsWord(around.heading, word),
      places.beside * holdsWord(around.beside, word),
      places.passage * holdsWord(around.passage, word),
    )
    covered += word.weight * share
    if (word.isExact && share < places.beside * relativeShare) strangers += 1
  }
  if (all === 0) return 0
  const shape = holdsShape(question.kind, text, asked) ? 1 : shapeless[question.kind]
  return (covered / all) * shape * strangerShare ** strangers
}

const spanText = (passage: ReflexPassage, span: Span): string => passage.text.slice(span.start, span.end)
const empty: Bag = { terms: new Set(), text: '' }

/** Every sentence, row and pair of neighbouring sentences of a passage, weighed. */
export function weighPassage(passage: ReflexPassage, question: Question, asked: string, lexicon: Lexicon): readonly Evidence[] {
  const units = unitsOf(passage.text, passage.blocks, passage.fields)
  const bags = units.map((unit) => bagOf(spanText(passage, unit), lexicon))
  const heading = bagOf(passage.heading, lexicon)
  const whole = bagOf(passage.text, lexicon)
  const evidence: Evidence[] = []
  const weigh = (from: number, to: number) => {
    const first = units[from]
    const last = units[to]
    if (first === undefined || last === undefined) return
    const span: Span = { start: first.start, end: last.end }
    const text = spanText(passage, span)
    const here = from === to ? (bags[from] ?? empty) : bagOf(text, lexicon)
    const besides = [bags[from - 1], bags[to + 1]].filter((bag) => bag !== undefined)
    const strength = strengthOf(question, asked, here, text, {
      header: first.header === null ? empty : bagOf(spanText(passage, first.header), lexicon),
      heading,
      beside: { terms: new Set(besides.flatMap((bag) => [...bag.terms])), text: besides.map((bag) => bag.text).join(' ') },
      passage: whole,
    })
    evidence.push({
      ...span,
      passage,
      isRow: first.isRow,
      strength: Math.max(0, strength - (lengthCost * text.length) / 100),
      terms: here.terms,
    })
  }
  for (const [i, unit] of units.entries()) {
    weigh(i, i)
    const next: Unit | undefined = units[i + 1]
    if (next === undefined || unit.isRow || next.isRow || next.end - unit.start > pairCharsMax) continue
    weigh(i, i + 1)
  }
  return evidence
}
