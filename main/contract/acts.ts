/** An act that waits for a second person, or was decided, as it crosses the border. */
import * as z from 'zod'
import { ActState } from '../domain/act.ts'
import { Digest } from '../domain/digest.ts'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { DualAct } from '../domain/policy.ts'
import { Failure } from '../domain/result.ts'

const time = z.int().min(0)

export const Act = z.strictObject({
  id: idOf('act'),
  act: DualAct,
  /** The call that is made once it is confirmed. */
  call: z.string(),
  argumentsHash: Digest,
  label: Label,
  requestedAt: time,
  requestedBy: z.string(),
  expiresAt: time,
  state: ActState,
  decidedAt: time.nullable(),
  decidedBy: z.string().nullable(),
  /** Code of what hindered it after it was confirmed. */
  failure: z.string().nullable(),
})
export type Act = z.infer<typeof Act>

/** `arguments` is the exact canonical JSON; it and `reason` are null after a purge. */
export const ActDetail = Act.extend({ arguments: z.string().nullable(), reason: z.string().nullable() })
export type ActDetail = z.infer<typeof ActDetail>

/** What became of a confirmed act; `failure` is what its call replied, or null. */
export const ActOutcome = z.strictObject({ act: ActDetail, failure: Failure.nullable() })
export type ActOutcome = z.infer<typeof ActOutcome>
