/**
 * What a definition would have done before and in place of recorded steps, so that later places are looked at as if it had been done. A
 * call of the same tool is taken to have found what was found then; what any other call would have found, nobody knows, and it found nothing.
 */
import type { Want } from '../domain/agent-trial.ts'
import { nothing } from '../domain/budget.ts'
import type { Sha256 } from '../domain/digest.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import type { NewId } from '../world.ts'

type Call = Extract<Want, { kind: 'call' }>

export interface OtherSteps {
  /** The run as it would stand; `first`: calls that come before what is next. */
  stood(state: ExistingRun, first?: readonly Call[]): ExistingRun
  /** `first` before the recorded step, and another call in its place. */
  note(step: Step, first: readonly Call[], instead: Call | null): void
  readBody(body: string): string | null
}

export function createOtherSteps({
  readBody,
  newId,
  sha256,
}: {
  readonly readBody: (body: string) => string | null
  readonly newId: NewId
  readonly sha256: Sha256
}): OtherSteps {
  const texts = new Map<string, string>()
  const others = new Map<string, readonly Step[]>()

  const inputOf = (text: string): Step['input'] => {
    const body = newId('bdy')
    texts.set(body, text)
    return { body, commitment: { alg: 'sha256', value: sha256(text) } }
  }
  const madeUp = ({ tool, input }: Call, ordinal: number, atMs: number): Step => ({
    ...{ id: newId('stp'), ordinal, kind: 'tool', name: tool, effect: 'read', risk: 'read', input: inputOf(input), phase: 'succeeded' },
    ...{ output: null, feedback: null, refusal: null, failureCode: null, served: null, isApproved: false, isGuarded: false, scope: null },
    ...{ crossing: null, leftBy: null, reserved: nothing, copiedFrom: null, startedAtMs: atMs, endedAtMs: atMs },
  })
  const all = (first: readonly Call[], { ordinal, startedAtMs }: Pick<Step, 'ordinal' | 'startedAtMs'>): readonly Step[] =>
    first.map((call) => madeUp(call, ordinal, startedAtMs))

  return {
    readBody: (body) => texts.get(body) ?? readBody(body),
    stood: (state, first = []) => {
      const steps = state.steps.flatMap((step) => others.get(step.id) ?? [step])
      return { ...state, steps: [...steps, ...all(first, { ordinal: steps.length, startedAtMs: state.movedAtMs })] }
    },
    note: (step, first, instead) => {
      if (first.length === 0 && instead === null) return
      const same = instead === null ? step : { ...step, input: inputOf(instead.input) }
      const other = instead !== null && instead.tool !== step.name ? { ...same, name: instead.tool, output: null } : same
      others.set(step.id, [...all(first, step), other])
    },
  }
}
