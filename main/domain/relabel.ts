/**
 * What a change of a label is, and what follows from it. Pure. Raising is anybody's who may see it; lowering is an act of a named person
 * with a reason, and the only thing in this program that gives a label lower than before.
 */
import { dominates, type Label, sameLabel } from './label.ts'

export type Direction = 'raised' | 'lowered'

/** What is not above the former label everywhere is lower somewhere. Null: nothing changes. */
export function directionOf(from: Label, to: Label): Direction | null {
  if (sameLabel(from, to)) return null
  return dominates(to, from) ? 'raised' : 'lowered'
}

/** The label of a portion once its document is labelled `to`: raised with it, and never left above it. */
export const portionAfter = (portion: Label, to: Label, direction: Direction): Label =>
  direction === 'raised' || !dominates(to, portion) ? to : portion
