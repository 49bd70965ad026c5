/** Two runs side by side: which calls stand for each other, and what differs between them. Pure; whether two texts are the same is asked of the caller. */
import type { BodyRef } from '../body-ref.ts'
import type { Step } from './state.ts'

/** Above so many pairs of calls the best alignment is not looked for; each call then takes the next of its kind. */
const pairsMax = 1_000_000

export interface StepPair {
  readonly a: Step | null
  readonly b: Step | null
  readonly isSameInput: boolean
  readonly isSameOutput: boolean
  readonly isSamePhase: boolean
}

export type IsSameText = (a: BodyRef, b: BodyRef) => boolean

type Match = readonly [a: number, b: number]

const isAlike = (a: Step, b: Step): boolean => a.kind === b.kind && a.name === b.name

/** As many pairs as can be had in order, and among those the ones with most inputs in common. */
function longest(as: readonly Step[], bs: readonly Step[], isSame: IsSameText): readonly Match[] {
  const width = bs.length + 1
  const weights = new Float64Array((as.length + 1) * width)
  const at = (i: number, j: number): number => weights[i * width + j] ?? 0
  // One more pair counts more than all inputs together.
  const pair = Math.min(as.length, bs.length) + 1
  const weigh = (a: Step, b: Step): number => (isAlike(a, b) ? pair + (isSame(a.input, b.input) ? 1 : 0) : 0)
  for (let i = as.length - 1; i >= 0; i--) {
    for (let j = bs.length - 1; j >= 0; j--) {
      const [a, b] = [as[i], bs[j]]
      const weight = a === undefined || b === undefined ? 0 : weigh(a, b)
      const matched = weight === 0 ? 0 : weight + at(i + 1, j + 1)
      weights[i * width + j] = Math.max(matched, at(i + 1, j), at(i, j + 1))
    }
  }
  const found: Match[] = []
  for (let i = 0, j = 0; i < as.length && j < bs.length; ) {
    const best = at(i, j)
    if (best === at(i + 1, j)) i += 1
    else if (best === at(i, j + 1)) j += 1
    else found.push([i++, j++])
  }
  return found
}

function nextOfKind(as: readonly Step[], bs: readonly Step[]): readonly Match[] {
  const found: Match[] = []
  let from = 0
  for (const [i, a] of as.entries()) {
    const j = bs.findIndex((b, index) => index >= from && isAlike(a, b))
    if (j === -1) continue
    found.push([i, j])
    from = j + 1
  }
  return found
}

const alone = { isSameInput: false, isSameOutput: false, isSamePhase: false } as const

/** Every step of both runs once, in order; a step without a counterpart stands alone. */
export function compareSteps(as: readonly Step[], bs: readonly Step[], isSame: IsSameText): readonly StepPair[] {
  const matches = as.length * bs.length > pairsMax ? nextOfKind(as, bs) : longest(as, bs, isSame)
  const pairs: StepPair[] = []
  let [i, j] = [0, 0]
  for (const [toA, toB] of [...matches, [as.length, bs.length] as const]) {
    for (; i < toA; i++) pairs.push({ a: as[i] ?? null, b: null, ...alone })
    for (; j < toB; j++) pairs.push({ a: null, b: bs[j] ?? null, ...alone })
    const [a, b] = [as[i++], bs[j++]]
    if (a === undefined || b === undefined) continue
    const isSameOutput = a.output === null || b.output === null ? a.output === b.output : isSame(a.output, b.output)
    pairs.push({ a, b, isSameInput: isSame(a.input, b.input), isSameOutput, isSamePhase: a.phase === b.phase })
  }
  return pairs
}
