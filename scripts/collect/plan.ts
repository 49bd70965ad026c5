/** What stands already in the folder, and what is still to be fetched: looked at before anything is asked for. */
import { existsSync, lstatSync, readFileSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readJson } from '../../main/domain/canonical-json.ts'
import { Collected, type CollectedArtifact } from '../../main/domain/collected.ts'
import { sha256OfFile } from '../desktop-package/electron-dist.ts'
import { refuse } from '../refuse.ts'
import { begunBytes } from './fetch-file.ts'
import { inMib } from './progress.ts'
import type { Wanted } from './wanted.ts'

export const listName = 'collected.json'

export interface Planned {
  readonly wanted: Wanted
  /** There with the right hash; begun; there and something else, which is replaced; or absent. */
  readonly state: 'there' | 'begun' | 'other' | 'absent'
  readonly hereBytes: number
  /** For what is there. */
  readonly artifact: CollectedArtifact | null
}

/** What an earlier run wrote down; null when it is absent or unreadable, which only means more work. */
export function readCollected(folder: string): Collected | null {
  const file = join(folder, listName)
  if (!existsSync(file)) return null
  const read = Collected.safeParse(readJson(readFileSync(file, 'utf8')))
  return read.success ? read.data : null
}

export function artifactOf(
  wanted: Wanted,
  found: { readonly sha256: string; readonly sizeBytes: number; readonly publishedSha256: string | null; readonly revision: string | null },
): CollectedArtifact {
  const { id, kind, name, version, file, licence, url } = wanted
  const digest = (value: string) => ({ alg: 'sha256', value }) as const
  const upstream = {
    url,
    revision: wanted.revision ?? found.revision,
    sha256: found.publishedSha256 === null ? null : digest(found.publishedSha256),
  }
  return { id, kind, name, version, file, licence, sizeBytes: found.sizeBytes, sha256: digest(found.sha256), upstream }
}

async function look(wanted: Wanted, folder: string, before: Collected | null): Promise<Planned> {
  const target = join(folder, wanted.file)
  if (existsSync(target)) {
    const stat = lstatSync(target)
    if (!stat.isFile()) refuse(`${target} is no file.`, 'Move it away.')
    const sha256 = await sha256OfFile(target)
    const earlier = before?.artifacts.find(({ id, upstream }) => id === wanted.id && upstream.url === wanted.url)
    const right = wanted.sha256 ?? earlier?.sha256.value ?? null
    if (sha256 === right) {
      const publishedSha256 = wanted.sha256 ?? earlier?.upstream.sha256?.value ?? null
      const found = { sha256, sizeBytes: stat.size, publishedSha256, revision: earlier?.upstream.revision ?? null }
      return { wanted, state: 'there', hereBytes: stat.size, artifact: artifactOf(wanted, found) }
    }
    return { wanted, state: 'other', hereBytes: 0, artifact: null }
  }
  const hereBytes = begunBytes(target, wanted.url)
  return { wanted, state: hereBytes > 0 ? 'begun' : 'absent', hereBytes, artifact: null }
}

export async function planFor(all: readonly Wanted[], folder: string): Promise<readonly Planned[]> {
  const before = readCollected(folder)
  const planned: Planned[] = []
  for (const wanted of all) planned.push(await look(wanted, folder, before))
  return planned
}

const missingBytes = (planned: readonly Planned[]): number =>
  planned.reduce(
    (sum, { wanted, state, hereBytes }) => (state === 'there' ? sum : sum + Math.max(0, (wanted.sizeBytes ?? 0) - hereBytes)),
    0,
  )

const reserveBytes = 512 * 1024 * 1024

/** Refuses when the disk cannot take what is to come. Sizes that nobody knows beforehand have a reserve. */
export function checkSpace(planned: readonly Planned[], folder: string): void {
  let at = folder
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  const { bavail, bsize } = statfsSync(at)
  const needed = missingBytes(planned) + (planned.every(({ state }) => state === 'there') ? 0 : reserveBytes)
  if (bavail * bsize < needed)
    refuse(`${folder} has room for ${inMib(bavail * bsize)}, and ${inMib(needed)} are to come.`, 'Give a folder on a larger disk.')
}

const words: Readonly<Record<Planned['state'], string>> = { there: 'there', begun: 'begun', other: 'replace', absent: 'fetch' }

/** What a person reads before it begins. */
export function planText(planned: readonly Planned[], from: string | null): string {
  const rows = planned.map(({ wanted, state, hereBytes }) => {
    const size = wanted.sizeBytes === null ? 'size unknown' : inMib(wanted.sizeBytes)
    const vouched = wanted.sha256 === null ? 'no hash known beforehand' : 'hash known'
    const state_ = state === 'begun' ? `begun, ${inMib(hereBytes)} here` : words[state]
    return `  ${wanted.file}\n      ${state_} · ${size} · ${wanted.licence} · ${vouched}\n      ${state === 'there' ? '' : 'from '}${state === 'there' ? wanted.url : (from ?? wanted.url)}\n`
  })
  const unknown = planned.filter(({ wanted, state }) => state !== 'there' && wanted.sizeBytes === null).length
  const open = planned.filter(({ state }) => state !== 'there').length
  const more = unknown === 0 ? '' : `, and ${unknown} whose size is not known`
  return `${rows.join('')}${open === 0 ? 'Everything is there.' : `To come: ${open} of ${planned.length}, ${inMib(missingBytes(planned))}${more}.`}\n`
}
