/** The one way to define a call: its input and its output, both strict. Client, handlers and docs are derived from the result. */
import type * as z from 'zod'

export interface Call<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly summary: string
  readonly input: I
  readonly output: O
}

export const call = <I extends z.ZodType, O extends z.ZodType>(summary: string, input: I, output: O): Call<I, O> => ({
  summary,
  input,
  output,
})
