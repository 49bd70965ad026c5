/**
 * Brings a model file into the station: looks at it, copies it, hashes it and puts it in its place. Nothing is on record until the
 * caller writes the record that this returns.
 */
import type { Stats } from 'node:fs'
import { type FileHandle, lstat, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest, Sha256 } from '../domain/digest.ts'
import type { Level } from '../domain/label.ts'
import type { CustodyRecord, FileMark, ModelManifest, ModelShape } from '../domain/model-manifest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { copyIn, hashFile, linkIn, type Watch } from './file-copy.ts'
import { checkGguf, type GgufFacts, openModelFile } from './gguf-check.ts'

export interface Incoming {
  readonly path: string
  /** The name that it is known by; its path may be that of an upload. */
  readonly fileName: string
  /** The operating-system account of whoever brought it. */
  readonly by: string
  readonly levels: readonly Level[]
  /** The file lies verified on the volume of the data folder and is never written again: it gets a second name there, and no copy. */
  readonly isHeld?: boolean
  /** A delivered list's entry for exactly these bytes. */
  readonly listed: (digest: Digest) => ModelOrigin | null
  readonly sha256: Sha256
  readonly folder: string
  /** Unique for this import; names the half-written file. */
  readonly importId: string
}

/** A file that passed every check and lies in its place. */
export interface Arrived {
  readonly manifest: ModelManifest
  readonly shape: ModelShape
  readonly custody: CustodyRecord
  readonly storedAs: string
  readonly mark: FileMark
}

/** What is known of where a model comes from, besides what its file says. */
export type ModelOrigin = Pick<ModelManifest, 'id' | 'name' | 'developer' | 'country' | 'licence'> & {
  readonly levels?: ModelManifest['levels'] | null
}

const partialSuffix = '.partial'

/** A hole reads as zeros: such a file is not what its length claims. Half is far from what compressing file systems make of weights. */
export const isSparse = (stat: Stats): boolean => process.platform !== 'win32' && stat.size > 64 * 1024 && stat.blocks * 512 < stat.size / 2

export const markOf = (stat: Stats): FileMark => ({ inode: stat.ino, size: stat.size, changedMs: Math.floor(stat.ctimeMs) })

/** The mounted volume that a path lies on, where the system tells. */
export async function mediumOf(path: string): Promise<CustodyRecord['medium']> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => null)
  if (table === null) return null
  let best: CustodyRecord['medium'] = null
  for (const line of table.split('\n')) {
    const [before, after] = line.split(' - ')
    const mountPoint = before?.split(' ')[4]?.replaceAll('\\040', ' ')
    const [fileSystem, device] = after?.split(' ') ?? []
    if (mountPoint === undefined || fileSystem === undefined || device === undefined) continue
    const isAbove = path === mountPoint || path.startsWith(mountPoint.endsWith('/') ? mountPoint : `${mountPoint}/`)
    if (isAbove && (best === null || mountPoint.length >= best.mountPoint.length)) best = { mountPoint, device, fileSystem }
  }
  return best
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  // Folders cannot be opened everywhere; there the rename is as durable as the system makes it.
  await handle?.sync().catch(() => {})
  await handle?.close()
}

function describe(facts: GgufFacts, incoming: Incoming, digest: Digest, sizeBytes: number): ModelManifest {
  const listed = incoming.listed(digest)
  const file = incoming.fileName
  const template = facts.chatTemplate
  return {
    id: listed?.id ?? file.replace(/\.gguf$/i, ''),
    name: listed?.name ?? facts.name ?? file,
    developer: listed?.developer ?? facts.developer,
    country: listed?.country ?? null,
    file,
    sha256: digest,
    sizeBytes,
    licence: listed?.licence ?? facts.licence,
    contextTokens: facts.contextTokens,
    quantisation: facts.quantisation,
    levels: listed?.levels ?? [...incoming.levels],
    roles: [facts.role],
    chatTemplateHash: template === null ? null : { alg: 'sha256', value: incoming.sha256(template) },
  }
}

/** Whether the file in this place holds these very bytes. */
async function isSameThere(path: string, digest: Digest, watch: Watch): Promise<boolean> {
  const opened = await openModelFile(path)
  if (!opened.ok) return false
  const { handle, stat } = opened.value
  try {
    const hashed = await hashFile(handle, stat.size, null, watch)
    return hashed.ok && hashed.value.value === digest.value
  } finally {
    await handle.close()
  }
}

async function take(handle: FileHandle, stat: Stats, incoming: Incoming, watch: Watch): Promise<Result<Arrived>> {
  if (isSparse(stat))
    return fail('model.sparse', 'The model file has holes where its weights should be.', 'Copy the file again from its source.')
  const first = await checkGguf(handle, stat.size)
  if (!first.ok) return first
  const partial = join(incoming.folder, `${incoming.importId}${partialSuffix}`)
  const copied = await (incoming.isHeld === true
    ? linkIn(incoming.path, stat, partial, watch)
    : copyIn(handle, stat, incoming.folder, partial, watch))
  if (!copied.ok) return copied
  const { handle: copy, digest, wasCloned } = copied.value
  try {
    // The source may have changed after the first look; only what lies here now counts.
    const facts = await checkGguf(copy, stat.size)
    if (!facts.ok) {
      await rm(partial, { force: true })
      return facts
    }
    const storedAs = `${digest.value}.gguf`
    const target = join(incoming.folder, storedAs)
    // Another tenant may have admitted these bytes: the file that it knows stays.
    if (!(await isSameThere(target, digest, watch))) {
      await rename(partial, target)
      await syncFolder(incoming.folder)
    } else await rm(partial, { force: true })
    const { architecture, parameters, width, layers, vocabulary, cacheBytesPerToken, pooling } = facts.value
    return ok({
      manifest: describe(facts.value, incoming, digest, stat.size),
      shape: { architecture, parameters, width, layers, vocabulary, cacheBytesPerToken, pooling },
      custody: {
        broughtBy: incoming.by,
        fromPath: incoming.path,
        medium: await mediumOf(incoming.path),
        wasCloned,
        isListed: incoming.listed(digest) !== null,
        checks: ['regular_file', 'not_sparse', 'header', 'copy', 'digest'],
      },
      storedAs,
      // Taken at the end: a rename, and a name that comes or goes, are changes to the file as well.
      mark: markOf(await lstat(target)),
    })
  } finally {
    await copy.close()
  }
}

export async function bringIn(incoming: Incoming, watch: Watch): Promise<Result<Arrived>> {
  const opened = await openModelFile(incoming.path)
  if (!opened.ok) return opened
  const { handle, stat } = opened.value
  try {
    return await take(handle, stat, incoming, watch)
  } finally {
    await handle.close()
  }
}

/** Removes what imports left half-written when the program ended in their middle. */
export async function removePartials(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) if (name.endsWith(partialSuffix)) await rm(join(folder, name), { force: true })
}
