/** An invariant of our own code or log. A failure is corruption or a programmer's error, never a user's: it is thrown, not returned. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`)
}
