/** Who did it. Every event has one; on a workstation a person is the operating-system account. */
import * as z from 'zod'

export const issuers = ['operator', 'scheduler', 'runtime', 'model'] as const
export const Issuer = z.enum(issuers)
export type Issuer = z.infer<typeof Issuer>

/** `account` is the operating-system account for an operator, and the part's own name for the others. */
export const Actor = z.strictObject({ issuer: Issuer, account: z.string().min(1).max(256) })
export type Actor = z.infer<typeof Actor>
