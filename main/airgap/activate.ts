/**
 * Lets a bundle serve: its models are admitted and tried and its documents unpacked while what served before goes on, and only then the switch is
 * made. A trial that fails changes nothing; an end in the middle is settled at the next start, and what a full disk left open before the next
 * activation.
 */
import type { Artifact, ArtifactKind, Platform } from '../domain/airgap/artifact.ts'
import type { BundleManifest } from '../domain/airgap/manifest.ts'
import { abandon, begin, commit, type Slots, tried } from '../domain/airgap/slots.ts'
import { isDiskFull } from '../domain/disk-full.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Failpoint } from '../world.ts'
import type { BlobStore } from './blob-store.ts'
import { cancelled, type Watch } from './copy-part.ts'
import type { Receipt } from './receipts.ts'
import type { Release, Releases } from './releases.ts'
import type { HeldTrust } from './trust-store.ts'

export type ServedRole = 'chat' | 'embed'
export const servedRoles: readonly ServedRole[] = ['chat', 'embed']

/** Models by the role that they are to serve in. */
export type Served = Readonly<Partial<Record<ServedRole, string>>>

/** A dataset whose documents lie unpacked on this machine. */
export interface PreparedDataset {
  readonly artifact: Artifact
  readonly importId: string
  /** How many. */
  readonly files: number
}

export interface ActivationStation {
  readonly blobs: BlobStore
  readonly releases: Releases
  readonly trust: () => Result<HeldTrust | null>
  readonly platform: () => Platform | null
  readonly receipt: (digest: string) => Receipt | null
  readonly slots: () => Slots
  readonly keepSlots: (slots: Slots) => void
  /** On record before anything is put in place: in whose name what follows the switch is brought. Nothing follows a way back. */
  readonly begun: (digest: string, isRollback: boolean) => void
  /** Admits a model of the store, without letting it serve; the same bytes again are the same model. */
  readonly adopt: (file: string, artifact: Artifact) => Promise<Result<{ readonly modelId: string }>>
  /** Loads a model and has it work; a failure is why it may not serve. */
  readonly trial: (role: ServedRole, modelId: string, signal: AbortSignal | undefined) => Promise<Result<null>>
  /** Whether each of these models is still what was admitted. */
  readonly intact: (modelIds: readonly string[]) => Promise<Result<null>>
  /** The programs of this installation; null where they are not ours to put in place. */
  readonly app: {
    readonly isRunning: (artifact: Artifact) => boolean
    /** Unpacks, and has it look at a copy of the store. */
    readonly prepare: (file: string, artifact: Artifact, signal: AbortSignal | undefined) => Promise<Result<null>>
    /** Returns how to take it back. */
    readonly switchTo: (artifact: Artifact, release: Release) => () => void
  } | null
  /** Unpacks the documents that are not here yet. Nothing of them counts before `record`, and nothing stays of what is refused. */
  readonly unpack: (artifacts: readonly Artifact[], watch: Watch) => Promise<Result<readonly PreparedDataset[]>>
  /** In one transaction: which models serve, the slots, what stands in the log, and that the documents are imported from then on. */
  readonly record: (
    slots: Slots,
    release: Release,
    isRollback: boolean,
    modelIds: readonly string[],
    datasets: readonly PreparedDataset[],
  ) => void
  readonly failpoint: Failpoint
}

export type ActivationStep = 'admit' | 'check' | 'unpack' | 'switch'

export interface ActivationWatch {
  readonly signal?: AbortSignal | undefined
  readonly onStep?: (step: ActivationStep, done: number, total: number) => void
}

const unknown = fail('bundle.unknown', 'This station has not taken such a bundle.', 'See what it has: holdfast bundle status.')
const unusable = fail('bundle.revoked', 'This bundle was called back, or is below the lowest number that may serve.', 'Load a newer one.')
/** What was signed is not what lies in the store. */
export const notWhole = (ids: readonly string[]) =>
  fail('bundle.not_whole', `Files of this bundle are gone from the store: ${ids.join(', ')}.`, 'Load it again from its medium.')
const neverServed = fail(
  'bundle.never_served',
  'This bundle did not serve here of late, so there is no way back to it.',
  'An administrator lets it serve: holdfast bundle activate.',
)
const nothingBefore = fail('bundle.no_previous', 'No other bundle served here before.', 'Name one that is kept: holdfast bundle status.')

/** Whether what was called back, or a lowest number, leaves this release usable. */
export function isUsable({ digest, manifest }: Release, { state, root }: HeldTrust, receipt: Receipt | null): boolean {
  const { seq, artifacts } = manifest
  // What nobody has on record was not taken to its end.
  if (receipt === null) return false
  const left = receipt.signers.filter((id) => !state.revoked.keys.includes(id)).length
  if (left < receipt.signers.length && left < root.root.roles.bundle.threshold) return false
  const isCalledBack =
    state.revoked.bundles.includes(digest) ||
    artifacts.some(({ sha256, status }) => status !== 'revoked' && state.revoked.blobs.includes(sha256.value))
  return !isCalledBack && seq >= (receipt.epoch < state.epoch ? state.minSeqBefore : state.minSeq)
}

const placedKinds: readonly ArtifactKind[] = ['model', 'app', 'dataset', 'policy', 'agent-pack']

/** What this machine takes of a bundle. */
export const wantedOf = ({ artifacts }: BundleManifest, platform: Platform | null): readonly Artifact[] =>
  artifacts.filter((artifact) => artifact.status !== 'revoked' && (artifact.platform === null || artifact.platform === platform))

async function ready(station: ActivationStation, digest: string, signal?: AbortSignal): Promise<Result<Release>> {
  const release = station.releases.get(digest)
  if (release === null) return unknown
  const trust = station.trust()
  if (!trust.ok) return trust
  if (trust.value === null || !isUsable(release, trust.value, station.receipt(digest))) return unusable
  const gone: string[] = []
  for (const { id, kind, sha256, size } of wantedOf(release.manifest, station.platform())) {
    const blob = { sha256: sha256.value, size }
    // What is put in place is hashed again: its name was a promise of the day on which it came.
    const isThere = placedKinds.includes(kind) ? await station.blobs.check(blob, { signal }) : ok(station.blobs.has(blob))
    if (!isThere.ok) return isThere
    if (!isThere.value) gone.push(id)
  }
  return gone.length === 0 ? ok(release) : notWhole(gone)
}

/** Admits every model of a bundle, and says which is to serve in which role. */
async function admit(station: ActivationStation, { manifest }: Release, watch: ActivationWatch): Promise<Result<Served>> {
  const models = wantedOf(manifest, station.platform()).filter(({ kind }) => kind === 'model')
  const ids = new Map<string, string>()
  for (const [at, artifact] of models.entries()) {
    if (watch.signal?.aborted === true) return cancelled
    watch.onStep?.('admit', at, models.length)
    const adopted = await station.adopt(station.blobs.path(artifact.sha256.value), artifact)
    if (!adopted.ok) return adopted
    ids.set(artifact.id, adopted.value.modelId)
    station.failpoint('bundle.admitted')
  }
  const served = servedRoles.flatMap((role) => {
    const modelId = ids.get(manifest.serves[role] ?? '')
    return modelId === undefined ? [] : [[role, modelId] as const]
  })
  return ok(Object.fromEntries(served))
}

/** The appliance of a bundle, where it is another than the one that runs. */
const appOf = (station: ActivationStation, { manifest }: Release): Artifact | null =>
  (station.app === null ? undefined : wantedOf(manifest, station.platform()).find(({ kind }) => kind === 'app')) ?? null

/** Bytes of the archives are told as they are read. */
async function unpackDatasets(
  station: ActivationStation,
  { manifest }: Release,
  watch: ActivationWatch,
): Promise<Result<readonly PreparedDataset[]>> {
  const datasets = wantedOf(manifest, station.platform()).filter(({ kind }) => kind === 'dataset')
  const total = datasets.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  if (total > 0) watch.onStep?.('unpack', 0, total)
  return station.unpack(datasets, {
    signal: watch.signal,
    onBytes: (bytes) => {
      done += bytes
      watch.onStep?.('unpack', Math.min(done, total), total)
    },
  })
}

/** What is ready to serve. */
interface TriedOut {
  readonly served: Served
  readonly datasets: readonly PreparedDataset[]
}

const halfSwitched = fail(
  'bundle.half_switched',
  'Its programs are the next to start, and neither the rest nor the way back could be written.',
  'Free some space, then start Holdfast again: it completes what was begun.',
)

/** All of it or nothing: the link to the programs goes back when the record cannot be written. */
async function switchTo(
  station: ActivationStation,
  release: Release,
  { served, datasets }: TriedOut,
  isRollback: boolean,
): Promise<Result<null>> {
  const modelIds = servedRoles.flatMap((role) => served[role] ?? [])
  const intact = await station.intact(modelIds)
  if (!intact.ok) return intact
  const app = appOf(station, release)
  const takeBack = app === null ? undefined : station.app?.switchTo(app, release)
  try {
    station.failpoint('bundle.switched')
    station.record(commit(station.slots()), release, isRollback, modelIds, datasets)
  } catch (error) {
    try {
      takeBack?.()
    } catch {
      return halfSwitched
    }
    throw error
  }
  station.failpoint('bundle.committed')
  return ok(null)
}

const full = fail(
  'bundle.disk_full',
  'The disk of the data folder, or of the programs, is full.',
  'Free some space, then let it serve again. What served before goes on.',
)

/** What failed is given up; where even that cannot be written, it stays pending until there is room. */
function giveUp(station: ActivationStation): void {
  try {
    station.keepSlots(abandon(station.slots()))
  } catch (error) {
    if (!isDiskFull(error)) throw error
  }
}

async function orGiveUp(station: ActivationStation, act: () => Promise<Result<null>>): Promise<Result<null>> {
  try {
    const done = await act()
    if (!done.ok && done.error.code !== halfSwitched.error.code) giveUp(station)
    return done
  } catch (error) {
    giveUp(station)
    if (isDiskFull(error)) return full
    throw error
  }
}

/** Nothing of it serves yet; what did goes on. */
async function tryOut(station: ActivationStation, release: Release, watch: ActivationWatch): Promise<Result<TriedOut>> {
  const served = await admit(station, release, watch)
  if (!served.ok) return served
  for (const [at, role] of servedRoles.entries()) {
    const modelId = served.value[role]
    if (modelId === undefined) continue
    if (watch.signal?.aborted === true) return cancelled
    watch.onStep?.('check', at, servedRoles.length)
    const works = await station.trial(role, modelId, watch.signal)
    if (!works.ok) return works
  }
  const app = appOf(station, release)
  if (app !== null && station.app !== null && !station.app.isRunning(app)) {
    watch.onStep?.('check', servedRoles.length, servedRoles.length)
    const works = await station.app.prepare(station.blobs.path(app.sha256.value), app, watch.signal)
    if (!works.ok) return works
  }
  const datasets = await unpackDatasets(station, release, watch)
  if (!datasets.ok) return datasets
  station.failpoint('bundle.unpacked')
  return ok({ served: served.value, datasets: datasets.value })
}

/** `isRollback`: it served before. One at a time. */
export async function activate(
  station: ActivationStation,
  digest: string,
  isRollback: boolean,
  watch: ActivationWatch = {},
): Promise<Result<null>> {
  const left = await settle(station, watch)
  if (!left.ok && station.slots().pending !== null) return left
  const release = await ready(station, digest, watch.signal)
  if (!release.ok) return release
  return orGiveUp(station, async () => {
    const begun = begin(station.slots(), digest, isRollback)
    if (!begun.ok) return begun
    station.begun(digest, isRollback)
    station.keepSlots(begun.value)
    const triedOut = await tryOut(station, release.value, watch)
    if (!triedOut.ok) return triedOut
    watch.onStep?.('switch', 0, 1)
    station.keepSlots(tried(station.slots()))
    station.failpoint('bundle.tried')
    return switchTo(station, release.value, triedOut.value, isRollback)
  })
}

/** The bundle to go back to. */
export function rollbackTarget(slots: Slots, wanted: string | null): Result<string> {
  if (wanted === null) return slots.previous[0] === undefined ? nothingBefore : ok(slots.previous[0])
  // What never served is let serve by those who may, and not by a way back.
  return slots.previous.includes(wanted) ? ok(wanted) : neverServed
}

/** At a start, and before anything else is put in place: what was tried is completed; what was not never was. */
export async function settle(station: ActivationStation, watch: ActivationWatch = {}): Promise<Result<null>> {
  const { pending } = station.slots()
  if (pending === null) return ok(null)
  return orGiveUp(station, async () => {
    if (!pending.isTried) {
      giveUp(station)
      return ok(null)
    }
    const release = await ready(station, pending.digest, watch.signal)
    if (!release.ok) return release
    const served = await admit(station, release.value, watch)
    if (!served.ok) return served
    const datasets = await unpackDatasets(station, release.value, watch)
    if (!datasets.ok) return datasets
    return switchTo(station, release.value, { served: served.value, datasets: datasets.value }, pending.isRollback)
  })
}
