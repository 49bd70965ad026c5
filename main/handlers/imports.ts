/** Imports: what was asked for is durable before it is acknowledged; the files are worked off in the background. */
import { rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { airgapPlacesOf } from '../airgap/places.ts'
import type { ParsedInput } from '../contract/calls.ts'
import type { Import, ImportedFile, ImportSource } from '../contract/holdings.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import type { Label } from '../domain/label.ts'
import { isLabelInUse } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { StationEvent } from '../domain/station-events.ts'
import { expandSource, type SourceFile, sourceLimits } from '../memory/expand-sources.ts'
import type { ImportFileRow, ImportRow } from '../store/imports.ts'
import { labelForImport, notInUse } from './collections.ts'
import { operator, type Services } from './services.ts'
import { uploadPath } from './uploads.ts'

const unknown = fail('import.unknown', 'There is no such import.', 'List the imports to see what there is.')
const incomplete = fail('upload.incomplete', 'A file has not been sent completely.', 'Send the rest of it first.')
const notAbsolute = fail('import.bad_path', 'A path must be absolute.', 'Give the whole path.')
const noFiles = fail('import.nothing', 'There are no files there.', 'Choose a folder with documents, or the documents themselves.')
const tooMany = fail('import.too_many_files', `There are more than ${sourceLimits.filesMax} files.`, 'Import them in parts.')

export const toImport = ({ id, collection, state, startedAt, finishedAt, totals }: ImportRow): Import => ({
  id,
  collection,
  state,
  startedAt,
  finishedAt,
  totals,
})
const toFile = ({ ordinal: _ordinal, path: _path, missing, ...rest }: ImportFileRow): ImportedFile => ({ ...rest, missing: [...missing] })

async function filesOf(services: Services, sources: readonly ImportSource[]): Promise<Result<readonly SourceFile[]>> {
  const files: SourceFile[] = []
  for (const source of sources) {
    if ('uploadId' in source) {
      const upload = services.uploads.get(source.uploadId)
      if (upload === null || upload.received !== upload.size) return incomplete
      files.push({ path: uploadPath(services, upload.id), file: upload.name })
      continue
    }
    if (!isAbsolute(source.path)) return notAbsolute
    const expanded = await expandSource(source.path, services.paths.data)
    if (!expanded.ok) return expanded
    for (const file of expanded.value) files.push(file)
  }
  if (files.length > sourceLimits.filesMax) return tooMany
  return files.length === 0 ? noFiles : ok(files)
}

export interface NewImport {
  readonly importId: string
  readonly collection: string
  /** What is said of its files; the floor of the collection when that is new. */
  readonly label: Label
  /** A number where they are listed after it, in stretches. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly file: string }> | number
  readonly by: string
}

/** Inside a transaction: makes the collection when it is new, and writes the import with its files. Wake ingestion after it. */
export function addImport(
  { collections, imports, clock }: Pick<Services, 'collections' | 'imports' | 'clock'>,
  { importId, collection: name, label, files, by }: NewImport,
  record: (event: StationEvent, label: Label) => void,
): void {
  const [known, at] = [collections.byName(name), clock()]
  const collection = known ?? collections.create(name, label, at, by)
  if (known === null) record({ type: 'collection.created', collectionId: collection.publicId }, label)
  imports.create({ id: importId, collectionId: collection.id, label, at, by, files })
  record({ type: 'import.started', importId, files: typeof files === 'number' ? files : files.length }, label)
}

/** What was asked for is on record when this returns; the files are worked off after it. */
export async function startImport(
  services: Services,
  input: ParsedInput<'imports.start'>,
  caller: Caller,
): Promise<Result<{ importId: string }>> {
  const { collections, newId, station, ingest, ceiling } = services
  const known = collections.byName(input.collection)
  const label = labelForImport(ceiling(), known?.label ?? null, input)
  if (!label.ok) return label
  if (!isLabelInUse(services.policy(), label.value)) return notInUse
  const files = await filesOf(services, input.sources)
  if (!files.ok) return files
  const importId = newId('imp')
  const begun = { importId, collection: input.collection, label: label.value, files: files.value, by: caller.account }
  station.commit(operator(caller), (record) => addImport(services, begun, record))
  ingest.wake()
  return ok({ importId })
}

/** Bytes that were sent, or unpacked from a bundle, are not needed once their files were settled. */
export async function dropSourcesOf(services: Pick<Services, 'imports' | 'uploads' | 'paths' | 'tenant'>, importId: string): Promise<void> {
  await rm(join(airgapPlacesOf(services.paths, services.tenant).datasets, importId), { recursive: true, force: true })
  for (const path of services.imports.pathsIn(importId, services.paths.uploads)) {
    const id = /upl_[0-9A-Z]{26}$/.exec(path)?.[0]
    if (id === undefined || path !== uploadPath(services, id)) continue
    await rm(path, { force: true })
    services.uploads.remove(id)
  }
}

export const importHandlers = (
  services: Services,
): Pick<Handlers, 'imports.start' | 'imports.list' | 'imports.get' | 'imports.files' | 'imports.cancel'> => {
  const { imports, ingest, station, clock } = services
  return {
    'imports.start': (input, caller) => startImport(services, input, caller),
    'imports.list': ({ limit, offset }, { account }) => {
      const { items, total } = imports.list(limit, offset, services.sightOf(account)?.labelIds())
      return ok({ items: items.map(toImport), total })
    },
    'imports.get': ({ importId }) => {
      const found = imports.get(importId)
      return found === null ? unknown : ok(toImport(found))
    },
    'imports.files': ({ importId, outcomes, limit, offset }, { account }) => {
      if (imports.get(importId) === null) return unknown
      const { items, total } = imports.files(importId, outcomes ?? null, limit, offset, services.sightOf(account)?.labelIds())
      return ok({ items: items.map(toFile), total })
    },
    'imports.cancel': (input, caller) => {
      const found = imports.get(input.importId)
      if (found === null) return unknown
      if (found.state !== 'running') return ok(toImport(found))
      station.commit(operator(caller), (record) => {
        imports.cancelWaiting(found.id)
        imports.finish(found.id, 'cancelled', clock())
        record({ type: 'import.finished', importId: found.id, isCancelled: true }, found.label)
      })
      ingest.interrupt(found.id)
      // An import whose turn never came is not worked off any more: nobody else drops what was sent for it.
      dropSourcesOf(services, found.id).catch((error: unknown) => services.onDefect('uploads', error))
      return ok(toImport(imports.get(found.id) ?? found))
    },
  }
}
