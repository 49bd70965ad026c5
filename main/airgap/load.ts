/**
 * Takes a bundle in: looks, plans, brings its files into quarantine, verifies, scans, checks their structure, and only then puts them in the store.
 * Every step can be cut off and begun again. Nothing serves afterwards that did not serve before: that is `activate`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Acceptance, accept } from '../domain/airgap/acceptance.ts'
import type { Artifact, Part } from '../domain/airgap/artifact.ts'
import { type LoadPlan, type Machine, planLoad } from '../domain/airgap/load-plan.ts'
import type { BundleManifest } from '../domain/airgap/manifest.ts'
import { type Scanned, Scans, unscanned } from '../domain/airgap/scan.ts'
import { unvouched } from '../domain/airgap/vouching.ts'
import { readJson } from '../domain/canonical-json.ts'
import { isDiskFull } from '../domain/disk-full.ts'
import { type Label, marking, permits } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Clock, Failpoint } from '../world.ts'
import type { BlobStore } from './blob-store.ts'
import { cancelled, type Watch } from './copy-part.ts'
import { writeWhole } from './durable.ts'
import { type Inspected, inspect, type Tools } from './inspect.ts'
import type { AirgapPlaces } from './places.ts'
import type { Releases } from './releases.ts'
import { seenVolumes } from './seen-volumes.ts'
import { sealStaged, stageParts, stagingOf } from './stage.ts'
import type { HeldTrust } from './trust-store.ts'

export const loadSteps = ['inspect', 'plan', 'quarantine', 'verify', 'scan', 'structure', 'promote'] as const
export type LoadStep = (typeof loadSteps)[number]

/** What a load needs of the station around it. */
export interface LoadStation {
  readonly places: AirgapPlaces
  readonly tools: Tools
  readonly clock: Clock
  readonly blobs: BlobStore
  readonly releases: Releases
  readonly trust: () => Result<HeldTrust | null>
  readonly current: () => BundleManifest | null
  readonly machine: () => Machine
  readonly ceiling: () => Label
  readonly scan: (file: string, artifact: Artifact, signal: AbortSignal | undefined) => Promise<Scanned>
  /** Whether a file is what its kind says, by our own bounded look. */
  readonly structure: (file: string, artifact: Artifact) => Promise<Result<null>>
  /** Told which medium a bundle lies on, before anything is read of it. */
  readonly onMedium?: (folder: string) => Promise<void>
  /** Puts what was accepted on record, for good. */
  readonly record: (loaded: Loaded, acceptance: Acceptance) => void
  readonly failpoint: Failpoint
}

export interface LoadWatch {
  readonly signal?: AbortSignal | undefined
  readonly onStep?: (step: LoadStep, done: number, total: number) => void
}

export interface Looked {
  readonly inspected: Inspected
  readonly acceptance: Acceptance
  readonly plan: LoadPlan
  readonly trust: HeldTrust
}

export interface Loaded {
  readonly inspected: Inspected
  readonly scans: readonly Scanned[]
  readonly isReload: boolean
  readonly isStale: boolean
  readonly plan: LoadPlan
  /** A person's word for what no scanner looked at. */
  readonly acceptedUnscanned: string | null
}

/** All volumes but these have been here. */
export interface Waiting {
  readonly inspected: Inspected
  readonly missing: readonly Part[]
  readonly volumes: { readonly seen: readonly number[]; readonly of: number }
}

const noTrust = fail(
  'bundle.no_trust',
  'Nobody has said yet whose bundles this station takes.',
  'An administrator compares the fingerprint of the root with the transfer sheet: holdfast bundle trust DIR --fingerprint HEX.',
)
const missing = (parts: readonly Part[], isDelta: boolean) => {
  const shown = parts.slice(0, 20).map(({ path }) => path)
  const more = parts.length > shown.length ? ` and ${parts.length - shown.length} more` : ''
  return isDelta
    ? fail(
        'bundle.baseline_missing',
        `This bundle leaves out what its baseline carried, and this station lacks: ${shown.join(', ')}${more}. Nothing was written.`,
        'Load the baseline first, or ask for the whole bundle.',
      )
    : fail('bundle.files_missing', `Files of this bundle are missing: ${shown.join(', ')}${more}. Nothing was written.`, 'Copy it again.')
}
const unmetBy = (unmet: readonly string[]) =>
  fail(
    'bundle.requirement',
    `This machine cannot take this bundle. ${unmet.join(' ')}`,
    'Nothing was written. See what it needs: holdfast bundle plan.',
  )
const aboveCeiling = (label: Label) =>
  fail(
    'bundle.above_ceiling',
    `This bundle is marked ${marking(label)}, which is above the ceiling of this station.`,
    'Take the medium off this machine, and tell your security officer.',
  )
const infected = ({ id, detail }: Scanned) =>
  fail('bundle.infected', `The scanner found something in ${id}: ${detail}.`, 'Keep the medium apart, and tell your security officer.')
const notScanned = (ids: readonly string[]) =>
  fail(
    'bundle.not_scanned',
    `No scanner has looked at ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ` and ${ids.length - 10} more` : ''}.`,
    'Have the site’s scanner look and sign for it, or answer for it yourself: --accept-unscanned "why".',
  )

/** Everything but a bundle's contents, and what a load would change. Writes nothing. */
export function look(station: LoadStation, folder: string): Result<Looked> {
  const trust = station.trust()
  if (!trust.ok) return trust
  if (trust.value === null) return noTrust
  const { state, root } = trust.value
  const inspected = inspect(folder, { root, epoch: state.epoch, revokedKeys: new Set(state.revoked.keys) }, station.tools)
  if (!inspected.ok) return inspected
  const { manifest, digest, chain, present, role } = inspected.value
  const { newest, epoch } = chain
  const offer = {
    ...{ manifest, digest, epoch, role, createdMs: Date.parse(manifest.createdAt), rootKeys: newest.root.roles.root.keys },
    root: { version: newest.root.version, digest: { alg: 'sha256' as const, value: newest.digest } },
  }
  const acceptance = accept(state, offer, station.releases.get(digest) !== null, station.clock())
  if (!acceptance.ok) return acceptance
  const loose = unvouched(manifest, newest.root)
  if (loose !== null) return loose
  if (!permits(station.ceiling(), manifest.label)) return aboveCeiling(manifest.label)
  const quarantine = join(station.places.quarantine, digest)
  const plan = planLoad(manifest, station.current(), station.machine(), {
    isHeld: ({ sha256, size }) => station.blobs.has({ sha256: sha256.value, size }),
    staged: (artifact) => stagingOf(quarantine, artifact).done,
    present: new Set(present.map(({ path }) => path)),
  })
  return ok({ inspected: inspected.value, acceptance: acceptance.value, plan, trust: trust.value })
}

/** Brings in what lies on this medium; true once nothing is missing any more. */
async function quarantine(station: LoadStation, { inspected, plan }: Looked, watch: LoadWatch): Promise<Result<readonly string[]>> {
  const folder = join(station.places.quarantine, inspected.digest)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const added = plan.wanted.filter(({ id }) => plan.added.includes(id))
  let done = 0
  const count: Watch = {
    signal: watch.signal,
    onBytes: (bytes) => {
      done += bytes
      watch.onStep?.('quarantine', done, plan.copyBytes)
    },
  }
  watch.onStep?.('quarantine', 0, plan.copyBytes)
  for (const artifact of added) {
    const staged = await stageParts(folder, inspected.folder, stagingOf(folder, artifact), inspected.present, count)
    if (!staged.ok) return staged
    station.failpoint('bundle.staged')
  }
  const total = added.reduce((sum, { size }) => sum + size, 0)
  let read = 0
  const files: string[] = []
  for (const artifact of added) {
    const staging = stagingOf(folder, artifact)
    if (staging.done.size < artifact.chunks.length) continue
    const sealed = await sealStaged(folder, staging, {
      signal: watch.signal,
      onBytes: (bytes) => {
        read += bytes
        watch.onStep?.('verify', read, total)
      },
    })
    if (!sealed.ok) return sealed
    if (sealed.value.verified !== null) files.push(artifact.id)
    station.failpoint('bundle.verified')
  }
  return ok(files)
}

const scansFile = 'scans'

function earlierScans(folder: string): readonly Scanned[] {
  const file = join(folder, scansFile)
  return existsSync(file) ? (Scans.safeParse(readJson(readFileSync(file, 'utf8'))).data ?? []) : []
}

async function examine(
  station: LoadStation,
  { inspected, plan }: Looked,
  acceptUnscanned: string | null,
  watch: LoadWatch,
): Promise<Result<readonly Scanned[]>> {
  const folder = join(station.places.quarantine, inspected.digest)
  const added = plan.wanted.filter(({ id }) => plan.added.includes(id))
  const before = earlierScans(folder).filter(({ id }) => !plan.added.includes(id))
  const scans: Scanned[] = []
  for (const [at, artifact] of added.entries()) {
    if (watch.signal?.aborted === true) return cancelled
    watch.onStep?.('scan', at, added.length)
    const scanned = await station.scan(join(folder, artifact.sha256.value), artifact, watch.signal)
    if (scanned.outcome === 'infected') return infected(scanned)
    scans.push(scanned)
    // What is in the store already when a load is taken up again was looked at before.
    writeWhole(join(folder, scansFile), JSON.stringify([...before, ...scans]))
  }
  const open = unscanned([...before, ...scans])
  const { site } = inspected.chain.newest.root.roles
  const isSiteSigned = site !== null && inspected.siteSigners.length >= site.threshold
  // Where the root names a site, only its signature counts; elsewhere a named person answers.
  if (open.length > 0 && !isSiteSigned && (acceptUnscanned === null || site !== null)) return notScanned(open)
  for (const [at, artifact] of added.entries()) {
    if (watch.signal?.aborted === true) return cancelled
    watch.onStep?.('structure', at, added.length)
    const checked = await station.structure(join(folder, artifact.sha256.value), artifact)
    if (!checked.ok) return checked
  }
  return ok([...before, ...scans])
}

async function takeIn(
  station: LoadStation,
  folder: string,
  { acceptUnscanned }: { readonly acceptUnscanned: string | null },
  watch: LoadWatch = {},
): Promise<Result<{ readonly loaded: Loaded } | { readonly waiting: Waiting }>> {
  watch.onStep?.('inspect', 0, 1)
  await station.onMedium?.(folder)
  const looked = look(station, folder)
  if (!looked.ok) return looked
  const { inspected, plan, acceptance } = looked.value
  watch.onStep?.('plan', 1, 1)
  if (plan.unmet.length > 0) return unmetBy(plan.unmet)
  const place = join(station.places.quarantine, inspected.digest)
  const volumes = seenVolumes(place, inspected.volume)
  const isMore = plan.missing.length > 0
  if (isMore && volumes.seen.length >= volumes.of) return missing(plan.missing, inspected.manifest.baseline.length > 0)
  const staged = await quarantine(station, looked.value, watch)
  if (!staged.ok) return staged
  volumes.keep()
  if (isMore) return ok({ waiting: { inspected, missing: plan.missing, volumes } })
  const scans = await examine(station, looked.value, acceptUnscanned, watch)
  if (!scans.ok) return scans
  watch.onStep?.('promote', 0, plan.added.length)
  for (const artifact of plan.wanted.filter(({ id }) => plan.added.includes(id))) {
    station.blobs.take(join(place, artifact.sha256.value), artifact.sha256.value)
    station.failpoint('bundle.promoted')
  }
  station.releases.keep(inspected)
  station.failpoint('bundle.kept')
  const { isReload, isStale } = acceptance
  const loaded: Loaded = { inspected, scans: scans.value, isReload, isStale, plan, acceptedUnscanned: acceptUnscanned }
  station.record(loaded, acceptance)
  station.failpoint('bundle.recorded')
  rmSync(place, { recursive: true, force: true })
  return ok({ loaded })
}

const full = fail(
  'bundle.disk_full',
  'The disk of the data folder is full.',
  'Free some space, then load again: it goes on where it was. Nothing that serves was changed.',
)

/** One at a time. `acceptUnscanned` is why a person answers for what no scanner looked at. */
export async function load(
  station: LoadStation,
  folder: string,
  options: { readonly acceptUnscanned: string | null },
  watch: LoadWatch = {},
): Promise<Result<{ readonly loaded: Loaded } | { readonly waiting: Waiting }>> {
  try {
    return await takeIn(station, folder, options, watch)
  } catch (error) {
    if (isDiskFull(error)) return full
    throw error
  }
}
