/** The admitted models: imports, verifies and activates them, and hands a file to the loader only when it is what was admitted. */
import type { FileHandle } from 'node:fs/promises'
import { lstat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Digest, formatDigest, type Sha256 } from '../domain/digest.ts'
import { type Level, levels } from '../domain/label.ts'
import type { FileMark, ModelList, ModelRecord } from '../domain/model-manifest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Clock, NewId } from '../world.ts'
import { bringIn, type Incoming, type ModelOrigin, markOf, removePartials } from './custody.ts'
import { hashFile, type Watch } from './file-copy.ts'
import { openModelFile } from './gguf-check.ts'
import type { LoadableModel } from './llama-host.ts'

/** A file that was not hashed for a week is hashed again before it is loaded. */
const verifiedMsMax = 7 * 24 * 60 * 60 * 1000

/** What the registry needs of the store. The one who passes it in records the events in the same transactions. */
export interface ModelRows {
  list(): readonly ModelRecord[]
  find(id: string): ModelRecord | null
  findByDigest(digest: string): ModelRecord | null
  insert(record: ModelRecord): void
  markVerified(id: string, mark: FileMark, verifiedAt: number): void
  activate(id: string): void
}

export interface RegistryOptions {
  readonly rows: ModelRows
  readonly folder: string
  readonly clock: Clock
  readonly newId: NewId
  readonly sha256: Sha256
  /** The delivered lists: what they say of a model's origin goes on record when the bytes are the same. */
  readonly lists: readonly ModelList[]
  /** Told each time an admitted file is found to be missing or another one. */
  readonly onChanged?: (modelId: string) => void
}

export type ModelState = 'verified' | 'changed' | 'missing'

/** A model as people see it. */
export interface ModelEntry {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly role: 'chat' | 'embed'
  readonly architecture: string
  readonly quantisation: string
  readonly bytes: number
  readonly parameters: number | null
  readonly contextTokens: number
  readonly digest: Digest
  readonly licence: string | null
  readonly state: ModelState
  readonly verifiedAt: number
  readonly admittedAt: number
  readonly admittedBy: string
  readonly isActive: boolean
}

export interface Registry {
  list(): Promise<readonly ModelEntry[]>
  /** The whole record with its custody, or null. */
  record(id: string): ModelRecord | null
  /** The same bytes again are the same model; when its stored file was damaged, they mend it. The first model of a role is activated. */
  importModel(
    path: string,
    by: string,
    watch?: Watch & { readonly levels?: readonly Level[]; readonly fileName?: string },
  ): Promise<Result<ModelEntry>>
  /** A file of the store of bundles, whose name is its hash: admitted with what its bundle says of it, and never activated by that. */
  adopt(file: string, by: string, origin: ModelOrigin, fileName: string, watch?: Watch): Promise<Result<ModelEntry>>
  /** A name of these files came or went elsewhere: what the file system says of them has changed, and they are hashed again. */
  recheck(digests: ReadonlySet<string>): Promise<void>
  /** Hashes every file again, whatever the file system says. */
  verify(watch?: Watch): Promise<readonly ModelEntry[]>
  activate(id: string): Promise<Result<ModelEntry>>
  /** Refuses when one of them is missing or changed; whoever calls lets them serve. */
  intact(ids: readonly string[]): Promise<Result<null>>
  active(role: 'chat' | 'embed'): ModelRecord | null
  /** Refuses what is missing or changed. Hashes again when inode, size or change time differ, or the last time is a week ago. */
  resolve(id: string): Promise<Result<LoadableModel>>
  /** Call at start-up: removes what was half-written. */
  clean(): Promise<void>
}

const unknown = fail('model.unknown', 'There is no such model here.', 'List the models, or import one.')
const changed = fail(
  'model.changed',
  'The model file is no longer what was admitted, and is not loaded.',
  'Import the model again from its source; find out who changed it.',
)
const missing = fail('model.missing', 'The model file is gone from the data folder.', 'Import the model again from its source.')

const roleOf = (record: ModelRecord): 'chat' | 'embed' => (record.manifest.roles.includes('embed') ? 'embed' : 'chat')
const isSame = (a: FileMark, b: FileMark): boolean => a.inode === b.inode && a.size === b.size && a.changedMs === b.changedMs

function entryOf(record: ModelRecord, state: ModelState): ModelEntry {
  const { manifest, shape } = record
  return {
    id: record.id,
    name: manifest.name,
    file: manifest.file,
    role: roleOf(record),
    architecture: shape.architecture,
    quantisation: manifest.quantisation,
    bytes: manifest.sizeBytes,
    parameters: shape.parameters,
    contextTokens: manifest.contextTokens,
    digest: manifest.sha256,
    licence: manifest.licence,
    state,
    verifiedAt: record.verifiedAt,
    admittedAt: record.admittedAt,
    admittedBy: record.custody.broughtBy,
    isActive: record.isActive,
  }
}

export function createRegistry(options: RegistryOptions): Registry {
  const { rows, folder, clock } = options
  // Without a hash an entry names no bytes, and matches none.
  const listed = (digest: Digest): ModelOrigin | null =>
    options.lists.flatMap((list) => list.models).find((model) => model.sha256?.value === digest.value) ?? null
  const active = (role: 'chat' | 'embed') => rows.list().find((record) => record.isActive && roleOf(record) === role) ?? null

  /** The state without hashing. */
  const glance = async (record: ModelRecord): Promise<ModelState> => {
    const stat = await lstat(join(folder, record.storedAs)).catch(() => null)
    if (stat === null) return 'missing'
    return stat.isFile() && isSame(markOf(stat), record.mark) ? 'verified' : 'changed'
  }

  /** Opens the file and makes sure of its bytes. The caller closes the handle. */
  const secure = async (record: ModelRecord, isThorough: boolean, watch: Watch): Promise<Result<FileHandle>> => {
    const opened = await openModelFile(join(folder, record.storedAs))
    if (!opened.ok) {
      options.onChanged?.(record.id)
      return opened.error.code === 'model.missing' ? missing : changed
    }
    const { handle, stat } = opened.value
    const mark = markOf(stat)
    if (!isThorough && isSame(mark, record.mark) && clock() - record.verifiedAt < verifiedMsMax) return ok(handle)
    const hashed = mark.size === record.mark.size ? await hashFile(handle, stat.size, null, watch).catch(() => changed) : changed
    if (hashed.ok && hashed.value.value === record.manifest.sha256.value) {
      rows.markVerified(record.id, markOf(await handle.stat()), clock())
      return ok(handle)
    }
    await handle.close()
    if (!hashed.ok && hashed.error.code === 'model.cancelled') return hashed
    options.onChanged?.(record.id)
    return changed
  }

  const intact = async (ids: readonly string[]): Promise<Result<null>> => {
    for (const id of ids) {
      const record = rows.find(id)
      if (record === null) return unknown
      const secured = await secure(record, false, {})
      if (!secured.ok) return secured
      await secured.value.close()
    }
    return ok(null)
  }

  const entry = async (id: string): Promise<Result<ModelEntry>> => {
    const record = rows.find(id)
    return record === null ? unknown : ok(entryOf(record, await glance(record)))
  }

  /** The first model of a role serves at once where a person brought it. */
  const admit = async (
    incoming: Pick<Incoming, 'path' | 'by' | 'fileName' | 'levels' | 'listed' | 'isHeld'>,
    mayServe: boolean,
    watch: Watch,
  ): Promise<Result<ModelEntry>> => {
    const id = options.newId('mdl')
    const arrived = await bringIn({ ...incoming, sha256: options.sha256, folder, importId: id }, watch)
    if (!arrived.ok) return arrived
    const { manifest, shape, custody, storedAs, mark } = arrived.value
    const known = rows.findByDigest(formatDigest(manifest.sha256))
    const now = clock()
    if (known !== null) {
      rows.markVerified(known.id, mark, now)
      return entry(known.id)
    }
    const role = manifest.roles.includes('embed') ? 'embed' : 'chat'
    const isActive = mayServe && active(role) === null
    rows.insert({ id, manifest, shape, custody, storedAs, mark, verifiedAt: now, admittedAt: now, isActive })
    return entry(id)
  }

  return {
    list: () => Promise.all(rows.list().map(async (record) => entryOf(record, await glance(record)))),
    record: (id) => rows.find(id),
    active,

    importModel: (path, by, watch = {}) =>
      admit({ path, by, fileName: watch.fileName ?? basename(path), levels: watch.levels ?? levels, listed }, true, watch),

    adopt: (path, by, origin, fileName, watch = {}) =>
      admit({ path, by, fileName, levels, listed: () => origin, isHeld: true }, false, watch),

    recheck: async (digests) => {
      for (const record of rows.list().filter(({ manifest }) => digests.has(manifest.sha256.value))) {
        const secured = await secure(record, true, {})
        if (secured.ok) await secured.value.close()
      }
    },

    verify: async (watch = {}) => {
      const entries: ModelEntry[] = []
      for (const { id } of rows.list()) {
        const record = rows.find(id)
        if (record === null) continue
        const secured = await secure(record, true, watch)
        if (secured.ok) await secured.value.close()
        const after = rows.find(id) ?? record
        entries.push(entryOf(after, secured.ok ? 'verified' : secured.error.code === 'model.missing' ? 'missing' : 'changed'))
      }
      return entries
    },

    activate: async (id) => {
      const checked = await intact([id])
      if (!checked.ok) return checked
      rows.activate(id)
      return entry(id)
    },
    intact,

    resolve: async (id) => {
      const record = rows.find(id)
      if (record === null) return unknown
      const secured = await secure(record, false, {})
      if (!secured.ok) return secured
      const { manifest, shape } = record
      return ok({
        file: join(folder, record.storedAs),
        handle: secured.value,
        role: roleOf(record),
        weightsBytes: manifest.sizeBytes,
        contextTokens: manifest.contextTokens,
        cacheBytesPerToken: shape.cacheBytesPerToken,
        width: shape.width,
        vocabulary: shape.vocabulary,
      })
    },

    clean: () => removePartials(folder),
  }
}
