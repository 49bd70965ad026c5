/**
 * Asks every check before a call is dispatched, each with a deadline, and remembers which may not be asked again yet. A denial that
 * nobody understands holds the run for a person.
 */
import { type CheckOutcome, type CheckVerdict, checkLimits, judgeCheck, outcomeOf, strictest } from '../domain/check.ts'
import type { Label } from '../domain/label.ts'
import type { Result } from '../domain/result.ts'
import type { AgentCommand } from '../domain/run/commands.ts'
import type { Step } from '../domain/run/state.ts'
import type { Clock, NewId } from '../world.ts'

/** A call as a check sees it. `argumentsText` is the exact canonical JSON. */
export interface CheckedCall {
  readonly runId: string
  readonly step: Pick<Step, 'id' | 'name' | 'effect' | 'risk'>
  readonly argumentsText: string
  /** Join of the labels of everything the run has read. */
  readonly label: Label
}

/** `check.unavailable` as an answer says that nobody could be asked. The signal fires at the deadline; an answer after it counts for nothing. */
export interface Check {
  readonly name: string
  ask(call: CheckedCall, signal: AbortSignal): Promise<Result<null>>
}

export interface CheckParts {
  readonly checks: readonly Check[]
  readonly clock: Clock
  readonly onDefect: (where: string, error: unknown) => void
}

export interface Checks {
  /** Whether the call may be made now; the first thing that is wrong when not. */
  verdictOn(call: CheckedCall): Promise<CheckVerdict>
}

async function answerIn(check: Check, call: CheckedCall, { onDefect }: Pick<CheckParts, 'onDefect'>): Promise<CheckOutcome> {
  const deadline = new AbortController()
  const late = Promise.withResolvers<CheckOutcome>()
  const timer = setTimeout(() => {
    deadline.abort()
    late.resolve({ kind: 'timed_out' })
  }, checkLimits.answerMs)
  const asked = async (): Promise<CheckOutcome> => {
    try {
      return outcomeOf(await check.ask(call, deadline.signal))
    } catch (error) {
      onDefect(`check ${check.name}`, error)
      return { kind: 'broken' }
    }
  }
  try {
    return await Promise.race([asked(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

export function createChecks(parts: CheckParts): Checks {
  const { checks, clock } = parts
  const blocked = new Map<string, CheckVerdict & { readonly isAllowed: false }>()

  /** A check that did not answer is not asked again before its time, so that nobody waits for it on every call. */
  function blockOf(name: string): CheckVerdict | null {
    const left = blocked.get(name)
    if (left === undefined) return null
    const now = clock()
    if (left.retryAtMs !== null && now < left.retryAtMs && left.retryAtMs - now <= checkLimits.retryAfterTimeoutMs) return left
    blocked.delete(name)
    return null
  }

  async function ask(check: Check, call: CheckedCall): Promise<CheckVerdict> {
    const block = blockOf(check.name)
    if (block !== null) return block
    const verdict = judgeCheck(await answerIn(check, call, parts), clock())
    if (!verdict.isAllowed && verdict.retryAtMs !== null) blocked.set(check.name, verdict)
    return verdict
  }

  return { verdictOn: async (call) => strictest(await Promise.all(checks.map((check) => ask(check, call)))) }
}

/** What a denial does to the run, as commands of its executor: the call is refused before its effect, and what nobody understands also holds the run. */
export function commandsFor(
  verdict: CheckVerdict,
  call: { readonly stepId: string; readonly epoch: number },
  newId: NewId,
): readonly AgentCommand[] {
  if (verdict.isAllowed) return []
  const { code, needsPerson } = verdict
  const refused: AgentCommand = { type: 'tool.fail', ...call, code, isBeforeEffect: true, output: null, bytesWritten: 0 }
  if (!needsPerson) return [refused]
  return [refused, { type: 'hold.open', holdId: newId('hld'), kind: 'policy', reason: 'policy', expiresAtMs: null }]
}
