/** Works out an arithmetic expression. Everything that it knows stands in the tables of `arithmetic.ts`; there is no way out of them. */
import * as z from 'zod'
import { ok } from '../domain/result.ts'
import { arithmeticLimits, evaluate } from './arithmetic.ts'
import type { Tool } from './tool.ts'

const limits = { timeoutMs: 1_000 } as const

const Input = z.strictObject({ expression: z.string().trim().min(1).max(arithmeticLimits.expressionCharsMax) })
type Input = z.infer<typeof Input>

export const calculate: Tool<Input> = {
  name: 'calculate',
  summary: 'Calculate an expression: + - * / % ^, brackets, comparisons, a ? b : c, and functions such as sqrt, round, min, mean',
  input: Input,
  effect: 'read',
  risk: 'compute',
  timeoutMs: limits.timeoutMs,
  trusted: [],
  estimateBytes: () => 0,
  preview: async ({ expression }) => ok({ summary: `Calculates ${expression}`, diff: null, undo: null }),
  perform: async ({ expression }) => {
    const value = evaluate(expression)
    return value.ok ? ok({ output: { expression, value: value.value }, artifacts: [], label: null, bytesWritten: 0 }) : value
  },
}
