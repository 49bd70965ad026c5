/** JSON that came across the gap: bounded, of one spelling only, and read only after its signatures held. */
import type * as z from 'zod'
import { canonicalJson, readJson } from '../canonical-json.ts'

const depthMax = 12

/** Whether brackets nest deeper than any file of a bundle does. */
function isDeep(text: string): boolean {
  let [depth, isString] = [0, false]
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (isString) {
      if (character === '\\') i++
      else if (character === '"') isString = false
    } else if (character === '"') isString = true
    else if (character === '{' || character === '[') {
      if (++depth > depthMax) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}

/** The value, or null. One value has one spelling, its canonical form and a line end, so no key can stand there twice. */
export function readStrictJson<T>(text: string, schema: z.ZodType<T>): T | null {
  if (isDeep(text)) return null
  const parsed = schema.safeParse(readJson(text))
  return parsed.success && writeStrictJson(parsed.data) === text ? parsed.data : null
}

export const writeStrictJson = (value: unknown): string => `${canonicalJson(value)}\n`
