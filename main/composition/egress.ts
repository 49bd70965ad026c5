/** Holds the one capability to let a connection through the guard, and hands it to the parts that may use it: nobody else can have it. */
import { claimEgress } from '../platform/egress-guard.ts'
import type { EgressPermits } from '../world.ts'

export const egress: EgressPermits = claimEgress()
