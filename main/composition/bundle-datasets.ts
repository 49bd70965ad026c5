/**
 * Documents that bundles bring: unpacked beside the store, and then imported as any others are, in the transaction that lets the bundle serve.
 * What is on record is what is imported after a crash; whatever lies unpacked and is not on record is nobody's.
 */
import { existsSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { ActivationStation, PreparedDataset } from '../airgap/activate.ts'
import type { BlobStore } from '../airgap/blob-store.ts'
import type { Watch } from '../airgap/copy-part.ts'
import { readDataset } from '../airgap/dataset-archive.ts'
import { writeDatasetList } from '../airgap/dataset-list.ts'
import type { AirgapPlaces } from '../airgap/places.ts'
import type { Release } from '../airgap/releases.ts'
import type { Artifact } from '../domain/airgap/artifact.ts'
import { formatBytes } from '../domain/airgap/sums.ts'
import type { Label } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { StationEvent } from '../domain/station-events.ts'
import { labelForImport, notInUse } from '../handlers/collections.ts'
import { addImport } from '../handlers/imports.ts'
import type { Services } from '../handlers/services.ts'

export type BundleDatasetParts = Pick<Services, 'collections' | 'imports' | 'bundleImports' | 'clock' | 'newId' | 'ceiling'> & {
  readonly places: AirgapPlaces
  readonly blobs: BlobStore
  /** Whether material with this label is handled here at all. */
  readonly isInUse: (label: Label) => boolean
}

export interface BundleDatasets {
  readonly unpack: ActivationStation['unpack']
  /** Inside the transaction that lets the bundle serve. */
  begin(release: Release, datasets: readonly PreparedDataset[], by: string, record: (event: StationEvent, label: Label) => void): void
  /** Takes away what was unpacked for no import that goes on. Not while something is unpacked. */
  tidy(): void
}

const noRoom = (needed: number, free: number) =>
  fail(
    'bundle.disk_full',
    `Its documents take ${formatBytes(needed)} while they come in, and ${formatBytes(free)} are free.`,
    'Free some space, then let it serve again. What served before goes on.',
  )

export function createBundleDatasets(parts: BundleDatasetParts): BundleDatasets {
  const { collections, imports, bundleImports, clock, newId, ceiling, places, blobs, isInUse } = parts

  /** The floor of the collection, or higher where the bundle says so. */
  const labelOf = ({ collection }: Artifact): Result<Label> =>
    labelForImport(ceiling(), collections.byName(collection?.name ?? '')?.label ?? null, { label: collection?.label })

  function tidy(): void {
    const running = new Set(imports.running().map(({ id }) => id))
    for (const name of existsSync(places.datasets) ? readdirSync(places.datasets) : [])
      if (!running.has(name)) rmSync(join(places.datasets, name), { recursive: true, force: true })
  }

  async function prepare(artifact: Artifact, watch: Watch): Promise<Result<PreparedDataset>> {
    const archive = blobs.path(artifact.sha256.value)
    const looked = await readDataset(archive, null, { signal: watch.signal })
    if (!looked.ok) return looked
    // Once unpacked, and once more as they are kept.
    const needed = 2 * looked.value.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    const { bavail, bsize } = statfsSync(places.folder)
    if (needed > bavail * bsize) return noRoom(needed, bavail * bsize)
    const importId = newId('imp')
    const folder = join(places.datasets, importId)
    const files = await readDataset(archive, folder, watch)
    if (!files.ok) return files
    writeDatasetList(
      folder,
      files.value.map(({ file }) => file),
    )
    return ok({ artifact, importId, files: files.value.length })
  }

  return {
    tidy,
    unpack: async (artifacts, watch) => {
      tidy()
      const wanted = artifacts.filter(({ sha256, collection }) => {
        const state = bundleImports.stateOf(sha256.value, collection?.name ?? '')
        return state === null || state === 'open'
      })
      // All of them may be held here before any is unpacked.
      for (const artifact of wanted) {
        const label = labelOf(artifact)
        if (!label.ok) return label
        if (!isInUse(label.value)) return notInUse
      }
      const prepared: PreparedDataset[] = []
      let isWhole = false
      try {
        for (const artifact of wanted) {
          const one = await prepare(artifact, watch)
          if (!one.ok) return one
          prepared.push(one.value)
        }
        isWhole = true
        return ok(prepared)
      } finally {
        if (!isWhole) tidy()
      }
    },
    begin: ({ digest, manifest }, datasets, by, record) => {
      for (const { artifact, importId, files } of datasets) {
        const { id, title, version, sha256, collection } = artifact
        const label = labelOf(artifact)
        // The ceiling was lowered in this very moment: nothing of it comes in, and it is shown as absent.
        if (collection === null || !label.ok) continue
        addImport({ collections, imports, clock }, { importId, collection: collection.name, label: label.value, files, by }, record)
        const { channel, seq } = manifest
        bundleImports.add({ importId, bundle: digest, channel, seq, artifact: sha256.value, item: id, title, version })
        record({ type: 'bundle.imported', bundle: { alg: 'sha256', value: digest }, artifact: sha256, importId }, label.value)
      }
    },
  }
}
