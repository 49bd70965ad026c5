/** Whether a stretch of text holds the kind of thing a question asks for, other than what the question itself said. */
import type { Question } from './reflex-question.ts'
import { months, numberWords } from './reflex-words.ts'

const monthName = `(?:${months.map((month) => `${month.slice(0, 3)}(?:${month.slice(3)})?`).join('|')})`
const dates = new RegExp(
  [
    String.raw`\b\d{1,2}:\d\d\b`,
    String.raw`\b\d{4}-\d\d-\d\d\b`,
    String.raw`\b\d{1,2}(?:st|nd|rd|th)? ${monthName}\b`,
    String.raw`\b${monthName} \d{1,4}\b`,
    String.raw`\b(?:1[89]|20)\d\d\b`,
    String.raw`\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b`,
    String.raw`\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b`,
    String.raw`\bnoon\b|\bmidnight\b`,
  ].join('|'),
  'giu',
)
const spokenNumber = `${numberWords.join('|')}|[a-z]+(?:ty|teen)-?(?:one|two|three|four|five|six|seven|eight|nine)?`
const numbers = new RegExp(String.raw`(?<![\p{L}\p{N}-])[-−]?\d[\d.,]*|\b(?:${spokenNumber})\b`, 'giu')
/** `Berth 3` is a name, not an amount, unless a sentence begins with it. */
const labelled = /([\p{L}\p{N},;:)] \p{Lu}\p{L}+) \d{1,3}\b(?![.,]\d)/gu
const listNumber = /^\s*\d{1,2}[.)] /
const currencies = 'crowns?|dollars?|euros?|pounds?|francs?|marks?|kron[ae]r?|yen|rupees?|usd|eur|gbp|chf|cents?'
const sum = new RegExp(
  String.raw`[$€£¥] ?\d|\b(?:usd|eur|gbp|chf) \d|\d[\d.,]*(?: (?:thousand|million|billion))? ?(?:[$€£¥]|(?:${currencies})\b)`,
  'iu',
)
const unpriced = /\b(?:waived|free of charge|no charge)\b/iu
const names = /\p{Lu}\p{L}[\p{L}'’-]*(?: (?:(?:of|de|van|von|and) )?\p{Lu}[\p{L}'’-]*)*|\b\p{Lu}\. ?\p{Lu}\p{Ll}+/gu
const titles =
  /\b(?:operator|officer|clerk|master|skipper|mate|chair|department|section|head|foreman|captain|director|manager|secretary|treasurer)\b/iu
const places = /\b(?:at|in|on|near|off|from|to|under|above|below|beside|between|inside|north|south|east|west)\b/iu
const becauseWords =
  'because|since|so that|in order|due to|owing to|reason|cause|caused|therefore|for want of|thought|failed|failure|burst|broken|when its|' +
  'as (?:the|it|there)|had been|may contain|after|by means|using|traced|in my opinion|by mistake|to save'
const reasons = new RegExp(String.raw`\b(?:${becauseWords})\b`, 'iu')

/** Matches of a pattern that the question does not hold itself. */
function fresh(pattern: RegExp, text: string, question: string): readonly string[] {
  const asked = question.toLowerCase()
  return [...text.matchAll(pattern)].map((match) => match[0]).filter((found) => !asked.includes(found.toLowerCase()))
}

/** A capital alone proves nothing where a sentence begins. */
function holdsName(text: string, question: string): boolean {
  const asked = question.toLowerCase()
  return [...text.matchAll(names)].some((match) => {
    const isFirst = match.index === 0 || /[.!?:"“]\s+$/u.test(text.slice(0, match.index))
    const words = match[0].split(' ')
    const rest = isFirst && words.length === 1 ? [] : words
    return rest.some((word) => /\p{Lu}/u.test(word) && !asked.includes(word.toLowerCase()))
  })
}

export function holdsShape({ kind, unit }: Question, text: string, question: string): boolean {
  switch (kind) {
    case 'person':
      return holdsName(text, question) || titles.test(text)
    case 'date':
      return fresh(dates, text, question).length > 0
    case 'number':
      return (
        fresh(numbers, text.replace(listNumber, '').replace(dates, ' ').replace(labelled, '$1'), question).length > 0 &&
        (unit === null || unit.test(text))
      )
    case 'money':
      return (sum.test(text) && fresh(numbers, text, question).length > 0) || unpriced.test(text)
    case 'place':
      return places.test(text)
    case 'reason':
      return reasons.test(text)
    case 'any':
      return true
  }
}
