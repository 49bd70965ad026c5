/** Runs work in one transaction, or in a savepoint where one is open. One wrapper serves all: making one costs more than a small commit's own work. */
import type { Db } from './open.ts'

export function createTransaction(db: Db): <T>(work: () => T) => T {
  const run = db.transaction((work: () => unknown) => work())
  // What the work returns is what comes back; the one wrapper cannot say so for each type.
  return <T>(work: () => T): T => run(work) as T
}
