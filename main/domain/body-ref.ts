/** How an event points at text it must not hold: the body's id, and a commitment SHA-256(salt ‖ bytes) that proves it without revealing it. A purge destroys body and salt; the chain still verifies. */
import * as z from 'zod'
import { Digest } from './digest.ts'
import { idOf } from './ids.ts'

export const BodyRef = z.strictObject({ body: idOf('bdy'), commitment: Digest })
export type BodyRef = z.infer<typeof BodyRef>
