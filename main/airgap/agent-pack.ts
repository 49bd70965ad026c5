/**
 * A pack of agents as a file: `pack.json` first, then its other files, in one order, with one date and nobody's account, so that the
 * same folder gives the same bytes. Read whole into memory within limits; nothing of it is written anywhere here.
 */
import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompressSync, zstdDecompress } from 'node:zlib'
import { Header } from 'tar'
import { PackDraft, PackManifest, packFault, packLimits, packManifestName } from '../domain/agent-pack.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readBounded } from './bounded-read.ts'
import { zstdParams } from './compress.ts'

const wrong = (why: string) => fail('pack.malformed', `It is no pack of agents: ${why}.`, 'Ask whoever made it for a whole one.')
const badFolder = (why: string) => fail('pack.bad_folder', `The folder cannot be packed: ${why}.`, 'Mend it, then pack it again.')

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Plain files below a folder by their paths with strokes; anything else refuses the folder. */
function filesOf(folder: string): Result<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>()
  let bytes = 0
  let entries: readonly import('node:fs').Dirent[]
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch {
    return badFolder('it cannot be read')
  }
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(folder.length + 1).replaceAll('\\', '/')
    if (entry.isDirectory()) continue
    const { size } = lstatSync(path)
    bytes += size
    if (!entry.isFile()) return badFolder(`${name} is a link or a device`)
    if (size > packLimits.fileBytesMax || bytes > packLimits.bytesMax) return badFolder(`${name} makes it too large`)
    if (files.size >= packLimits.filesMax) return badFolder(`it has more than ${packLimits.filesMax} files`)
    files.set(name, readFileSync(path))
  }
  return ok(files)
}

const block = 512

/** One file of an archive: its header and its bytes, filled up to whole blocks. */
function entryOf(path: string, bytes: Buffer): readonly Buffer[] {
  const header = new Header({
    path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: bytes.length,
    mtime: new Date(0),
    type: 'File',
    uname: '',
    gname: '',
  })
  const head = Buffer.alloc(block)
  if (header.encode(head, 0)) throw new Error(`${path} is too long for a header`)
  return [head, bytes, Buffer.alloc((block - (bytes.length % block)) % block)]
}

/** What a folder would be as a pack, byte for byte. */
export function composePack(folder: string): Result<{ readonly manifest: PackManifest; readonly bytes: Buffer }> {
  const found = filesOf(folder)
  if (!found.ok) return found
  const draft = PackDraft.safeParse(withoutValidations(readJson(found.value.get(packManifestName)?.toString('utf8') ?? '')))
  if (!draft.success) {
    const [issue] = draft.error.issues
    return badFolder(`${packManifestName}: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`.trim())
  }
  const paths = [...found.value.keys()].filter((path) => path !== packManifestName).sort()
  const fault = packFault(draft.data, paths)
  if (fault !== null) return badFolder(fault)
  const bytesOf = (path: string): Buffer => found.value.get(path) ?? Buffer.alloc(0)
  const validations = paths.map((path) => ({ path, sizeBytes: bytesOf(path).length, sha256: sha256(bytesOf(path)) }))
  const manifest = PackManifest.safeParse({ ...draft.data, validations })
  if (!manifest.success) return badFolder('a name in it has other signs than letters, digits, points, strokes and hyphens')
  const whole = [
    ...entryOf(packManifestName, Buffer.from(canonicalJson(manifest.data))),
    ...paths.flatMap((path) => entryOf(path, bytesOf(path))),
    Buffer.alloc(2 * block),
  ]
  return ok({ manifest: manifest.data, bytes: zstdCompressSync(Buffer.concat(whole), { params: zstdParams }) })
}

/** A folder that was unpacked has them from before; they are made anew. */
function withoutValidations(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw
  const { validations: _, ...rest } = raw as Readonly<Record<string, unknown>>
  return rest
}

/** Writes a pack beside, then in place; nothing is written over. */
export function packAgents(
  folder: string,
  to: string,
): Result<{ readonly manifest: PackManifest; readonly sizeBytes: number; readonly sha256: string }> {
  const made = composePack(folder)
  if (!made.ok) return made
  const { manifest, bytes } = made.value
  if (statSync(to, { throwIfNoEntry: false }) !== undefined)
    return fail('pack.exists', 'A file of this name is there already.', 'Name another one.')
  const partial = `${to}.partial`
  try {
    writeFileSync(partial, bytes, { flag: 'wx', flush: true })
    renameSync(partial, to)
  } catch {
    rmSync(partial, { force: true })
    return fail('pack.unwritable', 'The pack could not be written.', 'Look at the folder that it should be written to.')
  }
  return ok({ manifest, sizeBytes: bytes.length, sha256: sha256(bytes) })
}

export interface ReadPack {
  readonly manifest: PackManifest
  /** By their paths, without `pack.json`. */
  readonly files: ReadonlyMap<string, Buffer>
}

/** The files of an archive such as we write: plain ones, one after another, and nothing behind them. A text says what it is instead. */
function filesIn(tar: Buffer): Map<string, Buffer> | string {
  const files = new Map<string, Buffer>()
  for (let at = 0; at + block <= tar.length; ) {
    const header = new Header(tar, at)
    if (header.nullBlock) return tar.subarray(at).every((byte) => byte === 0) ? files : 'something stands behind its end'
    const { path = '', size = -1, type, cksumValid } = header
    if (!cksumValid || type !== 'File') return 'it holds more than plain files'
    const [from, to] = [at + block, at + block + size]
    if (size < 0 || size > packLimits.fileBytesMax || to > tar.length) return 'a file in it is larger than it can be'
    if (files.has(path) || files.size > packLimits.filesMax) return 'it holds a file twice, or too many'
    files.set(path, tar.subarray(from, to))
    at = from + Math.ceil(size / block) * block
  }
  return 'it has no end'
}

const inflate = promisify(zstdDecompress)

/** Reads a pack whole, and holds each file against its hash. Fails with `pack.malformed`; nothing was changed then. */
export async function readAgentPack(file: string): Promise<Result<ReadPack>> {
  const bytes = readBounded(file, 'The pack', packLimits.bytesMax)
  if (!bytes.ok) return wrong('it is no plain file that can be read, or is larger than it can be')
  let tar: Buffer
  try {
    tar = await inflate(bytes.value, { maxOutputLength: packLimits.bytesMax + packLimits.filesMax * 2 * block })
  } catch {
    return wrong('it cannot be unpacked, or unfolds into too much')
  }
  const files = filesIn(tar)
  if (typeof files === 'string') return wrong(files)
  const text = files.get(packManifestName)
  if (text === undefined || text.length > packLimits.manifestBytesMax) return wrong(`it has no ${packManifestName}`)
  const manifest = PackManifest.safeParse(readJson(text.toString('utf8')))
  if (!manifest.success)
    return wrong(`${packManifestName} is not as it should be, at ${manifest.error.issues[0]?.path.map(String).join('.').slice(0, 80)}`)
  files.delete(packManifestName)
  const listed = manifest.data.validations
  const bad = listed.find(({ path, sizeBytes, sha256: hash }) => {
    const found = files.get(path)
    return found === undefined || found.length !== sizeBytes || sha256(found) !== hash
  })
  if (bad !== undefined) return wrong(`${bad.path} is not what was packed`)
  if (listed.length !== files.size) return wrong('it holds a file that is not listed')
  const inner = packFault(manifest.data, [...files.keys()])
  return inner === null ? ok({ manifest: manifest.data, files }) : wrong(inner)
}
