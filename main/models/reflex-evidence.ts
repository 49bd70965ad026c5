/**
 * Weighs a quotable stretch as evidence for a question: how much of the question's rare-word weight its neighbourhood covers, and
 * whether it holds the kind of thing asked for. It never looks at a rank.
 */
import type { NumberedPassage } from '../domain/claim.ts'
import type { Span } from '../domain/quote.ts'
import type { Lexicon, Question, QuestionWord } from './reflex-question.ts'
import { holdsShape } from './reflex-shapes.ts'
import { byline, logEntry, type Unit, unitsOf } from './reflex-units.ts'
import { months } from './reflex-words.ts'

/** A passage as the reflex reads it: with what it stands under, and the spans of its blocks. */
export interface ReflexPassage extends NumberedPassage {
  readonly heading: string
  readonly file: string
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
const places = { here: 1, header: 0.85, heading: 0.8, beside: 0.55, passage: 0.3, document: 0.2 } as const
/** The same for a word that only stands for it. */
const relativeShare = 0.85
/** What is left when the kind of thing asked for is not there. */
const shapeless = { person: 0.55, date: 0.55, number: 0.55, money: 0.5, place: 0.8, reason: 0.85, any: 1 } as const
/** What is left when the thing to be counted is not mentioned. */
const uncountedShare = 0.6
/** What is left for each name, identifier or number of the question that is nowhere near. */
const strangerShare = { passage: 0.75, elsewhere: 0.65, absent: 0.6 } as const
/** What is left when the contrary of a word is there in its stead. */
const oppositeShare = 0.6
/** Longer stretches need more reason: this much is taken for each hundred characters. */
const lengthCost = 0.012
/** What is left of a stretch that is no sentence, such as a title or a caption. */
const fragmentShare = 0.9
const sentenceEnd = /[.!?:;]["'”’)\]]*$/
const pairCharsMax = 420

const isoDate = /\b(\d{4})-(\d\d)-(\d\d)\b/g

interface Bag {
  readonly terms: ReadonlySet<string>
  readonly text: string
  /** In a row, a number's noun stands in the column's name. */
  readonly isRow: boolean
}

/** Terms of a text, with the words of a date that is written in figures. */
function bagOf(text: string, { terms }: Lexicon, isRow = false): Bag {
  const spoken = [...text.matchAll(isoDate)].map(([, year, month, day]) => `${Number(day)} ${months[Number(month) - 1] ?? ''} ${year}`)
  const full = [text, ...spoken].join(' ')
  return { terms: new Set(terms(full)), text: full.toLowerCase().replace(/[^\S\t]+/g, ' '), isRow }
}

const hasPunctuatedDigits = /\d[:/.]\d/
const kinCharsMin = 5

/** Whether two stems are one word with another ending: treat and treatment. */
const areKin = (a: string, b: string): boolean =>
  a.length >= kinCharsMin && b.length >= kinCharsMin && !/\d/.test(a) && (a.startsWith(b) || b.startsWith(a))

/** A number stands in a phrase: behind its noun (`Berth 3`), or before its month, perhaps as the first of a range. */
function holdsPhrase({ text, isRow }: Bag, word: QuestionWord): boolean {
  const [day, month] = word.raw.toLowerCase().split(' ')
  if (month !== undefined)
    return new RegExp(
      String.raw`\b${day}(?:st|nd|rd|th)?(?: (?:and|to|or) \d{1,2})? ${month}\b|\b${month} ${day}\b|\b${day}(?:st|nd|rd|th)\b`,
      'u',
    ).test(text)
  if (word.follows === null) return !hasPunctuatedDigits.test(word.raw) || text.includes(word.raw.toLowerCase())
  const isCell = isRow && new RegExp(String.raw`(?:^|[\t·|:]) ?${word.raw} ?(?:[\t·|]|$)`, 'iu').test(text)
  return isCell || new RegExp(String.raw`\b${word.follows}s?\W{0,3}${word.raw}\b`, 'iu').test(text)
}

/** 1 for the word itself, less for one that stands for it, 0 for neither. */
function holdsWord(bag: Bag, word: QuestionWord): number {
  // A day may stand without its month (`the 12th`), and a letter may be a function word, which no bag holds: the phrase decides alone.
  const isPhrase = word.raw.includes(' ') || (word.follows !== null && /^\p{Lu}$/u.test(word.raw))
  if (isPhrase) return holdsPhrase(bag, word) ? 1 : 0
  const joined = word.terms.length > 1 ? word.terms.at(-1) : undefined
  const isThere = word.terms.every((term) => bag.terms.has(term)) || (joined !== undefined && bag.terms.has(joined))
  if (isThere) return holdsPhrase(bag, word) ? 1 : 0
  if (word.relatives.some((term) => bag.terms.has(term))) return relativeShare
  const [only] = word.terms
  if (word.isExact || word.terms.length !== 1 || only === undefined || only.length < kinCharsMin) return 0
  for (const term of bag.terms) if (areKin(term, only)) return relativeShare
  return 0
}

interface Surroundings {
  readonly header: Bag
  readonly heading: Bag
  readonly beside: Bag
  readonly passage: Bag
  readonly document: Bag
}

/**
 * The mean of two shares: of all the question's weight, and of the weight of what is asked about the topic, since a title
 * that names the topic answers nothing by itself.
 */
function strengthOf(question: Question, asked: string, here: Bag, text: string, around: Surroundings): number {
  const all = { weight: 0, covered: 0 }
  const rest = { weight: 0, covered: 0 }
  const isShaped = holdsShape(question, `${text} ${around.header.text}`, asked)
  let left = isShaped ? 1 : shapeless[question.kind]
  let isStranger = false
  let counted: number | null = null
  for (const word of question.words) {
    const topic = holdsWord(around.heading, word)
    const near = Math.max(
      places.here * holdsWord(here, word),
      word.isMeasure && isShaped ? relativeShare : 0,
      places.header * holdsWord(around.header, word),
      places.beside * holdsWord(around.beside, word),
      places.passage * holdsWord(around.passage, word),
      places.document * holdsWord(around.document, word),
    )
    const share = Math.max(near, places.heading * topic)
    all.weight += word.weight
    all.covered += word.weight * share
    if (topic === 0 && !word.isName && !word.isVague) {
      rest.weight += word.weight
      rest.covered += word.weight * near
    }
    if (word.isExact && share < places.beside) {
      // The words of one name count as one stranger.
      if (!isStranger) left *= share >= places.passage ? strangerShare.passage : share > 0 ? strangerShare.elsewhere : strangerShare.absent
      isStranger = true
    } else isStranger = false
    if (word.opposite !== null && here.terms.has(word.opposite) && holdsWord(here, word) < 1) left *= oppositeShare
    if (word.isCounted && !word.isVague) counted = Math.max(counted ?? 0, share)
  }
  if (all.weight === 0) return 0
  if (counted !== null && counted < places.beside * relativeShare) left *= uncountedShare
  const ofAll = all.covered / all.weight
  const ofRest = rest.weight === 0 ? ofAll : rest.covered / rest.weight
  return ((ofAll + ofRest) / 2) * left
}

const spanText = (passage: ReflexPassage, span: Span): string => passage.text.slice(span.start, span.end)
const emptyBag: Bag = { terms: new Set(), text: '', isRow: false }
const unite = (bags: readonly Bag[]): Bag => ({
  terms: new Set(bags.flatMap((bag) => [...bag.terms])),
  text: bags.map((bag) => bag.text).join(' '),
  isRow: false,
})

/** A passage with the words of its units read once. */
interface ReadPassage {
  readonly passage: ReflexPassage
  readonly units: readonly Unit[]
  readonly bags: readonly Bag[]
  readonly heading: Bag
  readonly whole: Bag
}

function readPassage(passage: ReflexPassage, lexicon: Lexicon): ReadPassage {
  const units = unitsOf(passage.text, passage.blocks, passage.fields, passage.heading)
  const bags = units.map((unit) => {
    const text = spanText(passage, unit)
    // A byline says who wrote the document without the word.
    return bagOf(byline.test(text.replace(/\s+/g, ' ')) ? `${text} written author drawn prepared` : text, lexicon, unit.isRow)
  })
  const heading = bagOf(`${passage.heading} ${passage.file.replace(/\.[^.]+$/, '')}`, lexicon)
  return { passage, units, bags, heading, whole: unite(bags) }
}

/** Two paragraphs, or two entries of a log, are one thought only when the second answers the first. */
function belongTogether({ passage }: ReadPassage, unit: Unit, next: Unit): boolean {
  if (unit.isRow || next.isRow || next.end - unit.start > pairCharsMax) return false
  const isApart = next.block !== unit.block || logEntry.test(spanText(passage, next))
  return !isApart || passage.text[unit.end - 1] === '?'
}

function weighRead(read: ReadPassage, document: Bag, question: Question, asked: string): readonly Evidence[] {
  const { passage, units, bags, heading, whole } = read
  const evidence: Evidence[] = []
  const weigh = (from: number, to: number, first: Unit, last: Unit) => {
    const span: Span = { start: first.start, end: last.end }
    const text = spanText(passage, span)
    const here = unite(bags.slice(from, to + 1))
    const header = units.findIndex((unit) => unit.isRow && unit.start === first.header?.start)
    const strength = strengthOf(question, asked, { ...here, isRow: first.isRow }, text, {
      header: bags[header] ?? emptyBag,
      heading,
      beside: unite([bags[from - 1], bags[to + 1]].filter((bag) => bag !== undefined)),
      passage: whole,
      document,
    })
    const share = first.isRow || sentenceEnd.test(text) ? 1 : fragmentShare
    const cost = (lengthCost * text.length) / 100
    evidence.push({ ...span, passage, isRow: first.isRow, strength: Math.max(0, strength * share - cost), terms: here.terms })
  }
  for (const [i, unit] of units.entries()) {
    weigh(i, i, unit, unit)
    const next = units[i + 1]
    if (next !== undefined && belongTogether(read, unit, next)) weigh(i, i + 1, unit, next)
  }
  return evidence
}

/**
 * Every sentence, row and pair of neighbouring sentences of the passages, weighed. What was retrieved of a document counts for all of
 * it. Yields between passages: weighing them all takes longer than others may be kept waiting.
 */
export function* weighPassages(
  passages: readonly ReflexPassage[],
  question: Question,
  asked: string,
  lexicon: Lexicon,
): Generator<void, readonly Evidence[]> {
  const read: ReadPassage[] = []
  for (const passage of passages) {
    read.push(readPassage(passage, lexicon))
    yield
  }
  const documents = new Map(
    [...Map.groupBy(read, ({ passage }) => passage.file)].map(([file, list]) => [
      file,
      unite(list.flatMap(({ heading, whole }) => [heading, whole])),
    ]),
  )
  const evidence: Evidence[] = []
  for (const one of read) {
    evidence.push(...weighRead(one, documents.get(one.passage.file) ?? emptyBag, question, asked))
    yield
  }
  return evidence
}
