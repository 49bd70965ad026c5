/**
 * Words as search sees them: split, folded and stemmed the same way when a passage is indexed and when a question is asked.
 * Pure; it must never hand a person's raw query to the full-text engine.
 */
import { stemmer } from 'stemmer'
import { stopWords } from './stop-words.ts'

export const lexicalLimits = {
  termCharsMax: 64,
  queryCharsMax: 10_000,
  queryTermsMax: 64,
  stemsCachedMax: 50_000,
  wordsCachedMax: 20_000,
} as const

/**
 * One word of a text. `parts` are its stemmed pieces (`maxRetryCount` → max, retri, count); `whole` is the joined form
 * (`maxretrycount`, the same for `max_retry_count` and `max-retry-count`), or null when the word has one piece only.
 */
export interface Word {
  readonly parts: readonly string[]
  readonly whole: string | null
  /** A function word such as `the`, `which` or `does`; an acronym in capitals (`US`, `WHO`) is none. */
  readonly isStop: boolean
}

// Superscripts are left out, so that 10² is the word 10 and not 102.
const letters = String.raw`[\p{L}\p{M}\p{Nd}\p{Nl}_]+`
const wordPattern = new RegExp(`${letters}(?:(?:[.\\-'’\u2010\u2011]|::|(?<=\\d),(?=\\d{3}(?!\\d)))${letters})*`, 'gu')
const isAscii = /^[\p{ASCII}]*$/u
const marks = /(?<=[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}])\p{Mn}+/gu
const possessive = /['’]s$/iu
/** Folding may bring out more of them than stood in the word. */
const separators = /[^\p{L}\p{M}\p{Nd}\p{Nl}]+/u
const caseChange = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=[\p{L}\p{M}])(?=\p{N})|(?<=\p{N})(?=\p{L})/u
const number = /^\d+(?:\.\d+)+$/
/** Scripts written without spaces between words. They are cut into overlapping pairs of characters. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}ー]+/gu
const hasUnspaced = new RegExp(unspaced.source, 'u')
const plain = /^[a-z]+$/

const stems = new Map<string, string>()

/** Porter's stem of an English word; other words are returned as they are. */
function stem(word: string): string {
  if (word.length < 3 || !plain.test(word)) return word
  const known = stems.get(word)
  if (known !== undefined) return known
  if (stems.size >= lexicalLimits.stemsCachedMax) stems.clear()
  const result = stemmer(word)
  stems.set(word, result)
  return result
}

/** Compatibility forms and accents are folded for search only; quotes are verified against the text as it stands. */
function fold(word: string): string {
  return isAscii.test(word) ? word : word.normalize('NFKD').replace(marks, '').normalize('NFC')
}

const shorten = (term: string): string => (term.length > lexicalLimits.termCharsMax ? term.slice(0, lexicalLimits.termCharsMax) : term)

type Side = 'passage' | 'question'

/** Pairs of neighbouring characters. Single ones too on the passage's side, since a question may be one character long. */
function pairs(run: string, side: Side): string[] {
  const characters = [...run]
  const neighbours = characters.slice(1).map((character, i) => `${characters[i] ?? ''}${character}`)
  return side === 'passage' || neighbours.length === 0 ? [...characters, ...neighbours] : neighbours
}

function piecesOf(piece: string, side: Side): string[] {
  if (!hasUnspaced.test(piece)) return [stem(piece.toLowerCase())]
  const spaced = piece.split(unspaced).filter((rest) => rest !== '')
  const runs = [...piece.matchAll(unspaced)].flatMap((match) => pairs(match[0], side))
  return [...spaced.map((rest) => stem(rest.toLowerCase())), ...runs]
}

const known: Readonly<Record<Side, Map<string, Word | null>>> = { passage: new Map(), question: new Map() }

/** Texts use the same words over and over; taking one apart costs twenty times what remembering it does. */
function readWord(raw: string, side: Side): Word | null {
  const cache = known[side]
  const found = cache.get(raw)
  if (found !== undefined) return found
  if (cache.size >= lexicalLimits.wordsCachedMax) cache.clear()
  const word = takeApart(raw, side)
  // A word without end would be remembered at its full length.
  if (raw.length <= lexicalLimits.termCharsMax) cache.set(raw, word)
  return word
}

function takeApart(raw: string, side: Side): Word | null {
  const folded = fold(raw).replace(possessive, '').replace(/['’,]/gu, '')
  const pieces = folded
    .split(separators)
    .flatMap((piece) => piece.split(caseChange))
    .filter((piece) => piece !== '')
  const [first] = pieces
  if (first === undefined) return null
  // A decimal keeps its point and is one word: 7.4 is neither 74 nor a 7 beside a 4.
  if (number.test(folded)) return { parts: [shorten(folded)], whole: null, isStop: false }
  const parts = pieces.flatMap((piece) => piecesOf(piece, side)).map(shorten)
  if (pieces.length === 1) return { parts, whole: null, isStop: stopWords.has(first.toLowerCase()) }
  return { parts, whole: shorten(stem(pieces.join('').toLowerCase())), isStop: false }
}

/** The words of a passage in order, function words included. */
export function words(text: string): Word[] {
  const found: Word[] = []
  for (const match of text.matchAll(wordPattern)) {
    const word = readWord(match[0], 'passage')
    if (word !== null) found.push(word)
  }
  return found
}

/** A text as the full-text index stores it: every piece and every joined form, space between them. */
export function indexText(text: string): string {
  return words(text)
    .flatMap((word) => (word.whole === null ? word.parts : [...word.parts, word.whole]))
    .join(' ')
}

const isShouted = (text: string): boolean => !/\p{Ll}/u.test(text)

/** What a question asks for: its words without function words, each once. Acronyms in capitals stay, unless all is in capitals. */
export function queryWords(text: string): Word[] {
  const cut = text.slice(0, lexicalLimits.queryCharsMax)
  const shouted = isShouted(cut)
  const seen = new Set<string>()
  const found: Word[] = []
  for (const match of cut.matchAll(wordPattern)) {
    const word = readWord(match[0], 'question')
    if (word === null) continue
    const isAcronym = !shouted && match[0].length > 1 && isShouted(match[0]) && /^\p{Lu}+$/u.test(match[0])
    if (word.isStop && !isAcronym) continue
    const key = word.whole ?? word.parts.join(' ')
    if (seen.has(key)) continue
    seen.add(key)
    found.push(word)
    if (found.length >= lexicalLimits.queryTermsMax) break
  }
  return found
}

/** The distinct terms of words: pieces and joined forms. */
export function termsOf(list: readonly Word[]): string[] {
  return [...new Set(list.flatMap((word) => (word.whole === null ? word.parts : [...word.parts, word.whole])))]
}

/** Stemmed terms of a text, identifiers split, function words left out, each once, in order of first appearance. */
export const terms = (text: string): string[] => termsOf(queryWords(text))

/** A full-text expression from terms: each quoted, any of them may match. Null when there are none. */
export function matchExpression(list: readonly string[]): string | null {
  const quoted = list.map((term) => term.replaceAll('"', '').replaceAll('\0', '')).filter((term) => term !== '')
  return quoted.length === 0 ? null : quoted.map((term) => `"${term}"`).join(' OR ')
}
