/**
 * Patterns that a policy names: found in time that grows with the text and the pattern alone, so that none can hold up the core. What
 * only a backtracking engine could find (look-around, back references) is no pattern here.
 */
import { RE2JS } from 're2js'
import { fail, ok, type Result } from '../domain/result.ts'
import type { FindAll } from '../domain/sanitise.ts'

export const patternLimits = { instructionsMax: 256, textCharsMax: 16 * 1024, compiledMax: 256 } as const

const bad = (what: string) => fail('policy.bad_pattern', `The pattern ${what}.`, 'Write it anew, without look-around and back references.')

export function compilePattern(pattern: string): Result<RE2JS> {
  try {
    const compiled = RE2JS.compile(pattern)
    if (compiled.programSize() > patternLimits.instructionsMax) return bad('repeats too much')
    // It would be found between any two letters.
    return compiled.matches('') ? bad('is found in an empty text') : ok(compiled)
  } catch {
    return bad('cannot be read')
  }
}

/** Finds patterns in texts, each compiled once. Null = it cannot be said what is there, and nothing may rest on it. */
export function createFindAll(): FindAll {
  const compiled = new Map<string, RE2JS | null>()
  return (pattern, text) => {
    if (compiled.size > patternLimits.compiledMax) compiled.clear()
    let known = compiled.get(pattern)
    if (known === undefined) {
      const made = compilePattern(pattern)
      known = made.ok ? made.value : null
      compiled.set(pattern, known)
    }
    if (known === null || text.length > patternLimits.textCharsMax) return null
    return [...known.matchAll(text)].map(({ index = 0, 0: found }) => ({ start: index, end: index + found.length }))
  }
}
