/** The one door: known name → parsed input → authorised caller → handler → parsed output. No shell reaches a handler any other way. */

import type { CallReply } from './contract/api.ts'
import { type CallInput, type CallName, type CallOutput, calls, type ParsedInput } from './contract/calls.ts'
import { diskFull, isDiskFull } from './domain/disk-full.ts'
import { type Failure, fail, type Result } from './domain/result.ts'
import { isStoreDamaged, storeDamaged } from './domain/store-damaged.ts'

/** Who calls, through which shell. The account is the operating system's. */
export interface Caller {
  readonly account: string
  readonly shell: 'desktop' | 'console' | 'cli'
}

export type Handler<N extends CallName> = (input: ParsedInput<N>, caller: Caller) => Promise<Result<CallOutput<N>>> | Result<CallOutput<N>>
export type Handlers = { readonly [N in CallName]: Handler<N> }

/** What watches the door. None of it may throw. */
export interface CallWatch {
  /** Why this call is refused now, whatever it asks; null lets it pass. */
  refusal(name: CallName): { readonly ok: false; readonly error: Failure } | null
  /** A call that failed; `name` is null when there is no such call. */
  refused(name: CallName | null, code: string, caller: Caller): void
  done(name: CallName, input: unknown, output: unknown, caller: Caller): void
}

/** Why this caller may not make this call, or null. The input is that of this very call, parsed. */
export type Authorise = (name: CallName, caller: Caller, input: unknown) => Failure | null

export type Dispatch = (name: string, input: unknown, caller: Caller) => Promise<CallReply>

const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name)

export function createDispatch(
  handlers: Handlers,
  authorise: Authorise,
  onDefect: (name: string, error: unknown) => void,
  watch?: CallWatch,
): Dispatch {
  async function run<N extends CallName>(name: N, input: unknown, caller: Caller): Promise<CallReply> {
    const refusal = watch?.refusal(name) ?? null
    if (refusal !== null) return refusal
    const parsed = calls[name].input.safeParse(input)
    if (!parsed.success) {
      const first = parsed.error.issues[0]
      const where = first === undefined || first.path.length === 0 ? 'the input' : first.path.join('.')
      return fail(
        'call.bad_input',
        `${name}: ${where} is not what this call takes (${first?.code ?? 'invalid'}).`,
        'Look at the call in the contract.',
      )
    }
    const denial = authorise(name, caller, parsed.data)
    if (denial !== null) return { ok: false, error: denial }
    // The schema of this very call produced the value: its type is the handler's input.
    const result = await handlers[name](parsed.data as ParsedInput<N>, caller)
    if (!result.ok) return result
    const output = calls[name].output.safeParse(result.value)
    if (output.success) {
      watch?.done(name, parsed.data, output.data, caller)
      return { ok: true, value: output.data }
    }
    onDefect(name, output.error)
    return fail(
      'call.bad_output',
      `${name} produced something outside its contract.`,
      'This is a defect of Holdfast; the log has the details.',
    )
  }
  return async (name, input, caller) => {
    if (!isCallName(name)) {
      watch?.refused(null, 'call.unknown', caller)
      return fail('call.unknown', 'There is no such call.', 'Look at the list of calls in the contract.')
    }
    try {
      const reply = await run(name, input, caller)
      if (!reply.ok) watch?.refused(name, reply.error.code, caller)
      return reply
    } catch (error) {
      onDefect(name, error)
      if (isDiskFull(error)) return diskFull
      if (isStoreDamaged(error)) return storeDamaged
      return fail('call.defect', `${name} failed inside Holdfast.`, 'Try again; the log has the details.')
    }
  }
}

export type { CallInput, CallOutput }
