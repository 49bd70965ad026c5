/**
 * The composition root: takes the data folder, puts the real parts together, settles what an earlier core left behind, and gives out
 * the one door, the one feed and the way to close. It knows every part; no part knows it.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { openAirgap } from './composition/airgap.ts'
import { carryIn } from './composition/carry-in.ts'
import { openDrift } from './composition/drift.ts'
import { keepEgressRecord } from './composition/egress.ts'
import { type EngineWorld, openEngine } from './composition/engine.ts'
import { importProgress } from './composition/import-progress.ts'
import { createIngestStore } from './composition/ingest-store.ts'
import { openMissions } from './composition/missions.ts'
import { openModels } from './composition/models.ts'
import { openPolicy } from './composition/policy.ts'
import { openRouting } from './composition/routing.ts'
import { openSearch } from './composition/search.ts'
import { openSecrets, type Secrets } from './composition/secrets.ts'
import { openServe } from './composition/serve.ts'
import { openHoldings } from './composition/store.ts'
import { openTelemetry, workOf } from './composition/telemetry.ts'
import { openWatch } from './composition/watch.ts'
import type { Core } from './core.ts'
import { createDispatch } from './dispatch.ts'
import { diskFull, isDiskFull } from './domain/disk-full.ts'
import { isLabelInUse, sealed } from './domain/policy.ts'
import type { RecordedEvent } from './domain/recorded-event.ts'
import { fail, ok, type Result } from './domain/result.ts'
import { defaultTenant } from './domain/tenant.ts'
import { createExporter } from './exports/exporter.ts'
import { createFeed } from './feed.ts'
import { allHandlers } from './handlers/all.ts'
import { bringRest } from './handlers/bundles.ts'
import { toImport } from './handlers/imports.ts'
import { createIncidentDesk } from './handlers/incident-desk.ts'
import { seenFeed } from './handlers/seen-feed.ts'
import type { Services } from './handlers/services.ts'
import { stationCeiling } from './handlers/station.ts'
import { dropStaleUploads } from './handlers/uploads.ts'
import { watchCalls } from './handlers/watch-calls.ts'
import { createIngest } from './memory/ingest.ts'
import { createDocumentParser } from './memory/parse-host.ts'
import { createChildHost } from './platform/child-host.ts'
import { systemClock } from './platform/clock.ts'
import { noteRefused } from './platform/egress-attempts.ts'
import { installEgressGuard } from './platform/egress-guard.ts'
import { coreRules } from './platform/egress-rules.ts'
import { createNewId } from './platform/ids.ts'
import { createChildLedger, endLeftovers } from './platform/leftovers.ts'
import { type Lock, takeLock } from './store/lock.ts'
import { openForUse } from './store/opening.ts'
import { type Restored, restoreNewest } from './store/restore.ts'
import { type Log, openLog } from './telemetry/log.ts'
import { keepRetention } from './telemetry/retention.ts'
import { productVersion } from './version.ts'
import type { DocumentParser, Paths } from './world.ts'

export interface AppConfig {
  readonly paths: Paths
  /** The operating-system account that the core runs as. */
  readonly account: string
  /** Whose rows this core serves; others in the same folder do not exist for it. */
  readonly tenant?: string
  /** Threads for llama.cpp; null measures the free cores. */
  readonly threads: number | null
  /** Starts with every run held, so that a person can look first. */
  readonly isSafeStart?: boolean
  /** Opens the door for programs elsewhere again, where it was opened to stay. */
  readonly isServing?: boolean
}

/** Seams that tests replace; the product runs on the real parts. */
export interface AppWorld extends EngineWorld {
  /** Where the system journal listens. */
  readonly journalSocket?: string
  /** Where this machine says whose policies count, and who must own that file. */
  readonly trustRoot?: { readonly file: string; readonly owner: number }
  readonly parser?: DocumentParser
}

export interface App extends Core {
  /** Resolves when nothing is left to read, to embed, or to hand on. */
  idle(): Promise<void>
}

const refused = fail(
  'core.store_refused',
  'The store of this data folder could not be opened.',
  'Put the newest verified backup in its place: holdfast restore. The log in the data folder has the details.',
)

/** For a store that cannot even be opened: puts the newest verified backup in its place. What was there is moved aside. */
export async function restoreStore(paths: Paths): Promise<Result<Restored>> {
  const lock = takeLock(paths.lockDatabase)
  if (!lock.ok) return lock
  const diary = openLog(paths.logs)
  try {
    return await restoreNewest(paths, systemClock(), (error) => diary.error({ where: 'restore', err: error }))
  } finally {
    lock.value.release()
  }
}

const isClosed = fail('core.closing', 'Holdfast is closing.', 'Start it again.')

/**
 * Fails with `core.already_running` when another process owns the data folder, and nothing is written then; with `core.store_refused`
 * when its store is damaged or of a newer version.
 */
export async function createApp(config: AppConfig, world: AppWorld = {}): Promise<Result<App>> {
  const { paths } = config
  installEgressGuard(coreRules)
  mkdirSync(paths.data, { recursive: true, mode: 0o700 })
  const lock = takeLock(paths.lockDatabase)
  if (!lock.ok) return lock
  const secrets = openSecrets(paths)
  const diary = openLog(paths.logs, secrets.redact)
  try {
    return ok(await putTogether(config, world, lock.value, secrets, diary))
  } catch (error) {
    diary.error({ where: 'start', err: error })
    lock.value.release()
    return isDiskFull(error) ? diskFull : refused
  }
}

async function putTogether(
  { paths, account, tenant = defaultTenant, threads, isSafeStart, isServing }: AppConfig,
  world: AppWorld,
  lock: Lock,
  secrets: Secrets,
  diary: Log,
): Promise<App> {
  for (const folder of [paths.blobs, paths.models, paths.uploads, paths.runs]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const leftovers = await endLeftovers(paths.children)
  let about: (where: string) => object = () => ({})
  const onDefect = (where: string, error: unknown) => diary.error({ ...about(where), where, err: error }, 'defect')
  const { clock = systemClock, failpoint = () => undefined } = world
  const newId = createNewId(clock, randomBytes)
  const boot = newId('boot')
  const childHost = createChildHost(createChildLedger(paths.children), failpoint, noteRefused)
  let publish: (events: readonly RecordedEvent[]) => void = () => {}
  const stored = await openForUse(paths, clock(), (error) => onDefect('store', error))
  // Nothing is spent before the policy is there.
  let bounds = () => sealed.budgets
  const holdings = openHoldings(
    stored,
    tenant,
    paths,
    clock,
    newId,
    (events) => publish(events),
    () => bounds(),
  )
  const { db, log, settings, reader, imports, checkpoints } = holdings
  about = (where) => {
    try {
      return workOf(holdings, where) ?? {}
    } catch {
      // The store itself may be what is broken.
      return {}
    }
  }
  const ceiling = () => stationCeiling(settings)
  const feed = createFeed({
    boot,
    lastSeq: log.lastSeq,
    readAfter: log.readAfter,
    runningImports: () => imports.running().map(toImport),
  })

  const modelParts = openModels({ holdings, tenant, paths, clock, newId, childHost, threads, account })
  const { models } = modelParts
  const inference = world.inference?.(modelParts.inference) ?? modelParts.inference
  if (stored.damage === null) await models.clean()

  let bundledPrefixes: Parameters<typeof openSearch>[0]['bundledPrefixes'] = () => null
  const { recall, upkeep, refreshEmbedder } = openSearch({
    ...{ holdings, tenant, models, inference, childHost, paths },
    bundledPrefixes: (digest) => bundledPrefixes(digest),
  })
  const policy = openPolicy({
    ...{ holdings, tenant, paths, account, ceiling, clock, newId, onDefect, isReadOnly: stored.damage !== null },
    trustRoot: world.trustRoot,
  })
  bounds = () => policy.desk.inForce().budgets
  const routing = openRouting({
    ...{ holdings, secrets: secrets.store, clock, policy: policy.services.policy, onDefect },
    breakerOpened: (endpointId, runId) => incidentDesk.breakerOpened(endpointId, runId),
  })
  const { outside } = routing.services
  const incidentDesk = createIncidentDesk({ ...holdings, ...policy.services, inference, clock, newId, ceiling, onDefect })
  const drift = openDrift(
    {
      ...holdings,
      ...policy.services,
      models,
      clock,
      ceiling,
      onDefect,
      version: productVersion,
      isReadOnly: stored.damage !== null,
      delivered: () => airgap.delivered(),
    },
    paths.agents,
  )
  const engine = openEngine({
    ...{
      holdings,
      tenant,
      version: productVersion,
      childHost,
      failpoint,
      world,
      boot,
      paths,
      clock,
      newId,
      ceiling,
      feed,
      recall,
      models,
      inference,
      outside,
      redact: secrets.redact,
      policy: policy.services.policy,
      sightOf: policy.services.sightOf,
      endpoints: routing.services.routing.router.endpoints,
      onDefect,
    },
    publish: (events) => publish(events),
    endExpired: () => {
      policy.services.acts.expire()
      if (isSafeStart === true) missions.missionDriver.holdAll()
      missions.missionDriver.look()
    },
    breakerOpened: (tool, runId) => incidentDesk.breakerOpened(tool, runId),
    runMoved: (runId) => missions.missionDriver.runMoved(runId),
  })
  const missions = openMissions({
    ...{ holdings, clock, newId, ceiling, recall, models, failpoint, onDefect },
    ...{ ...engine.services, sightOf: policy.services.sightOf },
    publish: (events) => publish(events),
  })

  const parser = world.parser ?? createDocumentParser(childHost)
  const ingest = createIngest({
    store: createIngestStore({
      ...{ ...holdings, tenantId: tenant, paths, clock, ceiling, feed, onMoved: upkeep.moved, onDefect },
      isInUse: (label) => isLabelInUse(policy.services.policy(), label),
    }),
    parser,
    onProgress: importProgress(imports, feed),
    onAdded: upkeep.wake,
    onDefect: (error) => onDefect('ingest', error),
  })

  const watch = openWatch({
    ...{ opened: stored, holdings, tenantId: tenant, boot, version: productVersion, paths, clock, ceiling, failpoint, onDefect },
    journalSocket: world.journalSocket,
  })
  const telemetry = openTelemetry({ holdings, diary, onDefect })
  const retention = keepRetention(
    paths.logs,
    () => policy.desk.inForce().retention.telemetryDays,
    clock,
    (error) => onDefect('retention', error),
  )
  const record = keepEgressRecord({
    ...{ ...holdings, tenant, clock, boot, childHost, ceiling, onDefect },
    ...{ isReadOnly: stored.damage !== null, activity: watch.services.activity },
  })
  const airgap = openAirgap({
    ...{ holdings, tenant, paths, clock, newId, models, inference, ingest, ceiling, failpoint, onDefect },
    isInUse: (label) => isLabelInUse(policy.services.policy(), label),
    ...{ version: productVersion, onModelsChanged: refreshEmbedder, backups: watch.services.backups },
  })
  bundledPrefixes = airgap.prefixesOf
  const serve = openServe({ ...holdings, clock, ceiling, models, inference, ...watch.services, onDefect })
  const exporter = createExporter((error) => onDefect('export', error))
  const services: Services = {
    ...holdings,
    ...policy.services,
    serve: serve.desk,
    ...watch.services,
    ...telemetry.services,
    incidentDesk,
    drift,
    ...engine.services,
    ...routing.services,
    ...{ version: productVersion, boot, account, paths, clock, newId, ingest, recall, upkeep, inference, models, feed },
    ...{ bundles: airgap, ceiling, egress: record.desk, onDefect, exporter, stationName: hostname(), redact: secrets.redact },
    ...{ tenant, carryIn: carryIn({ ...holdings, clock }, tenant), ...missions },
  }
  publish = (events) => {
    // First, so that whatever breaks below it knows who writes where.
    engine.recorded(events)
    if (events.some(({ event }) => event.type === 'station.configured')) policy.desk.ceilingChanged()
    routing.recorded(events)
    feed.recorded(events)
    watch.recorded(events)
    telemetry.recorded(events)
    incidentDesk.recorded(events)
  }
  const dispatch = createDispatch(
    allHandlers(services, { onModelsChanged: refreshEmbedder, lastAnswer: engine.lastAnswer }),
    policy.authorise,
    onDefect,
    watchCalls(services),
  )

  telemetry.start()
  watch.started()
  // A damaged store is only read: nothing is taken up again in it.
  if (stored.damage === null) {
    await dropStaleUploads(services)
    airgap.tidy()
    refreshEmbedder()
    routing.start()
    ingest.wake()
    policy.services.acts.recover()
    policy.desk.start()
    engine.start(isSafeStart === true)
    incidentDesk.recover()
    drift.start()
    missions.missionDriver.look()
    serve.settle()
    airgap.desk.settle(account, bringRest(services))
    if (isServing === true && isSafeStart !== true) await serve.desk.resume()
  }
  // A command that opens a core for itself has not shown that the program starts.
  if (isServing === true) airgap.apps?.proven()
  diary.info({ version: productVersion, boot, leftovers }, 'started')

  let closing: Promise<void> | null = null
  const close = async () => {
    policy.desk.close()
    telemetry.close()
    drift.close()
    await serve.close()
    await missions.missionDriver.close()
    await Promise.all([engine.close(), ingest.close(), airgap.desk.close()])
    await Promise.all([upkeep.close(), parser.close(), inference.close(), exporter.close()])
    record.close()
    retention.close()
    await watch.close()
    await Promise.all([reader.close(), checkpoints.close(), childHost.close()])
    db.close()
    diary.info('closed')
    lock.release()
  }
  return {
    dispatch: (name, input, caller) => (closing === null ? dispatch(name, input, caller) : Promise.resolve(isClosed)),
    subscribe: (after, listen) => feed.subscribe(after, seenFeed(services, account, listen)),
    idle: async () => {
      await ingest.idle()
      await upkeep.idle()
      await engine.idle()
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
