/** Unpacks a verified archive of the appliance: plain files and folders of one top folder, within limits, and nothing that its own list does not name. */
import { createReadStream, mkdirSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { Parser, Unpack } from 'tar'
import { type Integrity, integrityLimits, integrityName } from '../domain/airgap/integrity.ts'
import { isDiskFull } from '../domain/disk-full.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Failpoint } from '../world.ts'
import { readBounded } from './bounded-read.ts'
import { checkTree, type TreeCheck } from './check-tree.ts'
import { syncFolder } from './durable.ts'

const limits = { filesMax: 50_000, bytesMax: 4 * 1024 ** 3, pathChars: 400 } as const

/** What is done beside the core, and where a test may end it. */
export interface SlotSeams {
  readonly failpoint: Failpoint
  readonly checkTree: (tree: string) => Promise<Result<TreeCheck>>
}
export const plainSeams: SlotSeams = { failpoint: () => undefined, checkTree }

const wrong = (why: string) =>
  fail('bundle.app_malformed', `The archive of the appliance is no such archive: ${why}.`, 'Ask whoever signed it.')

async function isListOf(archive: string, tree: string): Promise<boolean> {
  const [signed, here] = [await listInArchive(archive), readBounded(join(tree, integrityName), integrityName, integrityLimits.bytesMax)]
  return signed !== null && here.ok && Buffer.from(signed).equals(here.value)
}

/** What was unpacked is to be there after a power loss, too. */
async function syncFiles(tree: string, { files }: Integrity): Promise<void> {
  for (const { path } of [...files, { path: integrityName }]) {
    const handle = await open(join(tree, path), process.platform === 'win32' ? 'r+' : 'r')
    await handle.sync().finally(() => handle.close())
  }
}

/** Whether this tree is what the archive holds, all of it and nothing else. */
export async function isUnpacked(archive: string, tree: string, { checkTree }: SlotSeams): Promise<boolean> {
  const there = await checkTree(tree)
  const isWhole = there.ok && there.value.changed.length + there.value.missing.length + there.value.foreign.length === 0
  // A tree that agrees with its own list may still be another's.
  return isWhole && (await isListOf(archive, tree))
}

/** `to` is not there yet, or is a whole tree of an earlier time, which stays. */
export async function unpackApp(
  archive: string,
  to: string,
  signal?: AbortSignal,
  { failpoint, checkTree }: SlotSeams = plainSeams,
): Promise<Result<null>> {
  if (await isUnpacked(archive, to, { failpoint, checkTree })) return ok(null)
  const half = `${to}.partial`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { recursive: true, mode: 0o755 })
  let [files, bytes] = [0, 0]
  let fault: string | null = null
  const control = new AbortController()
  const stop = (why: string): false => {
    fault ??= why
    control.abort()
    return false
  }
  const unpack = new Unpack({
    cwd: half,
    strip: 1,
    strict: true,
    preservePaths: false,
    preserveOwner: false,
    filter: (path, entry) => {
      if (!('type' in entry)) return stop('it is not read as an archive')
      if (entry.type !== 'File' && entry.type !== 'Directory') return stop('it holds links or devices')
      if (path.length > limits.pathChars || path.split('/').includes('..') || path.startsWith('/')) return stop('a name leads out of it')
      files += 1
      bytes += entry.size ?? 0
      return files > limits.filesMax || bytes > limits.bytesMax ? stop('it is larger than it can be') : true
    },
  })
  try {
    const signals = signal === undefined ? control.signal : AbortSignal.any([signal, control.signal])
    await pipeline(createReadStream(archive), createZstdDecompress(), unpack, { signal: signals })
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    if (isDiskFull(error)) throw error
    if (signal?.aborted === true) return fail('bundle.cancelled', 'The work was cancelled.', 'Start it again: it goes on where it was.')
    return wrong(fault ?? 'it cannot be unpacked')
  }
  const checked = await checkTree(half)
  const faults = checked.ok ? [...checked.value.changed, ...checked.value.missing, ...checked.value.foreign] : ['its list']
  if (faults.length > 0) {
    rmSync(half, { recursive: true, force: true })
    return wrong(`${faults.slice(0, 5).join(', ')} is not as listed`)
  }
  if (checked.ok) await syncFiles(half, checked.value.integrity)
  failpoint('app.unpacked')
  rmSync(to, { recursive: true, force: true })
  renameSync(half, to)
  syncFolder(dirname(to))
  failpoint('app.placed')
  return ok(null)
}

/** The list of files that lies in an archive, or null. Call it only with an archive whose hash holds. */
export async function listInArchive(archive: string): Promise<Uint8Array | null> {
  const chunks: Buffer[] = []
  const found = Promise.withResolvers<null>()
  const parser = new Parser({
    strict: true,
    filter: (path) => path.split('/').slice(1).join('/') === integrityName,
    onReadEntry: (entry) => {
      if ((entry.size ?? 0) > integrityLimits.bytesMax) entry.resume()
      else entry.on('data', (chunk: Buffer) => chunks.push(chunk))
      entry.on('end', () => found.resolve(null))
    },
  })
  // A writable stream in all but its types.
  await pipeline(createReadStream(archive), createZstdDecompress(), parser as unknown as NodeJS.WritableStream).catch(() =>
    found.resolve(null),
  )
  found.resolve(null)
  await found.promise
  return chunks.length === 0 ? null : Buffer.concat(chunks)
}
