/** Repeatable chance for tests. */

/** Mulberry32 (public domain): numbers from 0 to 1 that a seed fixes. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A vector of length one in a direction that favours none. */
export function randomUnit(random: () => number, dimensions: number): Float32Array {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const vector = Float32Array.from({ length: dimensions }, normal)
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
