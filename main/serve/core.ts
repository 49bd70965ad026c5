/** What the door needs of the core behind it, as types: who a key belongs to, what may be asked, and where it goes on record. */
import type { Label, Level } from '../domain/label.ts'
import type { ServeEndpoint } from '../domain/serve.ts'
import type { Clock, Inference } from '../world.ts'

/** A key whose secret was right. It may be over. */
export interface KnownKey {
  readonly id: string
  readonly ceiling: Label
  /** Null = every model. */
  readonly models: readonly string[] | null
  readonly expiresAt: number | null
  readonly revokedAt: number | null
}

export interface ServedModel {
  readonly id: string
  readonly name: string
  readonly role: 'chat' | 'embed'
  /** Of data that it may be given. */
  readonly levels: readonly Level[]
  readonly contextTokens: number
  readonly admittedAt: number
  /** First digits of its file's hash. */
  readonly fingerprint: string
}

/** A call about to be evaluated. */
export interface Admission {
  readonly keyId: string
  readonly endpoint: ServeEndpoint
  readonly modelId: string
  readonly label: Label
  readonly promptTokens: number
  /** At most. */
  readonly completionTokens: number
}

/** How a call ended. Counts are null where nobody can tell: then what was set aside is booked. */
export interface Outcome {
  readonly promptTokens: number | null
  readonly completionTokens: number | null
  readonly status: number
  readonly code: string | null
}

export interface ServeCore {
  readonly inference: Pick<Inference, 'chat' | 'embed'>
  readonly clock: Clock
  /** The models whose files are what was admitted. */
  models(): Promise<readonly ServedModel[]>
  /** The store is damaged: nothing can go on record, so nothing is answered. */
  isReadOnly(): boolean
  /** What this station may hold. */
  ceiling(): Label
  /** In constant time. */
  keyOf(shown: string): KnownKey | null
  /** Sets the call's tokens aside, durably; null when the key has not that many left. */
  begin(call: Admission): number | null
  /** On record before the caller is told. */
  end(callId: number, outcome: Outcome): void
  /** A call that came to no evaluation: listing models, or one that was asked wrongly. */
  called(keyId: string, endpoint: ServeEndpoint, status: number, code: string | null): void
  denied(keyId: string | null, code: string): void
  onDefect(error: unknown): void
}
