/** Failure as a value the caller must read. Codes come from one closed list per area; `hint` says what to do next. */
import * as z from 'zod'

export const Failure = z.strictObject({
  code: z.string().regex(/^[a-z]+(\.[a-z_]+)+$/),
  message: z.string(),
  hint: z.string(),
})
export type Failure = z.infer<typeof Failure>

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })

export const fail = (code: string, message: string, hint: string): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error: { code, message, hint },
})
