/** The permits of a test that has no core, with a record that it can read. A core in the same test file has claimed them already. */
import type { EgressAttempt } from '../../main/domain/egress.ts'
import { recordEgress } from '../../main/platform/egress-attempts.ts'
import { claimEgress } from '../../main/platform/egress-guard.ts'
import type { EgressPermits } from '../../main/world.ts'

export interface TestEgress extends EgressPermits {
  readonly allowed: EgressAttempt[]
  readonly denied: EgressAttempt[]
  /** Of the connections that have ended, in their order. */
  readonly bytes: Array<{ readonly bytesOut: number; readonly bytesIn: number }>
  /** The next attempts cannot be recorded. */
  isFull: boolean
}

export function testEgress(): TestEgress {
  const egress: TestEgress = { ...claimEgress(), allowed: [], denied: [], bytes: [], isFull: false }
  recordEgress({
    allowed: (attempt) => {
      if (egress.isFull) throw new Error('the disk is full')
      egress.allowed.push(attempt)
      return (bytes) => egress.bytes.push(bytes)
    },
    denied: (attempt) => void egress.denied.push(attempt),
  })
  return egress
}
