/** Bundles across the gap, put together: what this machine is, what it takes in, what is let serve, and what of it goes on record. */
import { existsSync, mkdirSync, renameSync, statfsSync } from 'node:fs'
import { chmod, copyFile, readFile } from 'node:fs/promises'
import { hostname, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import type { ActivationStation } from '../airgap/activate.ts'
import { slotNames } from '../airgap/app-slots.ts'
import { createBlobStore } from '../airgap/blob-store.ts'
import { syncFile, syncFolder } from '../airgap/durable.ts'
import type { Loaded, LoadStation } from '../airgap/load-station.ts'
import { airgapPlacesOf } from '../airgap/places.ts'
import { addCustody, keepReceipt, readReceipt } from '../airgap/receipts.ts'
import { createReleases } from '../airgap/releases.ts'
import { listInArchive } from '../airgap/unpack-app.ts'
import { type Artifact, artifactKinds, Platform, partsOf } from '../domain/airgap/artifact.ts'
import type { CustodyLine } from '../domain/airgap/custody-log.ts'
import { integrityName } from '../domain/airgap/integrity.ts'
import type { Machine } from '../domain/airgap/load-plan.ts'
import { Follows, noSlots, Slots } from '../domain/airgap/slots.ts'
import type { Label } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { defaultTenant } from '../domain/tenant.ts'
import { type BundleServices, type BundleStation, createBundleDesk } from '../handlers/bundle-desk.ts'
import type { Services } from '../handlers/services.ts'
import { mediumOf } from '../models/custody.ts'
import { findMedia } from '../platform/media.ts'
import { scanFile } from '../platform/scanner.ts'
import type { Backups } from '../store/backups.ts'
import { sha256 } from '../store/event-log.ts'
import { createModels } from '../store/models.ts'
import type { Failpoint, Inference } from '../world.ts'
import { openAppSlots } from './app-slots.ts'
import { type BundleDatasets, createBundleDatasets } from './bundle-datasets.ts'
import { checkStructure } from './bundle-structure.ts'
import { createTrial } from './bundle-trial.ts'
import { createBundleTrust } from './bundle-trust.ts'
import type { Holdings } from './store.ts'
import { createTreeReader } from './tree-reader.ts'

/** The tree that this program was delivered in: above `dist/main/composition`. */
const ownTree = join(import.meta.dirname, '..', '..', '..')

const slotsKey = 'airgap.slots'
const followsKey = 'airgap.follows'

const changedBlob = (id: string) =>
  fail('bundle.not_whole', `${id} is not what was signed any more.`, 'Load its bundle again from its medium.')

export type AirgapParts = Pick<Services, 'tenant' | 'paths' | 'clock' | 'newId' | 'models' | 'ingest' | 'ceiling' | 'onDefect'> & {
  readonly holdings: Holdings
  readonly inference: Inference
  readonly version: string
  readonly failpoint: Failpoint
  readonly backups: Backups
  /** Whether material with this label is handled here at all. */
  readonly isInUse: (label: Label) => boolean
  /** A model was admitted or let serve: another embedder may be wanted. */
  readonly onModelsChanged: () => void
}

const glibcVersion = (): string | null => {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime ?? null
}

export function openAirgap(parts: AirgapParts): BundleServices & Pick<BundleDatasets, 'tidy'> {
  const { holdings, tenant, paths, clock, models, inference, version, ceiling, failpoint, onDefect } = parts
  const { settings, station: log } = holdings
  const trees = createTreeReader((error) => onDefect('tree', error))
  const modelRows = createModels(holdings.db, tenant)
  const places = airgapPlacesOf(paths, tenant)
  const [blobs, releases] = [createBlobStore(places.store), createReleases(places.releases, sha256)]
  const found = Platform.safeParse(`${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`)
  const platform = found.success ? found.data : null
  // Programs are those of the whole machine: one tenant does not change them for the others.
  const apps =
    tenant === defaultTenant
      ? openAppSlots(paths, parts.backups, releases, () => trust.read(), { failpoint, checkTree: trees.checkTree })
      : null
  let glibc: string | null | undefined

  const datasets = createBundleDatasets({
    ...{ ...holdings, clock, newId: parts.newId, ceiling, places, blobs, isInUse: parts.isInUse },
  })
  const trust = createBundleTrust(
    places,
    settings,
    () => apps?.roots() ?? new Set(),
    (actor, event, write) =>
      log.commit(actor, (record) => {
        write()
        record(event, ceiling())
      }),
  )
  const slots = (): Slots => Slots.safeParse(settings.get(slotsKey)).data ?? noSlots
  const keepSlots = (next: Slots) => settings.set(slotsKey, next)
  const keepFollows = (next: Follows | null) => settings.set(followsKey, next)
  const now = () => new Date(clock()).toISOString().replace(/\.\d+Z$/, 'Z')

  function machine(): Machine {
    mkdirSync(places.folder, { recursive: true, mode: 0o700 })
    const { bavail, bsize } = statfsSync(places.folder)
    glibc ??= glibcVersion()
    return { platform, glibc, ramBytes: totalmem(), vramBytes: null, freeBytes: bavail * bsize, appVersion: version }
  }

  function addLine(
    by: string,
    inspected: { readonly digest: string } & Partial<Loaded['inspected']>,
    action: CustodyLine['action'],
    result: string,
    evidence: readonly string[] = [],
  ): void {
    addCustody(
      places,
      {
        ...{ action, actor: by, machine: hostname(), role: null, media: { label: null, serial: null }, setId: inspected.digest, result },
        volume: inspected.volume == null ? null : `${inspected.volume.index} of ${inspected.volume.of}`,
        ...{ evidence: [...(inspected.signers ?? []), ...evidence], tool: `holdfast ${version}`, time: now(), clock: 'unchecked' },
      },
      sha256,
      clock(),
    )
  }

  const loadStation = (by: string): LoadStation => {
    let medium: string | null = null
    return {
      ...{ places, clock, blobs, releases, machine, ceiling, failpoint },
      ...{ trust: trust.read, structure: checkStructure, inspect: trees.inspect, checkFiles: trees.checkFiles },
      current: () => {
        const { current } = slots()
        return current === null ? null : (releases.get(current)?.manifest ?? null)
      },
      // The scanner says OK of an archive that it cannot look into.
      scan: (file, { id, kind, size }, signal) =>
        artifactKinds[kind].endsWith('zst')
          ? Promise.resolve({ id, outcome: 'not_scanned', detail: 'The scanner cannot look into this kind of archive.' })
          : scanFile(file, id, size, signal),
      onMedium: async (folder) => {
        const mounted = await mediumOf(folder)
        medium = mounted === null ? null : `${mounted.device} (${mounted.fileSystem}) at ${mounted.mountPoint}`
      },
      record: ({ inspected, scans, acceptedUnscanned, isReload, plan }, acceptance) => {
        const { digest, manifest, chain, custody } = inspected
        trust.accept(
          chain.newest,
          acceptance,
          { issuer: 'operator', account: by },
          { type: 'bundle.loaded', bundle: { alg: 'sha256', value: digest }, seq: manifest.seq, isReload },
        )
        keepReceipt(places, {
          ...{
            bundle: digest,
            seq: manifest.seq,
            version: manifest.version,
            at: now(),
            by,
            medium,
            scans: [...scans],
            acceptedUnscanned,
            isReload,
          },
          root: { version: chain.newest.root.version, digest: chain.newest.digest },
          epoch: chain.epoch,
          signers: [...inspected.signers, ...inspected.siteSigners],
          files: plan.wanted.map(({ id, sha256: hash, size }) => ({ id, sha256: hash.value, size })),
          custodyHeads: custody.flatMap(({ lines }) => lines.at(-1)?.hash ?? []),
        })
        apps?.noteTrust(digest)
        addLine(by, inspected, 'loaded', isReload ? 'again' : 'ok')
      },
    }
  }

  const activation = (by: string): ActivationStation => ({
    ...{ blobs, releases, slots, keepSlots, failpoint, trust: trust.read, trial: createTrial(inference), app: apps?.activation ?? null },
    begun: (digest, isRollback) => keepFollows(isRollback ? null : { digest, account: by }),
    platform: () => platform,
    receipt: (digest) => readReceipt(places, digest),
    adopt: async (file, { id, title, name, version: of, licence, model, sha256: sha256Of }) => {
      const origin = { id, name: title, developer: model?.developer ?? null, country: model?.country ?? null, licence }
      const adopted = await models.adopt(file, by, origin, `${name}-${of}.gguf`)
      if (!adopted.ok) return adopted
      // What was hashed as it was admitted, and not what lies under a name.
      return adopted.value.digest.value === sha256Of.value ? ok({ modelId: adopted.value.id }) : changedBlob(id)
    },
    intact: models.intact,
    unpack: datasets.unpack,
    record: (next, release, isRollback, modelIds, brought) => {
      const { digest } = release
      log.commit({ issuer: 'operator', account: by }, (record) => {
        keepSlots(next)
        for (const modelId of modelIds) {
          modelRows.activate(modelId)
          record({ type: 'model.activated', modelId }, ceiling())
        }
        record({ type: 'bundle.activated', bundle: { alg: 'sha256', value: digest }, isRollback }, ceiling())
        datasets.begin(release, brought, by, record)
      })
      if (modelIds.length > 0) parts.onModelsChanged()
      const evidence = brought.map(({ artifact }) => artifact.sha256.value)
      addLine(by, { digest }, isRollback ? 'rolled_back' : 'activated', 'ok', evidence)
      if (brought.length > 0) parts.ingest.wake()
    },
  })

  const station: BundleStation = {
    load: loadStation,
    activation,
    follows: () => Follows.safeParse(settings.get(followsKey)).data ?? null,
    followed: () => keepFollows(null),
    refused: ({ code }, actor) => log.commit(actor, (record) => record({ type: 'bundle.refused', code }, ceiling())),
    unhealthy: (digest, { code }, actor) =>
      log.commit(actor, (record) =>
        record({ type: 'bundle.activation_failed', bundle: { alg: 'sha256', value: digest }, code }, ceiling()),
      ),
  }

  function prefixesOf(digest: string) {
    const found = [...releases.list()].reverse().flatMap(({ manifest }) => manifest.artifacts)
    const model = found.find(({ sha256: hash }) => hash.value === digest)?.model ?? null
    return model === null ? null : { queryPrefix: model.queryPrefix, passagePrefix: model.passagePrefix }
  }

  /** A slot is named for its version and the beginning of its archive's hash; several archives may begin alike. */
  async function provesOwnList(): Promise<boolean | null> {
    const list = sha256(await readFile(join(ownTree, integrityName)))
    let proof: boolean | null = null
    for (const { kind, version: of, sha256: hash, size } of releases.list().flatMap(({ manifest }) => manifest.artifacts)) {
      if (kind !== 'app' || !slotNames({ version: of, sha256: hash }).includes(basename(ownTree))) continue
      const held = blobs.has({ sha256: hash.value, size }) ? await blobs.check({ sha256: hash.value, size }, {}) : ok(false)
      const signed = held.ok && held.value ? await listInArchive(blobs.path(hash.value)) : null
      if (signed === null) continue
      if (sha256(signed) === list) return true
      proof = false
    }
    return proof
  }

  async function exportFile(artifact: Artifact, nowMs: number): Promise<Result<string>> {
    const [part] = partsOf(artifact)
    const name = (part?.path.split('/').at(-1) ?? artifact.id).replace(/\.part\d+$/, '')
    const folder = join(paths.exports, `bundle-${new Date(nowMs).toISOString().slice(0, 10)}`)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const [file, half] = [join(folder, name), join(folder, `${name}.partial`)]
    const held = await blobs.check({ sha256: artifact.sha256.value, size: artifact.size }, {})
    if (!held.ok) return held
    if (!held.value) return fail('bundle.not_whole', `${artifact.id} is damaged in the store.`, 'Load its bundle again from its medium.')
    await copyFile(blobs.path(artifact.sha256.value), half)
    await chmod(half, 0o600)
    syncFile(half)
    renameSync(half, file)
    syncFolder(folder)
    return ok(file)
  }

  return {
    ...{ station, apps, prefixesOf, machine, provesOwnList, places, blobs, releases, platform, slots, keepSlots, exportFile },
    tidy: datasets.tidy,
    trust: trust.read,
    trustRoot: trust.begin,
    media: findMedia,
    findDamaged: trees.findDamaged,
    delivered: () => (existsSync(join(ownTree, integrityName)) ? trees.checkDelivered(ownTree) : null),
    desk: createBundleDesk(station, onDefect, trees.close),
    swept: (gone, files, actor) => log.commit(actor, (record) => record({ type: 'bundle.swept', releases: gone, files }, ceiling())),
  }
}
