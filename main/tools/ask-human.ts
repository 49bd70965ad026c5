/** Puts a question to a person. Nothing here answers it: the run machine holds the run, and a person's answer completes the call. */
import { HumanQuestion } from '../domain/human-request.ts'
import { ok } from '../domain/result.ts'
import { neverPerformed } from './never-performed.ts'
import type { Tool } from './tool.ts'

export const askHuman: Tool<HumanQuestion> = {
  name: 'ask_human',
  summary: 'Ask a person a question and wait for the answer',
  input: HumanQuestion,
  ...neverPerformed,
  preview: async ({ question }) => ok({ summary: question, diff: null, undo: null }),
}
