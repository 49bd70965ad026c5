/** Everything that lies on the store. Whoever calls this owns the data folder. */
import { join } from 'node:path'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { Services } from '../handlers/services.ts'
import { createBoard } from '../store/board.ts'
import { createBodies } from '../store/bodies.ts'
import { type BudgetLedger, createBudgetLedger, type Quota } from '../store/budget-ledger.ts'
import { createBundleImports } from '../store/bundle-imports.ts'
import { type Checkpoints, keepCheckpoints, noCheckpoints } from '../store/checkpoints.ts'
import { createCollections } from '../store/collections.ts'
import { createContextBundles } from '../store/context-bundles.ts'
import { createDocuments } from '../store/documents.ts'
import { createEndpoints } from '../store/endpoints.ts'
import { createEventLog } from '../store/event-log.ts'
import { createHolds, type Holds } from '../store/holds.ts'
import { createImports } from '../store/imports.ts'
import { createIncidents } from '../store/incidents.ts'
import { createLabels } from '../store/labels.ts'
import { createMissions } from '../store/missions.ts'
import type { OpenedStore } from '../store/opening.ts'
import { createReader } from '../store/reader.ts'
import { createRoutes } from '../store/routes.ts'
import { createRunFigures } from '../store/run-figures.ts'
import { createRuns } from '../store/runs.ts'
import { createServeKeys } from '../store/serve-keys.ts'
import { createSettings } from '../store/settings.ts'
import { createStationLog } from '../store/station-log.ts'
import { createSteps, type Steps } from '../store/steps.ts'
import { admitTenant } from '../store/tenants.ts'
import { createUploads } from '../store/uploads.ts'
import { removeUnready } from '../store/write-document.ts'
import type { Clock, NewId, Paths } from '../world.ts'

export type Holdings = Pick<
  Services,
  | 'db'
  | 'labels'
  | 'log'
  | 'bodies'
  | 'documents'
  | 'imports'
  | 'bundleImports'
  | 'settings'
  | 'collections'
  | 'uploads'
  | 'runs'
  | 'runFigures'
  | 'incidents'
  | 'station'
  | 'reader'
  | 'serveKeys'
  | 'endpoints'
  | 'routes'
  | 'missions'
  | 'board'
  | 'contextBundles'
> & { readonly checkpoints: Checkpoints; readonly ledger: BudgetLedger; readonly holds: Holds; readonly steps: Steps }

export function openHoldings(
  { db, damage, restoredFrom }: OpenedStore,
  tenant: string,
  paths: Paths,
  clock: Clock,
  newId: NewId,
  publish: (events: readonly RecordedEvent[]) => void,
  /** What the policy lets all runs spend at most. */
  bounds?: () => Quota,
): Holdings {
  if (damage === null) admitTenant(db, tenant)
  const labels = createLabels(db)
  const log = createEventLog(db, labels, tenant)
  const bodies = createBodies(db, labels, paths.blobs, newId, tenant)
  const documents = createDocuments(db, labels, newId, tenant)
  const imports = createImports(db, labels, tenant)
  // A crash leaves documents half-written, files unknown and an import in the middle of one: none of it was acknowledged.
  if (damage === null) {
    removeUnready(db, documents)
    // Files that came after the backup that was restored are kept beside the database that knew them.
    bodies.sweep(restoredFrom === null ? null : join(paths.damaged, 'blobs'))
    imports.resetReading()
  }
  const board = createBoard(db, labels, tenant)
  return {
    db,
    board,
    missions: createMissions(db, labels, board, tenant),
    labels,
    log,
    bodies,
    documents,
    imports,
    bundleImports: createBundleImports(db, tenant),
    settings: createSettings(db, tenant),
    collections: createCollections(db, labels, newId, tenant),
    uploads: createUploads(db, tenant),
    runs: createRuns(db, labels, tenant),
    incidents: createIncidents(db, labels, tenant),
    runFigures: createRunFigures(db, labels, tenant),
    ledger: createBudgetLedger(db, tenant, bounds),
    holds: createHolds(db, labels, tenant),
    steps: createSteps(db, tenant),
    station: createStationLog(db, log, tenant, clock, publish),
    reader: createReader(paths.database, tenant),
    serveKeys: createServeKeys(db, labels, tenant),
    endpoints: createEndpoints(db, bodies, tenant),
    routes: createRoutes(db, tenant),
    contextBundles: createContextBundles(db, labels, tenant),
    checkpoints: damage === null ? keepCheckpoints(paths.database) : noCheckpoints,
  }
}
