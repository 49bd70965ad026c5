/** Closes an exhaustive switch: a missing case is a compile error, and a value that slipped past the types stops the program. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`)
}
