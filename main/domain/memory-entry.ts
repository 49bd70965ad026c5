/** What is remembered of a piece of work: in which context, what solved it, what was learnt, and what came of it. Pure. */
import * as z from 'zod'

const text = z.string().trim().max(4_000)

export const MemoryEntry = z.strictObject({ context: text, solution: text, learning: text, impact: text })
export type MemoryEntry = z.infer<typeof MemoryEntry>

export interface MemoryEntryCheck {
  /** Null when there are errors. */
  readonly entry: MemoryEntry | null
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

const fields = ['context', 'solution', 'learning', 'impact'] as const

/** Without its context nobody can tell where an entry applies: an error. Without what was learnt it only says what happened: a warning. */
export function checkMemoryEntry(given: unknown): MemoryEntryCheck {
  const parsed = MemoryEntry.partial().safeParse(given)
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'entry'}: ${message}`)
    return { entry: null, errors, warnings: [] }
  }
  const isMissing = (field: (typeof fields)[number]): boolean => (parsed.data[field] ?? '') === ''
  const errors = isMissing('context') ? ['context: it is missing; say where this applies'] : []
  const warnings = fields.filter((field) => field !== 'context' && isMissing(field)).map((field) => `${field}: it is missing`)
  const { context = '', solution = '', learning = '', impact = '' } = parsed.data
  return { entry: errors.length === 0 ? { context, solution, learning, impact } : null, errors, warnings }
}
