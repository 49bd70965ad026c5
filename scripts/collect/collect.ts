/** Collects all that a profile wants into one folder, and writes down what is there. Run on a connected machine; the product has no part of it. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BundleProfile } from '../../main/domain/bundle-profile.ts'
import { canonicalJson } from '../../main/domain/canonical-json.ts'
import type { Collected, CollectedArtifact, CollectPlatform } from '../../main/domain/collected.ts'
import { refuse } from '../refuse.ts'
import { type FetchLimits, fetchFile } from './fetch-file.ts'
import { artifactOf, checkSpace, listName, type Planned, planFor, planText } from './plan.ts'
import type { Sources } from './sources.ts'
import { findIn, takeFrom } from './take-from.ts'
import { fetchFromPackage } from './take-ocr.ts'
import { type Known, type Wanted, wantedFor } from './wanted.ts'

export interface CollectOptions {
  readonly profile: BundleProfile
  readonly platform: CollectPlatform
  readonly folder: string
  readonly sources: Sources
  readonly known: Known
  /** A folder that everything is taken from, or null to fetch. */
  readonly from: string | null
  readonly isPlanOnly: boolean
  /** Takes one kind alone, or null for all. Nothing is written down then: a part is no collection. */
  readonly only: CollectedArtifact['kind'] | null
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly limits?: Partial<FetchLimits>
  readonly say: (text: string) => void
  readonly onProgress: (file: string, doneBytes: number, totalBytes: number | null) => void
}

/** Refuses before the first copy when something is not in the folder: half a collection is of no use. */
function checkAllIn(folder: string, open: readonly Planned[]): void {
  const absent = open.filter(({ wanted }) => findIn(folder, wanted) === null).map(({ wanted }) => `  ${wanted.file}`)
  if (absent.length > 0) refuse(`${folder} lacks:\n${absent.join('\n')}\n`, 'Put them there, or leave out --from.')
}

async function take(wanted: Wanted, options: CollectOptions): Promise<CollectedArtifact> {
  const { folder, from, sources, signal, limits, say, onProgress } = options
  const target = join(folder, wanted.file)
  const source = from === null ? null : findIn(from, wanted)
  if (source !== null) return artifactOf(wanted, await takeFrom(wanted, source, target))
  const fetching = {
    ...{
      url: wanted.url,
      source: sources[wanted.source],
      target,
      sha256: wanted.sha256,
      sizeBytes: wanted.sizeBytes,
      magic: wanted.magic,
      signal,
    },
    ...(limits !== undefined && { limits }),
    onProgress: (done: number, total: number | null) => onProgress(wanted.file, done, total),
    onInterrupted: (message: string, waitMs: number) => say(`${wanted.file}: ${message}; going on in ${Math.ceil(waitMs / 1_000)} s.`),
  }
  return artifactOf(wanted, await (wanted.inPackage === null ? fetchFile(fetching) : fetchFromPackage(fetching, wanted.inPackage)))
}

/** Null when it was only planned, or taken in part. Throws a refusal, or the reason of the signal; what was fetched until then is kept. */
export async function collect(options: CollectOptions): Promise<Collected | null> {
  const { profile, platform, folder, from, only, say } = options
  const all = wantedFor(profile, platform, options.known, options.sources)
  const planned = await planFor(only === null ? all : all.filter(({ kind }) => kind === only), folder)
  say(planText(planned, from).trimEnd())
  const open = planned.filter(({ state }) => state !== 'there')
  if (from !== null) checkAllIn(from, open)
  if (options.isPlanOnly) return null
  checkSpace(planned, folder)
  mkdirSync(folder, { recursive: true })
  const artifacts: CollectedArtifact[] = []
  for (const { wanted, artifact } of planned) {
    options.signal.throwIfAborted()
    artifacts.push(artifact ?? (await take(wanted, options)))
  }
  if (only !== null) return null
  const collected: Collected = {
    ...{ format: 'holdfast-collected-1', profile: profile.name, platform, collectedAt: options.now().toISOString() },
    artifacts,
  }
  writeFileSync(join(folder, `${listName}.partial`), `${canonicalJson(collected)}\n`)
  renameSync(join(folder, `${listName}.partial`), join(folder, listName))
  const unvouched = artifacts.filter(({ upstream }) => upstream.sha256 === null)
  for (const { file } of unvouched) say(`${file}: its makers publish no hash; nothing but the connection vouches for it.`)
  return collected
}
