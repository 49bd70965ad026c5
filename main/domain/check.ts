/**
 * Automatic checks before a call is made. They fail closed: a check that says nothing in time, cannot be asked, or breaks, denies the
 * call, and what it may have meant is never guessed. Pure: whoever asks the check says what came of it.
 */
import type { Result } from './result.ts'

export const checkLimits = { answerMs: 30_000, retryAfterTimeoutMs: 5 * 60_000, retryWhenUnavailableMs: 60_000 } as const

/** What came of asking: it passed, it denied with a code of its own, or it never said. */
export type CheckOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'denied'; readonly code: string }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'broken' }

/** A denial may be tried again from `retryAtMs` on; null = not by itself. `needsPerson` holds the run until somebody has looked. */
export type CheckVerdict =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly code: string; readonly retryAtMs: number | null; readonly needsPerson: boolean }

const denied = (code: string, retryAtMs: number | null, needsPerson: boolean): CheckVerdict => ({
  isAllowed: false,
  code,
  retryAtMs,
  needsPerson,
})

export function judgeCheck(outcome: CheckOutcome, atMs: number): CheckVerdict {
  switch (outcome.kind) {
    case 'passed':
      return { isAllowed: true }
    case 'denied':
      return denied(outcome.code, null, false)
    case 'timed_out':
      return denied('check.timed_out', atMs + checkLimits.retryAfterTimeoutMs, false)
    case 'unavailable':
      return denied('check.unavailable', atMs + checkLimits.retryWhenUnavailableMs, false)
    case 'broken':
      return denied('check.broken', null, true)
  }
}

/** What an answer means. Only a plain yes is one: `check.unavailable` says that nobody could be asked, anything else is a no. */
export function outcomeOf(answer: Result<null>): CheckOutcome {
  if (answer.ok) return answer.value === null ? { kind: 'passed' } : { kind: 'broken' }
  return answer.error.code === 'check.unavailable' ? { kind: 'unavailable' } : { kind: 'denied', code: answer.error.code }
}

/** Of several verdicts the first that denies and wants a person, else the first that denies; none at all is a yes. */
export const strictest = (verdicts: readonly CheckVerdict[]): CheckVerdict =>
  verdicts.find((verdict) => !verdict.isAllowed && verdict.needsPerson) ??
  verdicts.find((verdict) => !verdict.isAllowed) ?? { isAllowed: true }
