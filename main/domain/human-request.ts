/**
 * What a run may ask of a person, and which answers count. Only a person's answer completes such a request; whether the answer fits is
 * judged here, before anything of it is stored.
 */
import * as z from 'zod'
import { AnswerSchema, faultsOf } from './answer-schema.ts'
import { hasHiddenCharacters } from './hidden-characters.ts'
import { fail, ok, type Result } from './result.ts'

const limits = {
  lineCharsMax: 300,
  textCharsMax: 1_900,
  choicesMax: 12,
  listMax: 20,
  answerCharsMax: 10_000,
  tokensMax: 10_000_000,
  durationMsMax: 7 * 24 * 3_600_000,
} as const

const visible = (charsMax: number, isSingleLine: boolean) =>
  z
    .string()
    .trim()
    .min(1)
    .max(charsMax, { abort: true })
    .refine((text) => !hasHiddenCharacters(text, isSingleLine), 'has hidden characters')
const Line = visible(limits.lineCharsMax, true)
const Text = visible(limits.textCharsMax, false)

export const urgencies = ['low', 'medium', 'high'] as const
export const Urgency = z.enum(urgencies)
export type Urgency = z.infer<typeof Urgency>

export const answerFormats = ['free_text', 'yes_no', 'multiple_choice'] as const
export const AnswerFormat = z.enum(answerFormats)
export type AnswerFormat = z.infer<typeof AnswerFormat>

/** A question with its format: choices belong to multiple choice, and a schema to a free answer. */
export const HumanQuestion = z
  .strictObject({
    question: Text,
    context: Text,
    urgency: Urgency,
    format: AnswerFormat,
    choices: z.array(Line).min(2).max(limits.choicesMax).nullable().default(null),
    schema: AnswerSchema.nullable().default(null),
  })
  .superRefine((request, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    const isChoice = request.format === 'multiple_choice'
    if (isChoice && request.choices === null) refuse('choices', 'multiple_choice needs choices')
    if (!isChoice && request.choices !== null) refuse('choices', 'only multiple_choice has choices')
    if (request.choices !== null && new Set(request.choices).size !== request.choices.length) refuse('choices', 'a choice stands twice')
    if (request.format !== 'free_text' && request.schema !== null) refuse('schema', 'only a free answer has a schema')
  })
export type HumanQuestion = z.infer<typeof HumanQuestion>

/** Everything that a person needs to decide. Each part must be there before the run is held for it. */
export const ApprovalRequest = z.strictObject({
  summary: Text,
  findings: z.array(Text).min(1).max(limits.listMax),
  proposal: Text,
  alternatives: z.array(z.strictObject({ option: Text, reasonRejected: Text })).max(limits.listMax),
  impact: z.strictObject({
    files: z.array(Line).max(limits.listMax),
    services: z.array(Line).max(limits.listMax),
    /** How long it will take, in words. */
    time: Line,
    risk: z.enum(['low', 'medium', 'high']),
  }),
  risks: z.array(z.strictObject({ risk: Text, mitigation: Text })).max(limits.listMax),
  rollbackPlan: Text,
  questions: z.array(Text).max(limits.listMax),
  /** How sure the asker is, 0 to 1. */
  confidence: z.number().min(0).max(1),
  estimatedTokens: z.int().min(0).max(limits.tokensMax),
  estimatedDurationMs: z.int().min(0).max(limits.durationMsMax),
})
export type ApprovalRequest = z.infer<typeof ApprovalRequest>

/** A person's verdict on an approval request. A refusal has its reason, a revision says what to change. */
export const ApprovalAnswer = z
  .strictObject({ decision: z.enum(['approve', 'reject', 'revise']), feedback: Text.nullable().default(null) })
  .refine(({ decision, feedback }) => decision === 'approve' || feedback !== null, {
    path: ['feedback'],
    message: 'say why, or what to change',
  })
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>

const badAnswer = (faults: readonly string[]) =>
  fail('human.bad_answer', `This is not an answer that was asked for: ${faults.join('; ')}.`, 'Answer in the form that the question names.')

function answerFaults(request: HumanQuestion, answer: unknown): readonly string[] {
  switch (request.format) {
    case 'yes_no':
      return answer === 'yes' || answer === 'no' ? [] : ['answer: expected yes or no']
    case 'multiple_choice':
      return typeof answer === 'string' && request.choices?.includes(answer) === true ? [] : ['answer: expected one of the choices']
    case 'free_text':
      if (request.schema !== null) return faultsOf(request.schema, answer)
      return faultsOf(
        { type: 'string', minLength: 1, maxLength: limits.answerCharsMax },
        typeof answer === 'string' ? answer.trim() : answer,
      )
  }
}

/** The answer as it will be stored: `yes` or `no`, one of the choices, text, or the value that the schema asks for. `human.bad_answer` says what is wrong and where. */
export function checkAnswer(request: HumanQuestion, answer: unknown): Result<z.core.util.JSONType> {
  const faults = answerFaults(request, answer)
  if (faults.length > 0) return badAnswer(faults)
  const json = z.json().safeParse(answer)
  return json.success ? ok(json.data) : badAnswer(['answer: expected plain JSON'])
}

/** The same for an approval request. */
export function checkApprovalAnswer(answer: unknown): Result<ApprovalAnswer> {
  const parsed = ApprovalAnswer.safeParse(answer)
  return parsed.success
    ? ok(parsed.data)
    : badAnswer(parsed.error.issues.map(({ path, message }) => `${['answer', ...path].join('.')}: ${message}`))
}
