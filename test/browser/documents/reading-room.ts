/**
 * A scripted core for tests of the Documents screen: its documents are read by the product's own readers and cut by its own
 * chunker, but it keeps them in memory, and a test says which call fails and which never answers. What the real core does is
 * tested elsewhere.
 */
import type { CallName } from '../../../main/contract/calls.ts'
import type { DocumentSummary, Import, ImportedFile } from '../../../main/contract/holdings.ts'
import type { FeedItem } from '../../../main/contract/runs.ts'
import type { StationStatus } from '../../../main/contract/station.ts'
import type { Core } from '../../../main/core.ts'
import { createDispatch, type Handlers } from '../../../main/dispatch.ts'
import type { ParsedDocument, PassageDraft } from '../../../main/domain/document.ts'
import { type Label, type LabelName, labelFromName } from '../../../main/domain/label.ts'
import { findQuote } from '../../../main/domain/quote.ts'
import { type Failure, fail, ok } from '../../../main/domain/result.ts'
import { chunk } from '../../../main/memory/chunk.ts'
import { fields, locate, stretches } from '../../../main/memory/cite.ts'
import { readDocument } from '../../support/read-document.ts'
import { testId } from '../../support/test-core.ts'

interface Held {
  readonly summary: DocumentSummary
  readonly bytes: Uint8Array
  readonly parsed: ParsedDocument
  readonly passages: readonly PassageDraft[]
}

export interface RunningImport {
  import: Import
  files: ImportedFile[]
}

export interface ReadingRoom extends Core {
  add(file: string, bytes: Uint8Array, about?: Partial<DocumentSummary>): Promise<DocumentSummary>
  /** Lists a document that cannot be opened: for long lists. */
  list(summary: DocumentSummary): void
  /** The passage of a document in which a quote stands. */
  passageWith(document: DocumentSummary, quote: string): string
  /** From now on this call is refused with this failure; null serves again. */
  refuse(name: CallName, failure: Failure | null): void
  /** From now on this call never answers. */
  hold(name: CallName): void
  emit(item: FeedItem): void
  ceiling: Label
  readonly imports: RunningImport[]
  readonly calls: { readonly name: string; readonly input: unknown }[]
  readonly defects: string[]
  /** What uploads received, in the order they began. */
  readonly uploads: { readonly id: string; readonly name: string; readonly size: number; received: number }[]
}

const startedAt = Date.UTC(2026, 10, 19, 9, 12, 0)

export function openReadingRoom(): ReadingRoom {
  const held = new Map<string, Held>()
  const listed: DocumentSummary[] = []
  const refused = new Map<CallName, Failure>()
  const onHold = new Set<CallName>()
  const listeners = new Set<(item: FeedItem) => void>()
  const pageOf = <T>(items: readonly T[], { limit, offset }: { limit: number; offset: number }) => ({
    items: items.slice(offset, offset + limit),
    total: items.length,
  })
  const status = (): StationStatus => ({
    ...{ version: '0.1.0', boot: testId('boot', 1), dataFolder: '/srv/holdfast', account: 'm.arden', roles: ['analyst' as const] },
    ceiling: room.ceiling,
    clearance: room.ceiling,
    serving: { tier: 'reflex', modelId: null, modelName: null, device: null },
    ...{ embedder: 'built-in', vectorSearch: 'exact' as const, lastAnswer: null, highest: room.ceiling, tiersConfigured: 0, packetsOut: 0 },
    counts: { collections: 1, documents: listed.length, passages: 0, runs: 0 },
    readOnly: null,
    sampleCase: { name: 'Sample case', isLoaded: false, introduction: 'Invented papers.', questions: [] },
  })
  const noDocument = fail('document.unknown', 'There is no such document, or it was removed.', 'List the documents to see what there is.')
  const noImport = fail('import.unknown', 'There is no such import.', 'List the imports to see what there is.')
  const noUpload = fail('upload.unknown', 'There is no such upload.', 'Begin it again.')

  const handlers: Partial<Handlers> = {
    'station.status': () => ok(status()),
    'collections.list': () => {
      const names = [...new Set(listed.map((one) => one.collection))]
      const items = names.map((name, n) => {
        const inside = listed.filter((one) => one.collection === name)
        return { id: testId('col', n + 1), name, label: inside[0]?.label ?? room.ceiling, documents: inside.length }
      })
      return ok({ items })
    },
    'conversations.list': (input) => ok(pageOf([], input)),
    'documents.list': ({ collection, contains, ...page }) => {
      const wanted = contains?.toLowerCase() ?? ''
      const found = listed.filter(
        (one) => (collection === undefined || one.collection === collection) && one.file.toLowerCase().includes(wanted),
      )
      return ok(pageOf(found, page))
    },
    'documents.get': ({ documentId }) => {
      const found = held.get(documentId)
      if (found === undefined) return noDocument
      return ok({ document: found.summary, pages: found.parsed.pages, blockCount: found.parsed.blocks.length, broughtBy: null })
    },
    'documents.blocks': ({ documentId, from, limit }) => {
      const found = held.get(documentId)
      if (found === undefined) return noDocument
      return ok({ from, blocks: found.parsed.blocks.slice(from, from + limit), total: found.parsed.blocks.length })
    },
    'documents.bytes': ({ documentId, offset, length }) => {
      const found = held.get(documentId)
      if (found === undefined) return noDocument
      const data = Buffer.from(found.bytes.subarray(offset, offset + length)).toString('base64')
      return ok({ offset, total: found.bytes.length, data })
    },
    'documents.remove': ({ documentId }) => {
      held.delete(documentId)
      listed.splice(
        listed.findIndex((one) => one.id === documentId),
        1,
      )
      return ok({ documentId })
    },
    'passages.get': ({ passageId, quote }) => {
      const [documentId = '', ordinal] = passageId.split('.')
      const passage = held.get(documentId)?.passages[Number(ordinal)]
      if (passage === undefined) return fail('passage.unknown', 'There is no such passage, or its document was removed.', 'Ask again.')
      const { text, heading, anchors } = passage
      const span = quote === undefined ? { start: 0, end: text.length } : findQuote(text, quote, fields(anchors))
      if (span === null) return fail('passage.quote_not_found', 'These words are not in the passage.', 'Open the document without a quote.')
      const locator = quote === undefined ? passage.locator : locate(passage, span)
      return ok({ id: passageId, documentId, text, heading, locator, spans: [...stretches(anchors, span)] })
    },
    'uploads.begin': ({ name, size }) => {
      const upload = { id: testId('upl', room.uploads.length + 1), name, size, received: 0 }
      room.uploads.push(upload)
      return ok({ uploadId: upload.id })
    },
    'uploads.append': ({ uploadId, offset, data }) => {
      const upload = room.uploads.find((one) => one.id === uploadId)
      if (upload === undefined || offset !== upload.received) return noUpload
      upload.received += Buffer.from(data, 'base64').length
      return ok({ received: upload.received })
    },
    'imports.start': ({ sources, collection }) => {
      const names = sources.map(
        (source) => ('uploadId' in source ? room.uploads.find((one) => one.id === source.uploadId)?.name : source.path) ?? '',
      )
      const started = newImport(testId('imp', room.imports.length + 1), collection, names)
      room.imports.push(started)
      room.emit({ kind: 'import', import: started.import, file: null })
      return ok({ importId: started.import.id })
    },
    'imports.list': (input) => ok(pageOf(room.imports.map((one) => one.import).toReversed(), input)),
    'imports.get': ({ importId }) => {
      const found = room.imports.find((one) => one.import.id === importId)
      return found === undefined ? noImport : ok(found.import)
    },
    'imports.files': ({ importId, outcomes, ...page }) => {
      const found = room.imports.find((one) => one.import.id === importId)
      return found === undefined
        ? noImport
        : ok(
            pageOf(
              found.files.filter((file) => outcomes?.includes(file.outcome) ?? true),
              page,
            ),
          )
    },
    'imports.cancel': ({ importId }) => {
      const found = room.imports.find((one) => one.import.id === importId)
      if (found === undefined) return noImport
      found.import = { ...found.import, state: 'cancelled', finishedAt: startedAt + 9_000 }
      found.files = found.files.map((file) =>
        file.outcome === 'waiting' || file.outcome === 'reading' ? { ...file, outcome: 'cancelled' } : file,
      )
      room.emit({ kind: 'import', import: found.import, file: null })
      return ok(found.import)
    },
  }
  const notHere = () => fail('call.unknown', 'This is not a call of the test.', 'Add it to the reading room.')
  const all = new Proxy(handlers, {
    has: () => true,
    get: (known, name: CallName) => (input: never, caller: never) => {
      room.calls.push({ name, input })
      if (onHold.has(name)) return new Promise(() => undefined)
      const failure = refused.get(name)
      if (failure !== undefined) return { ok: false, error: failure }
      const handler = known[name]
      // The dispatch before this parsed the input of this very call.
      return handler === undefined ? notHere() : (handler as (input: never, caller: never) => unknown)(input, caller)
    },
  }) as unknown as Handlers

  const room: ReadingRoom = {
    ceiling: labelFromName('cui'),
    imports: [],
    calls: [],
    defects: [],
    uploads: [],
    dispatch: createDispatch(
      all,
      () => null,
      (name, error) => room.defects.push(`${name}: ${String(error)}`),
    ),
    subscribe: (_after, listen) => {
      const running = room.imports.map((one) => one.import).filter((one) => one.state === 'running')
      listen({ kind: 'snapshot', seq: 0, boot: testId('boot', 1), live: [], imports: running })
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
    close: async () => undefined,
    add: async (file, bytes, about = {}) => {
      const parsed = await readDocument(file, bytes)
      const summary: DocumentSummary = {
        ...{ id: testId('doc', listed.length + 1), collection: 'Kessary inquiry', file, title: parsed.title, format: parsed.format },
        ...{ bytes: bytes.length, pages: parsed.pages.length, passages: 0, missing: parsed.missing, label: room.ceiling },
        importedAt: startedAt - listed.length * 61_000,
        ...about,
      }
      const passages = chunk(parsed)
      const known = { ...summary, passages: passages.length }
      held.set(summary.id, { summary: known, bytes, parsed, passages })
      listed.push(known)
      return known
    },
    list: (summary) => void listed.push(summary),
    passageWith: (document, quote) => {
      const ordinal = held.get(document.id)?.passages.findIndex((one) => findQuote(one.text, quote, fields(one.anchors)) !== null) ?? -1
      if (ordinal < 0) throw new Error(`no passage of ${document.file} holds “${quote}”`)
      return `${document.id}.${ordinal}`
    },
    refuse: (name, failure) => {
      if (failure === null) refused.delete(name)
      else refused.set(name, failure)
    },
    hold: (name) => void onHold.add(name),
    emit: (item) => {
      for (const listen of [...listeners]) listen(item)
    },
  }
  return room
}

export function newImport(id: string, collection: string, names: readonly string[]): RunningImport {
  const files = names.map(
    (file): ImportedFile => ({
      ...{ file, outcome: 'waiting', documentId: null, passages: 0, pages: 0, missing: [], code: null, reason: null, hint: null },
    }),
  )
  const totals = { files: files.length, done: 0, indexed: 0, inPart: 0, duplicates: 0, refused: 0, passages: 0 }
  return { import: { id, collection, state: 'running', startedAt, finishedAt: null, totals }, files }
}

export const labelled = (name: LabelName): Partial<DocumentSummary> => ({ label: labelFromName(name) })
