/** A guardrail that a person lifted for an hour, as it crosses the border. */
import * as z from 'zod'
import { LiftableGuardrail } from '../domain/exemption.ts'
import { idOf } from '../domain/ids.ts'

const time = z.int().min(0)

export const Exemption = z.strictObject({
  id: idOf('exm'),
  guardrail: LiftableGuardrail,
  /** Null after a purge. */
  justification: z.string().nullable(),
  grantedAt: time,
  grantedBy: z.string(),
  expiresAt: time,
  isInForce: z.boolean(),
})
export type Exemption = z.infer<typeof Exemption>
