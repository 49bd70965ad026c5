/** What leads a run that follows another: the very versions that led the other, or those in use now. */
import type { BodyRef } from '../domain/body-ref.ts'
import { type Label, unclassified } from '../domain/label.ts'
import type { Pins } from '../domain/prompt.ts'
import { ok, type Result } from '../domain/result.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { pinned } from './start-run.ts'

export interface LikePins {
  /** Beside that of the run that it follows. */
  readonly label: Label
  readonly words: (put: (text: string) => BodyRef) => ReturnType<typeof pinned>
}

/** What is in use now. */
export function pinsNow(agent: string, pinsOf: (agent: string) => Result<Pins>): Result<LikePins> {
  const pins = pinsOf(agent)
  return pins.ok ? ok({ label: pins.value.label, words: (put) => pinned(pins.value, put) }) : pins
}

export function pinsLike(
  { agent, prompts, definition }: ExistingRun,
  words: 'same' | 'current',
  pinsOf: (agent: string) => Result<Pins>,
): Result<LikePins> {
  // A run of before prompts were pinned was led by something, and nobody knows by what.
  if (words === 'same' && definition !== null)
    return ok({ label: unclassified, words: () => ({ prompts: prompts.length === 0 ? undefined : prompts, definition }) })
  return pinsNow(agent, pinsOf)
}
