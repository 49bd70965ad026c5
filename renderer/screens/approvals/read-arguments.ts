/** The arguments of a request as the form they should have; null when they were purged or have another. */
import type * as z from 'zod'

export function readArguments<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (text === null) return null
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
