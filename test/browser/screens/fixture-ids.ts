/** Ids and a clock for invented content: the same on every run, so that two screenshots can be compared. */
import { formatId, type IdKind } from '../../../main/domain/ids.ts'

/** Thursday 19 November 2026, 09:41:20 UTC. */
export const nowMs = Date.UTC(2026, 10, 19, 9, 41, 20)

/** The same number gives the same id. */
export function id(kind: IdKind, number: number): string {
  const random = Uint8Array.from({ length: 16 }, (_, i) => (number * 37 + i * (number + 11) * 7) & 255)
  return formatId(kind, nowMs - number * 1_000, random)
}

/** 64 hex digits that look like a digest. */
export function hex(number: number): string {
  let state = (number + 1) * 2_654_435_761
  let digits = ''
  while (digits.length < 64) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    digits += state.toString(16).padStart(8, '0')
  }
  return digits.slice(0, 64)
}
