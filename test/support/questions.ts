/** The question set, and what counts as right. Nothing here knows how an answer is found. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { findQuote } from '../../main/domain/quote.ts'

const Question = z.strictObject({
  id: z.int(),
  category: z.string(),
  question: z.string(),
  isAnswerable: z.boolean(),
  answers: z.array(z.strictObject({ file: z.string(), mustContain: z.array(z.string()).min(1) })),
})
export type Question = z.infer<typeof Question>

/** A quote as it is shown, what the product says of it, and the passage that it claims to come from. */
export interface Shown {
  readonly file: string
  readonly quote: string
  readonly isVerified: boolean
  readonly passage: string
}

export const readQuestions = (): readonly Question[] =>
  Question.array().parse(parse(readFileSync(join(import.meta.dirname, '../fixtures/questions/questions.yaml'), 'utf8')))

const plain = (text: string): string => text.replace(/\s+/g, ' ')

/** One shown quote comes from the right file and holds every string asked for; of a question without an answer, nothing is shown. */
export const isRight = (question: Question, shown: readonly Shown[]): boolean =>
  question.isAnswerable
    ? shown.some(({ file, quote }) =>
        question.answers.some((answer) => answer.file === file && answer.mustContain.every((text) => plain(quote).includes(text))),
      )
    : shown.length === 0

/** Said to be verified, and found again here: a whole cell may be too short for the finder, and must then stand there to the letter. */
export const isVerified = ({ passage, quote, isVerified: isSaid }: Shown): boolean =>
  isSaid && (findQuote(passage, quote) !== null || passage.includes(quote))

const heldOutFrom = 186

/**
 * The first questions were looked at while the answerer was built. Those from here on were asked afterwards; a few general mistakes
 * that they showed have been mended since, so that only new ones tell what it does on questions it has never met.
 */
export const isCalibration = ({ id }: Question): boolean => id < heldOutFrom

export interface Outcome {
  readonly question: Question
  readonly shown: readonly Shown[]
  readonly tookMs: number
}

export interface Figures {
  readonly answerable: number
  readonly right: number
  readonly unanswerable: number
  readonly falselyAnswered: number
  readonly quotes: number
  readonly verified: number
}

export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const asked = outcomes.filter(({ question }) => question.isAnswerable)
  const others = outcomes.filter(({ question }) => !question.isAnswerable)
  const quotes = outcomes.flatMap(({ shown }) => shown)
  return {
    answerable: asked.length,
    right: asked.filter(({ question, shown }) => isRight(question, shown)).length,
    unanswerable: others.length,
    falselyAnswered: others.filter(({ shown }) => shown.length > 0).length,
    quotes: quotes.length,
    verified: quotes.filter(isVerified).length,
  }
}
