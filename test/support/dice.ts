/** Chance that comes out the same every time. */

/** Returns whole numbers from 0 to below `sides` (a linear congruential generator after Numerical Recipes). */
export function createDice(seed: number): (sides: number) => number {
  let state = seed >>> 0
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}
