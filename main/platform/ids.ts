/** Makes ids that sort in the order they were made, also within one millisecond and when the clock goes back. */
import { formatId } from '../domain/ids.ts'
import type { Clock, NewId } from '../world.ts'

const digits = 16
const base = 32

/** Adds one to a number of base-32 digits, in place. False when it overflowed. */
function increment(number: Uint8Array): boolean {
  for (let i = number.length - 1; i >= 0; i--) {
    const next = (number[i] ?? 0) + 1
    number[i] = next % base
    if (next < base) return true
  }
  return false
}

/** `randomBytes(n)` returns n bytes of chance; the last id of a millisecond is counted up instead of drawn again. */
export function createNewId(clock: Clock, randomBytes: (size: number) => Uint8Array): NewId {
  let lastMs = -1
  let chance = new Uint8Array(digits)
  const draw = () => Uint8Array.from(randomBytes(digits), (byte) => byte % base)
  return (kind) => {
    const now = clock()
    if (now > lastMs) {
      lastMs = now
      chance = draw()
    } else if (!increment(chance)) {
      lastMs += 1
      chance = draw()
    }
    return formatId(kind, lastMs, chance)
  }
}
