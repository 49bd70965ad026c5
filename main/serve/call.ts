/** One call with a good key: its label, its place on record, and how it is told. Each call comes on record exactly once. */
import type { Label } from '../domain/label.ts'
import type { ServeEndpoint } from '../domain/serve.ts'
import type { Admission, KnownKey, ServeCore } from './core.ts'
import type { Limits } from './limits.ts'
import { type Checked, isDenial, type Refusal, refuse } from './refusals.ts'
import type { Reply } from './reply.ts'

export interface Call {
  readonly core: ServeCore
  readonly key: KnownKey
  readonly label: Label
  readonly limits: Limits
  readonly reply: Reply
  /** Aborted when the caller goes away, and when the door is closed. */
  readonly signal: AbortSignal
  body(): Promise<Checked<unknown>>
  /** Right before anything is evaluated; null lets it be. */
  admit(admission: Pick<Admission, 'modelId' | 'promptTokens' | 'completionTokens'>): Refusal | null
  /** What was used, on record before the caller has the last of the answer. */
  settle(used: { readonly promptTokens: number; readonly completionTokens: number }, why: Refusal | null): void
}

export interface OpenCall extends Call {
  /** At the end of the call, however it ended. */
  finish(refusal: Refusal | null): void
}

/** Why a call is aborted. */
export type Abort = 'gone' | 'closing'
/** A caller that went away has a status of its own, as web servers count it. */
const statusOfAbort: Readonly<Record<Abort, number>> = { gone: 499, closing: 503 }

const defect = refuse('internal_error', 'The call failed inside Holdfast.')

export function openCall(parts: Omit<Call, 'admit' | 'settle'>, endpoint: ServeEndpoint): OpenCall {
  const { core, key, label, signal } = parts
  let callId: number | null = null
  let isOnRecord = false
  const ending = (refusal: Refusal | null): { readonly status: number; readonly code: string | null } => {
    if (!signal.aborted) return { status: refusal?.status ?? 200, code: refusal?.code ?? null }
    const why: Abort = signal.reason === 'closing' ? 'closing' : 'gone'
    return { status: statusOfAbort[why], code: why }
  }
  return {
    ...parts,
    admit: (admission) => {
      try {
        callId = core.begin({ ...admission, keyId: key.id, endpoint, label })
      } catch (error) {
        // It is called from within the turn of the model, which must come to its end.
        core.onDefect(error)
        return defect
      }
      return callId === null ? refuse('insufficient_quota', 'The key has fewer tokens left than this call may use.') : null
    },
    settle: ({ promptTokens, completionTokens }, why) => {
      if (callId === null || isOnRecord) return
      isOnRecord = true
      core.end(callId, { promptTokens, completionTokens, ...ending(why) })
    },
    finish: (refusal) => {
      if (isOnRecord) return
      isOnRecord = true
      if (callId !== null) core.end(callId, { promptTokens: null, completionTokens: null, ...ending(refusal) })
      else if (refusal !== null && isDenial(refusal.code)) core.denied(key.id, refusal.code)
      else {
        const { status, code } = ending(refusal)
        core.called(key.id, endpoint, status, code)
      }
    },
  }
}
