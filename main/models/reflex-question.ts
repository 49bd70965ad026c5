/** Reads a question: what it names, what kind of thing it expects for an answer, and how much each of its words weighs as evidence. */
import { months, numberWords, relativesOf } from './reflex-words.ts'

/** `terms` stems a text and leaves function words out; `rarity` is the inverse document frequency of such a term in the holdings, highest for one that is not there. */
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
  /** Whether the holdings have it at all. */
  readonly isHeld: boolean
}

export interface Question {
  readonly kind: Kind
  readonly words: readonly QuestionWord[]
}

/** Share of its weight that an ordinary word keeps when the holdings do not have it: it may be a paraphrase. */
const unheldShare = 0.5
/** A word that any term list leaves unknown. */
const unheard = '\u0000'

const rawWord = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.:/&_-]*[\p{L}\p{N}\p{M}]|[\p{L}\p{N}]/gu
const hasDigit = /\p{N}/u
const isCapital = /^\p{Lu}/u
const person =
  /^(?:by |from |to |with )?who(?:m|se)?\b|\bwh(?:ich|at) (?:person|people|man|woman|official|officer|engineer|analyst|author|company|firm|contractor|member)\b|\bname of the\b/i
const date = /^(?:\w+ )?when\b|\b(?:what|which|at what) (?:day|date|year|month|times?|hour)\b|\b(?:until|since|by) when\b|\bdate of\b/i
const money = /\b(?:cost|costs|price|paid|pay|salary|fee|rent|insured value|worth|charge)\b/i
const amount =
  /\bhow (?:many|much|long|often|fast|deep|heavy|high|wide|far|old|large|big|tall|soon|quickly|strong|bright|cold|hot|warm)\b|\b(?:what|which|at what|what was the|what is the) (?:[\w-]+ ){0,3}(?:number|value|amount|voltage|speed|depth|length|weight|yield|load|temperature|percentage|share|rate|distance|height|width|size|reading|limit|mass|content|count|total|age|diameter)\b/i
const place = /^(?:\w+ )?where\b|\b(?:in|on|at) which (?:\w+ )?(?:place|town|city|site|station|berth|plot|port|room)\b/i
const reason = /^why\b|\b(?:reason|cause) (?:for|of|why)\b|\bwhat caused\b/i

function kindOf(text: string): Kind {
  if (reason.test(text)) return 'reason'
  if (date.test(text)) return 'date'
  if (person.test(text)) return 'person'
  if (/\bhow much\b|^what\b/i.test(text) && money.test(text)) return 'money'
  if (amount.test(text)) return 'number'
  if (place.test(text)) return 'place'
  return 'any'
}

export function readQuestion(text: string, { terms, rarity }: Lexicon): Question {
  const highest = rarity(unheard)
  const words: QuestionWord[] = []
  const seen = new Set<string>()
  for (const match of text.matchAll(rawWord)) {
    const raw = match[0].replace(/['’]s$/u, '')
    const own = terms(raw)
    const key = own.join(' ')
    if (own.length === 0 || seen.has(key)) continue
    seen.add(key)
    const isExact = hasDigit.test(raw) || (match.index > 0 && isCapital.test(raw))
    const rarest = Math.max(...own.map(rarity))
    const isHeld = rarest < highest
    const relatives = isExact && !numberWords.includes(raw.toLowerCase()) ? [] : relativesOf(raw)
    words.push({
      raw,
      terms: own,
      relatives: [...new Set(relatives.flatMap((word) => terms(word)))],
      weight: isHeld || isExact ? rarest : rarest * unheldShare,
      isExact: isExact && !months.includes(raw.toLowerCase()),
      isHeld,
    })
  }
  return { kind: kindOf(text), words }
}
