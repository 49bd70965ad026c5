/**
 * How much of what an agent does is looked into beyond what always is, by its level: the less it was trusted with, the more. Forms, rules,
 * labels and the person whom a risk demands are never spared.
 */

export const efforts = ['every_call', 'outputs', 'spot', 'final'] as const
export type Effort = (typeof efforts)[number]

/** One call in so many is looked into by chance, as it were: by its place, so that a second look finds the same. */
export const spotEvery = 4

/** By the level of the agent, 0 to 5. */
export const effortOf = ['every_call', 'every_call', 'every_call', 'outputs', 'spot', 'final'] as const satisfies readonly Effort[]

/** An agent without a level that is known is trusted with nothing. */
export function isLookedInto(
  level: number,
  call: { readonly changes: boolean; readonly isFinal: boolean; readonly ordinal: number },
): boolean {
  const effort = effortOf[level] ?? 'every_call'
  if (call.isFinal || effort === 'every_call') return true
  if (effort === 'final') return false
  return call.changes || (effort === 'spot' && call.ordinal % spotEvery === 0)
}
