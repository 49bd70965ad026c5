/**
 * Brings the parts of a bundle into quarantine, from volumes in any order. A part counts once its bytes were hashed and synced; what was cut off is
 * copied again. An artifact counts once the whole file was read back.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { type Artifact, type Part, partsOf } from '../domain/airgap/artifact.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { hashOfFile, openToRead, readThrough, type Watch } from './copy-part.ts'
import { syncFolder, writeWhole } from './durable.ts'

/** One artifact on its way in. */
export interface Staging {
  readonly artifact: Artifact
  /** Parts that lie in quarantine, by their numbers. */
  readonly done: ReadonlySet<number>
  /** Its file once all of it was verified, else null. */
  readonly verified: string | null
}

const files = (folder: string, { sha256 }: Artifact) => ({
  partial: join(folder, `${sha256.value}.partial`),
  parts: join(folder, `${sha256.value}.parts`),
  verified: join(folder, sha256.value),
})

const isThere = (path: string, size: number): boolean => statSync(path, { throwIfNoEntry: false })?.size === size

export function stagingOf(folder: string, artifact: Artifact): Staging {
  const { partial, parts, verified } = files(folder, artifact)
  if (isThere(verified, artifact.size)) return { artifact, done: new Set(artifact.chunks.keys()), verified }
  if (!existsSync(partial) || !existsSync(parts)) return { artifact, done: new Set(), verified: null }
  const numbers = readFileSync(parts, 'utf8').split(',').map(Number)
  return { artifact, done: new Set(numbers.filter((n) => Number.isInteger(n) && n >= 0 && n < artifact.chunks.length)), verified: null }
}

const changed = (path: string) =>
  fail('bundle.file_changed', `${path} is not what was signed.`, 'Do not use this medium. Get the bundle again from whoever sent it.')
const readBack = (id: string) =>
  fail(
    'bundle.read_back',
    `${id} was copied, and what was read back is something else.`,
    'The disk of this machine, or its memory, makes faults: have it looked at, then load again.',
  )

async function copyOne(from: string, part: Part, target: FileHandle, watch: Watch): Promise<Result<null>> {
  const source = await openToRead(join(from, part.path), part.path, part.size)
  if (!source.ok) return source
  try {
    const to = (part.artifact.chunks[0]?.size ?? 0) * part.index
    const hash = await readThrough(source.value, { name: part.path, from: 0, length: part.size }, { handle: target, to }, watch)
    if (!hash.ok) return hash
    return hash.value === part.sha256 ? ok(null) : changed(part.path)
  } finally {
    await source.value.close()
  }
}

/** Copies what `present` holds of this artifact and is not there yet. */
export async function stageParts(
  folder: string,
  from: string,
  staging: Staging,
  present: readonly Part[],
  watch: Watch,
): Promise<Result<Staging>> {
  const { artifact } = staging
  const { partial, parts } = files(folder, artifact)
  const here = present.filter((part) => part.artifact.id === artifact.id && !staging.done.has(part.index))
  if (staging.verified !== null || here.length === 0) return ok(staging)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const done = new Set(staging.done)
  const target = await open(partial, existsSync(partial) && done.size > 0 ? 'r+' : 'w+', 0o600)
  try {
    for (const part of here) {
      const copied = await copyOne(from, part, target, watch)
      if (!copied.ok) return copied
      await target.datasync()
      done.add(part.index)
      writeWhole(parts, [...done].sort((a, b) => a - b).join(','))
    }
  } finally {
    await target.close()
  }
  return ok({ artifact, done, verified: null })
}

/** Reads back an artifact of which every part is there; afterwards it lies under its own hash. */
export async function sealStaged(folder: string, staging: Staging, watch: Watch): Promise<Result<Staging>> {
  const { artifact } = staging
  if (staging.verified !== null) return ok(staging)
  const { partial, parts, verified } = files(folder, artifact)
  const hash = await hashOfFile(partial, artifact.id, artifact.size, watch)
  if (!hash.ok) return hash
  if (hash.value !== artifact.sha256.value) {
    // The parts were right when they were copied: whatever changed them, none of it is kept.
    rmSync(parts, { force: true })
    rmSync(partial, { force: true })
    return readBack(artifact.id)
  }
  renameSync(partial, verified)
  syncFolder(folder)
  rmSync(parts, { force: true })
  return ok({ ...staging, verified })
}

/** Parts that neither lie in quarantine nor on this medium. */
export const stillMissing = (stagings: readonly Staging[]): readonly Part[] =>
  stagings.flatMap(({ artifact, done, verified }) => (verified === null ? partsOf(artifact).filter(({ index }) => !done.has(index)) : []))
