/**
 * Takes a bundle in: looks, plans, brings its files into quarantine, verifies, scans, checks their structure, and only then puts them in the store.
 * Every step can be cut off and begun again. Nothing serves afterwards that did not serve before: that is `activate`.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Part } from '../domain/airgap/artifact.ts'
import { isDiskFull } from '../domain/disk-full.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Watch } from './copy-part.ts'
import { examine } from './examine.ts'
import type { Loaded, LoadStation, LoadWatch, Looked, Waiting } from './load-station.ts'
import { look } from './look.ts'
import { seenVolumes } from './seen-volumes.ts'
import { sealStaged, stageParts, stagingOf } from './stage.ts'

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

async function takeIn(
  station: LoadStation,
  folder: string,
  { acceptUnscanned }: { readonly acceptUnscanned: string | null },
  watch: LoadWatch = {},
): Promise<Result<{ readonly loaded: Loaded } | { readonly waiting: Waiting }>> {
  watch.onStep?.('inspect', 0, 1)
  await station.onMedium?.(folder)
  const looked = await look(station, folder, watch.signal)
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
    const { value } = artifact.sha256
    // Two items may have the same bytes, such as a licence: they are one file.
    if (!station.blobs.has({ sha256: value, size: artifact.size })) station.blobs.take(join(place, value), value)
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
