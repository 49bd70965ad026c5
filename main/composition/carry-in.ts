/** Runs that were made elsewhere, taken into this store. */
import type { Services } from '../handlers/services.ts'
import { type CarryIn, createCarryIn } from '../runs/carry-in.ts'
import { createRunProjections } from '../store/run-projections.ts'
import { createTransaction } from '../store/transaction.ts'

export function carryIn(
  { db, labels, log, runs, bodies, clock, station }: Pick<Services, 'db' | 'labels' | 'log' | 'runs' | 'bodies' | 'clock' | 'station'>,
  tenantId: string,
): CarryIn {
  return createCarryIn({
    transaction: createTransaction(db),
    log,
    project: createRunProjections(db, labels, { book: () => undefined }, tenantId),
    shardOf: runs.shard,
    createShard: runs.createShard,
    attemptsOf: runs.attemptsOf,
    takenId: runs.takenId,
    bodies,
    clock,
    publish: station.publish,
  })
}
