/** Puts a question to a person. Nothing here answers it: the run machine holds the run, and a person's answer completes the call. */
import * as z from 'zod'
import { HumanQuestion } from '../domain/human-request.ts'
import { ok } from '../domain/result.ts'
import { neverPerformed } from './never-performed.ts'
import type { Tool } from './tool.ts'

const { choices, ...rest } = HumanQuestion.shape
/** The same, one form for each format: what belongs together, a grammar can only say so. */
const forModels = z.union([
  z.strictObject({ ...rest, format: z.enum(['free_text', 'yes_no']), choices: z.null(), schema: z.null() }),
  z.strictObject({ ...rest, format: z.literal('multiple_choice'), choices: choices.unwrap().unwrap(), schema: z.null() }),
])

export const askHuman: Tool<HumanQuestion> = {
  name: 'ask_human',
  summary: 'Ask a person a question and wait for the answer',
  input: HumanQuestion,
  forModels,
  ...neverPerformed,
  preview: async ({ question }) => ok({ summary: question, diff: null, undo: null }),
}
