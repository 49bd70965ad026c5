/** Bundles across the gap, put together: what this machine is, whose bundles it takes, how its models are tried, and what of it goes on record. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, statfsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import type { ActivationStation, ServedRole } from '../airgap/activate.ts'
import { createBlobStore } from '../airgap/blob-store.ts'
import { syncFile, syncFolder } from '../airgap/durable.ts'
import type { Loaded, LoadStation } from '../airgap/load.ts'
import { airgapPlaces } from '../airgap/places.ts'
import { addCustody, keepReceipt } from '../airgap/receipts.ts'
import { createReleases } from '../airgap/releases.ts'
import { selfSigned } from '../airgap/root-chain.ts'
import { firstTrust, keepRoot, readTrust, TrustRecord, writeTrustFile } from '../airgap/trust-store.ts'
import { listInArchive } from '../airgap/unpack-app.ts'
import type { Actor } from '../domain/actor.ts'
import { TrustState } from '../domain/airgap/acceptance.ts'
import { type Artifact, artifactKinds, Platform, partsOf } from '../domain/airgap/artifact.ts'
import type { CustodyLine } from '../domain/airgap/custody-log.ts'
import { integrityName } from '../domain/airgap/integrity.ts'
import type { Machine } from '../domain/airgap/load-plan.ts'
import { noSlots, Slots } from '../domain/airgap/slots.ts'
import { readJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { defaultTenant } from '../domain/tenant.ts'
import { type BundleServices, type BundleStation, createBundleDesk } from '../handlers/bundle-desk.ts'
import type { Services } from '../handlers/services.ts'
import { mediumOf } from '../models/custody.ts'
import { checkGguf, openModelFile } from '../models/gguf-check.ts'
import { findMedia } from '../platform/media.ts'
import { scanFile } from '../platform/scanner.ts'
import { ed25519 } from '../policy/ed25519.ts'
import type { Backups } from '../store/backups.ts'
import { sha256 } from '../store/event-log.ts'
import type { Failpoint, Inference } from '../world.ts'
import { openAppSlots } from './app-slots.ts'
import type { Holdings } from './store.ts'

const keys = { trust: 'airgap.trust', slots: 'airgap.slots' } as const
const tools = { ed25519, sha256 }
/** No clock before this one is right. */
const builtMs = Date.UTC(2026, 0, 1)
const jsonBytesMax = 64 * 1024 * 1024

export type AirgapParts = Pick<Services, 'tenant' | 'paths' | 'clock' | 'models' | 'ceiling' | 'onDefect'> & {
  readonly holdings: Holdings
  readonly inference: Inference
  readonly version: string
  readonly failpoint: Failpoint
  readonly backups: Backups
  /** A model was admitted or let serve: another embedder may be wanted. */
  readonly onModelsChanged: () => void
}

const glibcVersion = (): string | null => {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime ?? null
}

const noRoot = fail(
  'bundle.fingerprint_wrong',
  'No root on this medium has that fingerprint.',
  'Compare it with the transfer sheet once more. If it differs, do not use this medium.',
)
const isTrusting = fail(
  'bundle.trust_set',
  'This station has a root already; it follows new ones by their signatures.',
  'Load a bundle that carries the newer root.',
)
const unhealthy = (role: ServedRole, why: string) =>
  fail(
    'bundle.unhealthy',
    `The model for ${role === 'chat' ? 'answers' : 'search'} failed its trial: ${why}`,
    'What served before goes on. Ask for another bundle.',
  )

export function openAirgap(parts: AirgapParts): BundleServices {
  const { holdings, tenant, paths, clock, models, inference, version, ceiling, failpoint, onDefect } = parts
  const { settings, station: log } = holdings
  // Each tenant says for itself whose bundles it takes.
  const places = airgapPlaces(tenant === defaultTenant ? paths.airgap : join(paths.airgap, 'tenants', tenant))
  const [blobs, releases] = [createBlobStore(places.store), createReleases(places.releases, sha256)]
  const found = Platform.safeParse(`${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`)
  const platform = found.success ? found.data : null
  const apps = openAppSlots(paths, parts.backups)
  let glibc: string | null | undefined

  const trust = () => readTrust(places, settings.get(keys.trust), sha256)
  const slots = (): Slots => Slots.safeParse(settings.get(keys.slots)).data ?? noSlots
  const keepSlots = (next: Slots) => settings.set(keys.slots, next)
  const now = () => new Date(clock()).toISOString().replace(/\.\d+Z$/, 'Z')

  function machine(): Machine {
    mkdirSync(places.folder, { recursive: true, mode: 0o700 })
    const { bavail, bsize } = statfsSync(places.folder)
    glibc ??= glibcVersion()
    return { platform, glibc, ramBytes: totalmem(), vramBytes: null, freeBytes: bavail * bsize, appVersion: version }
  }

  async function structure(file: string, { id, kind, size }: Artifact): Promise<Result<null>> {
    const wrong = (why: string) => fail('bundle.structure', `${id} is signed, and is no ${kind}: ${why}`, 'Ask whoever signed it.')
    if (kind === 'model') {
      const opened = await openModelFile(file)
      if (!opened.ok) return opened
      const facts = await checkGguf(opened.value.handle, size)
      await opened.value.handle.close()
      return facts.ok ? ok(null) : wrong(facts.error.message)
    }
    if (artifactKinds[kind].endsWith('json')) {
      if (size > jsonBytesMax) return wrong('it is larger than such a list can be.')
      return readJson(await readFile(file, 'utf8')) === undefined ? wrong('it is no JSON.') : ok(null)
    }
    return ok(null)
  }

  function addLine(
    by: string,
    inspected: { readonly digest: string } & Partial<Loaded['inspected']>,
    action: CustodyLine['action'],
    result: string,
  ): void {
    addCustody(
      places,
      {
        ...{ action, actor: by, machine: hostname(), role: null, media: { label: null, serial: null }, setId: inspected.digest, result },
        volume: inspected.volume == null ? null : `${inspected.volume.index} of ${inspected.volume.of}`,
        ...{ evidence: [...(inspected.signers ?? [])], tool: `holdfast ${version}`, time: now(), clock: 'unchecked' },
      },
      sha256,
      clock(),
    )
  }

  const loadStation = (by: string): LoadStation => {
    let medium: string | null = null
    return {
      ...{ places, tools, clock, blobs, releases, trust, machine, ceiling, structure, failpoint },
      current: () => {
        const { current } = slots()
        return current === null ? null : (releases.get(current)?.manifest ?? null)
      },
      scan: (file, { id, size }, signal) => scanFile(file, id, size, signal),
      onMedium: async (folder) => {
        const mounted = await mediumOf(folder)
        medium = mounted === null ? null : `${mounted.device} (${mounted.fileSystem}) at ${mounted.mountPoint}`
      },
      record: ({ inspected, scans, acceptedUnscanned, isReload, plan }, acceptance) => {
        const { digest, manifest, chain, custody } = inspected
        keepRoot(places, chain.newest)
        log.commit({ issuer: 'operator', account: by }, (record) => {
          const before = TrustRecord.safeParse(settings.get(keys.trust))
          settings.set(keys.trust, { now: acceptance.next, was: before.success ? before.data.now : null })
          record({ type: 'bundle.loaded', bundle: { alg: 'sha256', value: digest }, seq: manifest.seq, isReload }, ceiling())
        })
        writeTrustFile(places, acceptance.next)
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
          signers: [...inspected.signers, ...inspected.siteSigners],
          files: plan.wanted.map(({ id, sha256: hash, size }) => ({ id, sha256: hash.value, size })),
          custodyHeads: custody.flatMap(({ lines }) => lines.at(-1)?.hash ?? []),
        })
        addLine(by, inspected, 'loaded', isReload ? 'again' : 'ok')
      },
    }
  }

  async function trial(role: ServedRole, modelId: string, signal: AbortSignal | undefined): Promise<Result<null>> {
    const given = signal === undefined ? {} : { signal }
    if (role === 'embed') {
      const reply = await inference.embed({ modelId, texts: ['The eastern quay is deep.'], isBackground: true, ...given })
      if (!reply.ok) return unhealthy(role, reply.error.message)
      const [vector] = reply.value.vectors
      const length = vector === undefined ? 0 : Math.hypot(...vector)
      return Number.isFinite(length) && length > 0 ? ok(null) : unhealthy(role, 'it gave no vector.')
    }
    const messages = [{ role: 'user' as const, text: 'Say in one sentence what a quay is.' }]
    const reply = await inference.chat({
      modelId,
      messages,
      schema: null,
      tokensMax: 12,
      seed: 1,
      temperature: 0,
      isBackground: true,
      ...given,
    })
    if (!reply.ok) return unhealthy(role, reply.error.message)
    return reply.value.completionTokens > 0 ? ok(null) : unhealthy(role, 'it wrote nothing.')
  }

  const activation = (by: string): ActivationStation => ({
    ...{ blobs, releases, trust, slots, keepSlots, trial, failpoint, app: apps?.activation ?? null },
    platform: () => platform,
    adopt: async (file, { id, title, name, version: of, licence, model }) => {
      const origin = { id, name: title, developer: model?.developer ?? null, country: model?.country ?? null, licence }
      const adopted = await models.adopt(file, by, origin, `${name}-${of}.gguf`)
      return adopted.ok ? ok({ modelId: adopted.value.id }) : adopted
    },
    serve: async (modelId) => {
      const served = await models.activate(modelId)
      parts.onModelsChanged()
      return served
    },
    record: (next, digest, isRollback) => {
      log.commit({ issuer: 'operator', account: by }, (record) => {
        keepSlots(next)
        record({ type: 'bundle.activated', bundle: { alg: 'sha256', value: digest }, isRollback }, ceiling())
      })
      addLine(by, { digest }, isRollback ? 'rolled_back' : 'activated', 'ok')
    },
  })

  const station: BundleStation = {
    load: loadStation,
    activation,
    refused: ({ code }, actor) => log.commit(actor, (record) => record({ type: 'bundle.refused', code }, ceiling())),
    unhealthy: (digest, { code }, actor) =>
      log.commit(actor, (record) =>
        record({ type: 'bundle.activation_failed', bundle: { alg: 'sha256', value: digest }, code }, ceiling()),
      ),
  }

  function trustRoot(folder: string, fingerprint: string, actor: Actor): Result<null> {
    const held = trust()
    if (held.ok && held.value !== null) return isTrusting
    const root = join(folder, 'root')
    const files = existsSync(root) ? readdirSync(root).slice(0, 10_000) : []
    for (const name of files) {
      const versionOf = Number(/^([1-9]\d{0,3})\.root\.json$/.exec(name)?.[1] ?? 0)
      if (versionOf === 0) continue
      const signers = files.flatMap((file) => (file.startsWith(`${name}.`) ? (/\.([0-9A-F]{16})\.minisig$/.exec(file)?.[1] ?? []) : []))
      const found = selfSigned(folder, versionOf, signers, tools)
      if (!found.ok || found.value.digest !== fingerprint) continue
      // What was known before is not forgotten: numbers and what was called back only grow.
      const recorded = TrustRecord.safeParse(settings.get(keys.trust))
      const known = recorded.success ? [TrustState.parse(recorded.data.now)] : []
      const state = firstTrust(found.value, builtMs, known)
      keepRoot(places, found.value)
      log.commit(actor, (record) => {
        settings.set(keys.trust, { now: state, was: null })
        record({ type: 'bundle.trusted', rootVersion: versionOf, root: { alg: 'sha256', value: fingerprint } }, ceiling())
      })
      writeTrustFile(places, state)
      return ok(null)
    }
    return noRoot
  }

  function prefixesOf(digest: string) {
    const found = [...releases.list()].reverse().flatMap(({ manifest }) => manifest.artifacts)
    const model = found.find(({ sha256: hash }) => hash.value === digest)?.model ?? null
    return model === null ? null : { queryPrefix: model.queryPrefix, passagePrefix: model.passagePrefix }
  }

  /** A slot is named for its version and the beginning of its archive's hash. */
  async function provesOwnList(tree: string): Promise<boolean | null> {
    const artifact = releases
      .list()
      .flatMap(({ manifest }) => manifest.artifacts)
      .find(({ kind, version: of, sha256: hash }) => kind === 'app' && basename(tree) === `${of}-${hash.value.slice(0, 8)}`)
    if (artifact === undefined || !blobs.has({ sha256: artifact.sha256.value, size: artifact.size })) return null
    const held = await blobs.check({ sha256: artifact.sha256.value, size: artifact.size }, {})
    if (!held.ok || !held.value) return null
    const signed = await listInArchive(blobs.path(artifact.sha256.value))
    return signed !== null && sha256(signed) === sha256(await readFile(join(tree, integrityName)))
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
    copyFileSync(blobs.path(artifact.sha256.value), half)
    syncFile(half)
    renameSync(half, file)
    syncFolder(folder)
    return ok(file)
  }

  return {
    ...{
      station,
      apps,
      prefixesOf,
      machine,
      provesOwnList,
      places,
      blobs,
      releases,
      platform,
      trust,
      slots,
      keepSlots,
      trustRoot,
      exportFile,
    },
    media: findMedia,
    desk: createBundleDesk(station, onDefect),
    swept: (gone, files, actor) => log.commit(actor, (record) => record({ type: 'bundle.swept', releases: gone, files }, ceiling())),
  }
}
