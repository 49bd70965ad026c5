/** Everything that lies on the store. Whoever calls this owns the data folder. */
import { join } from 'node:path'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { Services } from '../handlers/services.ts'
import { createBodies } from '../store/bodies.ts'
import { type BudgetLedger, createBudgetLedger } from '../store/budget-ledger.ts'
import { type Checkpoints, keepCheckpoints, noCheckpoints } from '../store/checkpoints.ts'
import { createCollections } from '../store/collections.ts'
import { createDocuments } from '../store/documents.ts'
import { createEventLog } from '../store/event-log.ts'
import { createHolds, type Holds } from '../store/holds.ts'
import { createImports } from '../store/imports.ts'
import { createLabels } from '../store/labels.ts'
import type { OpenedStore } from '../store/opening.ts'
import { createReader } from '../store/reader.ts'
import { createRuns } from '../store/runs.ts'
import { createServeKeys } from '../store/serve-keys.ts'
import { createSettings } from '../store/settings.ts'
import { createStationLog } from '../store/station-log.ts'
import { createSteps, type Steps } from '../store/steps.ts'
import { createUploads } from '../store/uploads.ts'
import { removeUnready } from '../store/write-document.ts'
import type { Clock, NewId, Paths } from '../world.ts'

/** One tenant on a workstation; every row carries it, so that a server can have more. */
export const tenantId = 'station'

export type Holdings = Pick<
  Services,
  | 'db'
  | 'labels'
  | 'log'
  | 'bodies'
  | 'documents'
  | 'imports'
  | 'settings'
  | 'collections'
  | 'uploads'
  | 'runs'
  | 'station'
  | 'reader'
  | 'serveKeys'
> & { readonly checkpoints: Checkpoints; readonly ledger: BudgetLedger; readonly holds: Holds; readonly steps: Steps }

export function openHoldings(
  { db, damage, restoredFrom }: OpenedStore,
  paths: Paths,
  clock: Clock,
  newId: NewId,
  publish: (events: readonly RecordedEvent[]) => void,
): Holdings {
  const labels = createLabels(db)
  const log = createEventLog(db, labels, tenantId)
  const bodies = createBodies(db, labels, paths.blobs, newId, tenantId)
  const documents = createDocuments(db, labels, newId, tenantId)
  const imports = createImports(db, labels, tenantId)
  // A crash leaves documents half-written, files unknown and an import in the middle of one: none of it was acknowledged.
  if (damage === null) {
    removeUnready(db, documents)
    // Files that came after the backup that was restored are kept beside the database that knew them.
    bodies.sweep(restoredFrom === null ? null : join(paths.damaged, 'blobs'))
    imports.resetReading()
  }
  return {
    db,
    labels,
    log,
    bodies,
    documents,
    imports,
    settings: createSettings(db),
    collections: createCollections(db, labels, newId, tenantId),
    uploads: createUploads(db, tenantId),
    runs: createRuns(db, labels, tenantId),
    ledger: createBudgetLedger(db, tenantId),
    holds: createHolds(db, labels, tenantId),
    steps: createSteps(db, tenantId),
    station: createStationLog(db, log, clock, publish),
    reader: createReader(paths.database),
    serveKeys: createServeKeys(db, labels, tenantId),
    checkpoints: damage === null ? keepCheckpoints(paths.database) : noCheckpoints,
  }
}
