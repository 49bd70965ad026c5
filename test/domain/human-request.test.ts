import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ApprovalRequest, checkAnswer, checkApprovalAnswer, HumanQuestion } from '../../main/domain/human-request.ts'
import { goodArguments } from '../support/tool-arguments.ts'

const base = { question: 'Which quay?', context: 'Two are named east.', urgency: 'medium' } as const
const ask = (more: object) => HumanQuestion.parse({ ...base, ...more })
const free = (schema: unknown) => ask({ format: 'free_text', schema })
const said = (result: ReturnType<typeof checkAnswer>) => (result.ok ? 'taken' : `${result.error.code} ${result.error.message}`)
const choices = ['East', 'West']

describe('HUM-02 a question carries its context, urgency and format', () => {
  test.each(['question', 'context', 'urgency', 'format'])('and is refused without its %s', (key) => {
    const { [key]: _, ...rest } = { ...base, format: 'yes_no' } as Record<string, unknown>
    expect(HumanQuestion.safeParse(rest).success).toBe(false)
  })

  test.each<[string, object]>([
    ['another urgency', { urgency: 'urgent', format: 'yes_no' }],
    ['another format', { format: 'date' }],
    ['multiple choice without choices', { format: 'multiple_choice' }],
    ['one choice', { format: 'multiple_choice', choices: ['East'] }],
    ['the same choice twice', { format: 'multiple_choice', choices: ['East', 'East '] }],
    ['choices for yes or no', { format: 'yes_no', choices }],
    ['a schema for yes or no', { format: 'yes_no', schema: { type: 'boolean' } }],
    ['an empty question', { format: 'yes_no', question: '  ' }],
    ['a choice of two lines', { format: 'multiple_choice', choices: ['East\nApproved', 'West'] }],
    ['letters that turn the order', { format: 'yes_no', question: 'Delete \u202e?on ro seY' }],
    ['its own answer', { format: 'yes_no', answer: 'yes' }],
  ])('and is refused with %s', (_what, more) => {
    expect(HumanQuestion.safeParse({ ...base, ...more }).success).toBe(false)
  })

  test.each<[string, unknown]>([
    ['a pattern', { type: 'string', pattern: '(a+)+$' }],
    ['a reference', { $ref: '#/definitions/a' }],
    ['a reference into itself', { type: 'object', properties: { a: { $ref: '#' } } }],
    ['another type', { type: 'array', items: { type: 'string' } }],
    ['two types', { type: ['string', 'null'] }],
    ['no type', { minLength: 1 }],
    ['alternatives', { anyOf: [{ type: 'string' }] }],
    ['further properties', { type: 'object', properties: {}, additionalProperties: true }],
    ['a limit of another type', { type: 'string', maximum: 3 }],
    ['limits the wrong way round', { type: 'integer', minimum: 3, maximum: 1 }],
    ['a required property that it lacks', { type: 'object', properties: {}, required: ['a'] }],
    ['a property whose name is no plain word', { type: 'object', properties: { 'a b': { type: 'string' } } }],
    [
      'five levels',
      {
        type: 'object',
        properties: {
          a: {
            type: 'object',
            properties: {
              a: { type: 'object', properties: { a: { type: 'object', properties: { a: { type: 'object', properties: {} } } } } },
            },
          },
        },
      },
    ],
    ['a text', 'string'],
  ])('and is refused when its schema has %s', (_what, schema) => {
    expect(HumanQuestion.safeParse({ ...base, format: 'free_text', schema }).success).toBe(false)
  })
})

test('HUM-02 a property named like the machine’s own never enters a schema or an answer', () => {
  const properties = JSON.parse('{"__proto__":{"type":"string"},"constructor":{"type":"string"}}')
  const request = free({ type: 'object', properties, required: ['constructor'] })
  expect(JSON.stringify(request.schema)).not.toContain('__proto__')
  expect(checkAnswer(request, {}).ok).toBe(false)
  expect(checkAnswer(request, { constructor: 'a' }).ok).toBe(true)
  expect(checkAnswer(request, JSON.parse('{"constructor":"a","__proto__":"b"}')).ok).toBe(false)
})

describe('HUM-02 an answer that does not fit is rejected with what is wrong and where', () => {
  const depth = {
    type: 'object',
    properties: {
      quay: { type: 'string', enum: choices },
      metres: { type: 'integer', minimum: 1, maximum: 40 },
      sure: { type: 'boolean' },
    },
    required: ['quay', 'metres'],
  }
  test.each<[string, HumanQuestion, unknown, string]>([
    ['yes for yes or no', ask({ format: 'yes_no' }), 'yes', 'taken'],
    ['true for yes or no', ask({ format: 'yes_no' }), true, 'expected yes or no'],
    ['maybe for yes or no', ask({ format: 'yes_no' }), 'maybe', 'expected yes or no'],
    ['a choice', ask({ format: 'multiple_choice', choices }), 'West', 'taken'],
    ['another choice', ask({ format: 'multiple_choice', choices }), 'North', 'expected one of the choices'],
    ['a choice’s number', ask({ format: 'multiple_choice', choices }), 1, 'expected one of the choices'],
    ['text', free(null), 'The eastern one.', 'taken'],
    ['white space', free(null), ' \n', 'at least 1 characters'],
    ['text over the limit', free(null), 'x'.repeat(10_001), 'at most 10000 characters'],
    ['an object for text', free(null), { text: 'x' }, 'expected text'],
    ['nothing', free(null), undefined, 'expected text'],
    ['hidden letters', free(null), 'a\u202eb', 'hidden characters'],
    ['a value of the schema', free(depth), { quay: 'East', metres: 7 }, 'taken'],
    ['a missing property', free(depth), { quay: 'East' }, 'answer.metres: is missing'],
    ['a wrong type', free(depth), { quay: 'East', metres: '7' }, 'answer.metres: expected a number'],
    ['a fraction', free(depth), { quay: 'East', metres: 7.5 }, 'answer.metres: expected a whole number'],
    ['too much', free(depth), { quay: 'East', metres: 41 }, 'answer.metres: expected at most 40'],
    ['too little', free(depth), { quay: 'East', metres: 0 }, 'answer.metres: expected at least 1'],
    ['another word', free(depth), { quay: 'North', metres: 7 }, 'answer.quay: expected one of East, West'],
    ['a further property', free(depth), { quay: 'East', metres: 7, approved: true }, 'answer: has an unknown property'],
    ['a number for truth', free(depth), { quay: 'East', metres: 7, sure: 1 }, 'answer.sure: expected true or false'],
    ['a list for an object', free(depth), [], 'answer: expected an object'],
    ['null for an object', free(depth), null, 'answer: expected an object'],
    ['a text too long for its schema', free({ type: 'string', maxLength: 3 }), 'abcd', 'at most 3'],
    ['a number that is none', free({ type: 'number' }), Number.NaN, 'expected a number'],
    ['a number outside of its list', free({ type: 'number', enum: [1, 2] }), 3, 'expected one of 1, 2'],
  ])('%s', (_what, request, answer, expected) => {
    const result = checkAnswer(request, answer)
    if (expected === 'taken') expect(result).toEqual({ ok: true, value: answer })
    else expect(said(result)).toMatch(new RegExp(`^human\\.bad_answer .*${expected}`))
  })

  test('whatever is answered, nothing throws, and what is taken is plain JSON', () => {
    const requests = [ask({ format: 'yes_no' }), ask({ format: 'multiple_choice', choices }), free(null), free(depth)]
    fc.assert(
      fc.property(fc.constantFrom(...requests), fc.anything(), (request, answer) => {
        const result = checkAnswer(request, answer)
        return !result.ok || JSON.stringify(result.value) === JSON.stringify(answer)
      }),
    )
  })
})

describe('HUM-05 an approval is asked for with everything that a decision needs', () => {
  const good = goodArguments.request_human_approval as Record<string, unknown>
  test('and is taken when all of it is there', () => expect(ApprovalRequest.safeParse(good).success).toBe(true))

  test.each(Object.keys(goodArguments.request_human_approval as object))('and is refused without its %s', (key) => {
    const { [key]: _, ...rest } = good
    expect(ApprovalRequest.safeParse(rest).success).toBe(false)
  })

  test.each(['files', 'services', 'time', 'risk'])('and is refused when its impact lacks %s', (key) => {
    const { [key]: _, ...rest } = good.impact as Record<string, unknown>
    expect(ApprovalRequest.safeParse({ ...good, impact: rest }).success).toBe(false)
  })

  test.each<[string, object]>([
    ['a risk without its mitigation', { risks: [{ risk: 'A wrong depth.' }] }],
    ['an alternative without its reason', { alternatives: [{ option: 'Nothing.' }] }],
    ['a confidence over 1', { confidence: 1.1 }],
    ['no findings', { findings: [] }],
    ['its own approval', { approved: true }],
  ])('and is refused with %s', (_what, more) => {
    expect(ApprovalRequest.safeParse({ ...good, ...more }).success).toBe(false)
  })
})

describe('HUM-06 a verdict', () => {
  test.each<[unknown, boolean]>([
    [{ decision: 'approve' }, true],
    [{ decision: 'approve', feedback: 'Well done.' }, true],
    [{ decision: 'reject', feedback: 'Not now.' }, true],
    [{ decision: 'revise', feedback: 'Shorter.' }, true],
    [{ decision: 'reject' }, false],
    [{ decision: 'revise', feedback: ' ' }, false],
    [{ decision: 'yes' }, false],
    [true, false],
  ])('%j is one: %s', (answer, expected) => {
    expect(checkApprovalAnswer(answer).ok).toBe(expected)
  })
})
