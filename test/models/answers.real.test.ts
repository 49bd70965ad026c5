/** The quality of answers without a model, on the question set of `npm run bench:answers`: a change that makes it worse fails here. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSampleCase } from '../../main/handlers/sample.ts'
import { openQuestionHoldings, type QuestionHoldings } from '../support/question-holdings.ts'
import { figuresOf, isCalibration, isRight, type Outcome, readQuestions } from '../support/questions.ts'

const targets = { rightMin: 0.9, falselyAnsweredMax: 0.1 } as const
/** Questions that the answerer was not built on may do somewhat worse; far worse means that it only knows its own questions. */
const heldOutRightMin = 0.75
const timeoutMs = 300_000

describe('answers without a model', () => {
  let holdings: QuestionHoldings
  const outcomes: Outcome[] = []

  beforeAll(async () => {
    holdings = await openQuestionHoldings()
    for (const question of readQuestions()) outcomes.push({ question, shown: (await holdings.ask(question.question)).shown, tookMs: 0 })
  }, timeoutMs)
  afterAll(() => holdings?.close())

  const failing = () => outcomes.filter(({ question, shown }) => !isRight(question, shown)).map(({ question }) => question.question)

  test('ANS-01 the question set is large enough to mean something', () => {
    expect(outcomes.filter(({ question }) => question.isAnswerable).length).toBeGreaterThanOrEqual(40)
    expect(outcomes.filter(({ question }) => !question.isAnswerable).length).toBeGreaterThanOrEqual(20)
  })

  test('ANS-01 the right span is quoted for at least nine in ten questions', () => {
    const { right, answerable } = figuresOf(outcomes)
    expect(right / answerable, failing().join('\n')).toBeGreaterThanOrEqual(targets.rightMin)
  })

  test('ANS-01 at most one in ten questions without an answer gets one', () => {
    const { falselyAnswered, unanswerable } = figuresOf(outcomes)
    expect(falselyAnswered / unanswerable, failing().join('\n')).toBeLessThanOrEqual(targets.falselyAnsweredMax)
  })

  test('ANS-01 every shown quote is verified', () => {
    const { verified, quotes } = figuresOf(outcomes)
    expect(verified).toBe(quotes)
    expect(quotes).toBeGreaterThan(0)
  })

  test('questions that it was not built on do nearly as well', () => {
    const { right, answerable } = figuresOf(outcomes.filter(({ question }) => !isCalibration(question)))
    expect(right / answerable).toBeGreaterThanOrEqual(heldOutRightMin)
  })

  test.each(readSampleCase().questions)('the first start’s own question: $text', async ({ text, isAnswerable }) => {
    const { answer } = await holdings.ask(text)
    expect(answer.supported).toBe(isAnswerable)
    expect(answer.citations.every(({ verified }) => verified)).toBe(true)
    expect(answer.citations.length > 0).toBe(isAnswerable)
  })
})
