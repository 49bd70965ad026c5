/** Reads a question: what it names, what kind of thing it expects for an answer, and how much each of its words weighs as evidence. */
import { months, oppositeOf, relativesOf, vagueWords } from './reflex-words.ts'

/**
 * `terms` stems a text and leaves function words out; `rarity` is the inverse document frequency of such a term in the holdings,
 * highest for one that is not there.
 */
export interface Lexicon {
  readonly terms: (text: string) => readonly string[]
  readonly rarity: (term: string) => number
}

export const kinds = ['person', 'date', 'number', 'money', 'place', 'reason', 'any'] as const
export type Kind = (typeof kinds)[number]

export interface QuestionWord {
  /** As it stands in the question, without surrounding punctuation. */
  readonly raw: string
  readonly terms: readonly string[]
  /** Terms that stand for it, weaker than its own. */
  readonly relatives: readonly string[]
  readonly weight: number
  /** A name, an identifier or a number: nothing else can stand for it. */
  readonly isExact: boolean
  /** A term that says the contrary. */
  readonly opposite: string | null
  /** The word of measure in a question whose answer is known by its unit. */
  readonly isMeasure: boolean
  /** An exact word without figures: it says what the question is about. */
  readonly isName: boolean
  /** Fits almost any sentence, so that it proves nothing by itself. */
  readonly isVague: boolean
  /** For a bare number or letter, the word it stands behind: `House 5` is not any house with a 5 near it. */
  readonly follows: string | null
  /** What a question for an amount wants counted; an answer that does not mention it counts something else. */
  readonly isCounted: boolean
}

export interface Question {
  readonly kind: Kind
  /** What an amount of the kind asked for is written with; null when any number will do. */
  readonly unit: RegExp | null
  readonly words: readonly QuestionWord[]
}

/**
 * Shares of their weight that ordinary words keep: one that the holdings do not have may be a paraphrase, one that fits any
 * sentence tells little.
 */
const shares = { unheld: 0.5, vague: 0.35 } as const
/** An identifier says more than its rarity. */
const identifierGain = 1.5
/** A word that any term list leaves unknown. */
const unheard = '\u0000'

/** A day of a month is one word: any other 14 near any other March is not it. */
const dayOfMonth = new RegExp(String.raw`\b(\d{1,2}) (${months.join('|')})\b|\b(${months.join('|')}) (\d{1,2})\b`, 'giu')
const rawWord = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.:/&_-]*[\p{L}\p{N}\p{M}]|[\p{L}\p{N}]/gu
const hasDigit = /\p{N}/u
const isCapital = /^\p{Lu}/u
const people = 'person|people|man|woman|official|officer|engineer|analyst|author|company|firm|contractor|member'
const person = new RegExp(String.raw`^(?:by |from |to |with )?who(?:m|se)?\b|\bwh(?:ich|at) (?:${people})\b|\bname of the\b`, 'i')
const date =
  /^(?:\w+ )?when\b|\b(?:what|which|at what) (?:days?|dates?|years?|months?|times?|hours?)\b|\b(?:until|since|by) when\b|\bdate of\b/i
/** `When` that asks on what condition. */
const condition = /^when (?:may|can|must|should)\b/i
const money = /\b(?:cost|costs|price|paid|pay|salary|fee|rent|insured value|worth|charge)\b/i
const degrees = 'many|much|long|often|fast|deep|heavy|high|wide|far|old|large|big|tall|soon|quickly|strong|bright|cold|hot|warm'
const quantities =
  'number|value|amount|voltage|speed|depth|length|weight|yield|load|temperature|percentage|share|rate|distance|height|width|size|' +
  'reading|limit|mass|content|count|total|age|diameter'
const asked = 'what|which|at what|what was the|what is the'
const amount = new RegExp(String.raw`\bhow (?:${degrees})\b|\b(?:${asked}) (?:[\w-]+ ){0,3}(?:${quantities})\b`, 'i')
const length = 'm|metres?|meters?|km|kilometres?|kilometers?|(?:nautical )?miles?|feet|foot|ft|cm|mm|millimetres?|centimetres?|yards?'
const duration = `seconds?|minutes?|hours?|days?|weeks?|months?|years?|sec|min|h`
/** How an amount is recognised, by the word that asks for it. Only a word before which `how` stands, or a noun of measure, decides. */
const units: readonly (readonly [asked: RegExp, unit: RegExp])[] = [
  [/\bhow often\b/i, /\b(?:every|each|interval|hourly|daily|weekly|monthly|yearly|annual(?:ly)?|once|twice|times|per)\b/i],
  [/\bhow heavy\b|\bweigh\b|\bhow much (?:does|did|do) .* weigh\b/i, /(?:\b|\d)(?:kg|kilograms?|g|grams?|tonnes?|tons?|lbs?|pounds?)\b/i],
  [
    /\bhow (?:deep|high|tall|wide|far|large|big)\b|\b(?:what|which) (?:depth|height|width|distance)\b/i,
    new RegExp(String.raw`(?:\b|\d)(?:${length})\b`, 'i'),
  ],
  [/\bhow long\b/i, new RegExp(String.raw`(?:\b|\d)(?:${length}|${duration})\b`, 'i')],
  [/\bhow (?:soon|quickly)\b/i, new RegExp(String.raw`(?:\b|\d)(?:${duration}|at once|immediately)\b|:\d\d\b`, 'i')],
  [/\bhow fast\b|\bwhat speed\b/i, /\b(?:knots?|kn|km\/h|kilomet(?:re|er)s per hour|met(?:re|er)s per second|m\/s|mph|speed)\b/i],
  [/\bhow bright\b/i, /\b(?:lux|lumens?|candelas?|magnitude)\b/i],
  [/\bhow (?:hot|cold|warm)\b|\b(?:what|which) temperature\b/i, /\b(?:degrees?|celsius|fahrenheit|kelvin|temperature)|°|\d ?[CFK]\b/i],
  [/\b(?:tele)?phone number\b/i, /\d[\d ()/-]{5,}\d/],
]

const place = /^(?:\w+ )?where\b|\b(?:in|on|at) which (?:\w+ )?(?:place|town|city|site|station|berth|plot|port|room)\b/i
const reason = /^why\b|^how (?:did|do|does|was|were|is|are|can|could)\b|\b(?:reason|cause|explanation) (?:for|of|why)\b|\bwhat caused\b/i

/** The word of measure itself: the answer has a unit where the question has this. */
const gradableWords =
  'heavy|weigh|deep|depth|high|height|tall|wide|width|far|distance|large|big|long|soon|quickly|fast|speed|often|bright|hot|cold|warm|' +
  'temperature|telephone|phone'
const gradable = new RegExp(`^(?:${gradableWords})$`, 'i')
const cause = /^(?:caused?|reasons?|explanation)$/i
const bareNumber = /^(?:\d{1,4}|\p{Lu})$/u
/** What is to be counted or measured, and what is to be priced. */
const counted = [
  /\bhow many ((?:[\p{L}\p{N}-]+ ?){1,3})/iu,
  /\bhow \p{L}+ (?:is|are|was|were|may|must|can|will|did|does|do) (?:the|a|an) (\p{L}+)/iu,
] as const
const priced = [/\b(?:did|does|do|will|would) (.+?) cost\b/iu, /\b(?:price|cost) of (.+)/iu] as const
const afterCounted = /\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|may|must|should|of|from|in|on|at)\b/iu

function kindOf(text: string): Kind {
  if (condition.test(text)) return 'any'
  if (reason.test(text)) return 'reason'
  if (date.test(text)) return 'date'
  if (person.test(text)) return 'person'
  if (/\bhow much\b|^what\b/i.test(text) && money.test(text)) return 'money'
  if (amount.test(text)) return 'number'
  if (place.test(text)) return 'place'
  return 'any'
}

const firstGroup = (patterns: readonly RegExp[], text: string): string =>
  patterns.map((pattern) => pattern.exec(text)?.[1] ?? '').find((found) => found !== '') ?? ''

/** Of what is priced, the last word says what it is: a replacement buoy is a buoy. */
function countedIn(text: string, terms: Lexicon['terms']): ReadonlySet<string> {
  const price = terms(firstGroup(priced, text)).slice(-1)
  return new Set([...price, ...terms(firstGroup(counted, text).split(afterCounted)[0] ?? '')])
}

export function readQuestion(text: string, { terms, rarity }: Lexicon): Question {
  const highest = rarity(unheard)
  const kind = kindOf(text)
  const countedTerms = countedIn(text, terms)
  const words: QuestionWord[] = []
  const seen = new Set<string>()
  const unit = units.find(([pattern]) => pattern.test(text))?.[1] ?? null
  let before: { readonly raw: string; readonly end: number } | null = null
  for (const match of text.replace(dayOfMonth, (_, day, month, first, second) => `${day ?? second}_${month ?? first}`).matchAll(rawWord)) {
    const raw = match[0].replace(/['’]s$/u, '').replace('_', ' ')
    const low = raw.toLowerCase()
    const follows: string | null = bareNumber.test(raw) && before !== null && before.end + 1 === match.index ? before.raw : null
    // `A` is a function word, but not in `class A`.
    const own: readonly string[] = follows !== null && terms(raw).length === 0 ? [low] : terms(raw)
    before = own.length === 0 || bareNumber.test(raw) ? null : { raw, end: match.index + match[0].length }
    const key = own.join(' ')
    if (own.length === 0 || seen.has(key)) continue
    seen.add(key)
    const isName = hasDigit.test(raw) || (match.index > 0 && isCapital.test(raw))
    const isExact = isName || months.includes(low)
    const rarities = own.map(rarity)
    const rarest = Math.max(...rarities)
    const isParaphrase = !isExact && own.length === 1 && rarest >= highest
    const isVague = vagueWords.has(low) || (kind === 'reason' && cause.test(raw))
    const share = isParaphrase
      ? shares.unheld
      : vagueWords.has(low) || gradable.test(raw)
        ? shares.vague
        : hasDigit.test(raw)
          ? identifierGain
          : 1
    words.push({
      raw,
      terms: own,
      relatives: [
        ...new Set((follows !== null || (isExact && !hasDigit.test(raw)) ? [] : relativesOf(raw)).flatMap((word) => terms(word))),
      ],
      weight: rarest * share,
      isExact,
      isVague,
      opposite: terms(oppositeOf(raw) ?? '')[0] ?? null,
      isName: isExact && !hasDigit.test(raw) && !months.includes(low),
      isMeasure: unit !== null && gradable.test(raw),
      follows,
      isCounted: own.some((term) => countedTerms.has(term)),
    })
  }
  return { kind, unit, words }
}
