/** What ingestion does to the store, in the words of the store: rows, events and files of each settled document in one transaction. */
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readDatasetList } from '../airgap/dataset-list.ts'
import { airgapPlacesOf } from '../airgap/places.ts'
import type { Actor } from '../domain/actor.ts'
import { join as joinLabels, type Label, permits, sameLabel } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { suspectedSpill, unusedMark } from '../domain/spill.ts'
import type { Feed } from '../feed.ts'
import { dropSourcesOf, toImport } from '../handlers/imports.ts'
import type { Services } from '../handlers/services.ts'
import type { IngestStore, Settled } from '../memory/ingest.ts'
import { indexText } from '../memory/lexical.ts'
import type { SettledFile } from '../store/imports.ts'
import { createRelabel } from '../store/relabel.ts'
import { removeUnready, writeDocument } from '../store/write-document.ts'

/** Files of an import that are put on record in one turn. */
const limits = { listedAtOnce: 200 } as const

const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

const untouched = { documentId: null, passages: 0, pages: 0, missing: [], code: null, reason: null, hint: null } as const

function toSettled(settled: Settled): SettledFile {
  switch (settled.outcome) {
    case 'duplicate':
      return { ...untouched, outcome: 'duplicate', documentId: settled.documentId }
    case 'cancelled':
      return { ...untouched, outcome: 'cancelled' }
    case 'refused': {
      const { code, message, hint } = settled.failure
      return { ...untouched, outcome: 'refused', code, reason: message, hint }
    }
  }
}

export type IngestParts = Pick<
  Services,
  'db' | 'labels' | 'bodies' | 'documents' | 'collections' | 'imports' | 'uploads' | 'paths' | 'station' | 'clock' | 'ceiling' | 'onDefect'
> & {
  /** Whether material with this label is handled here at all. */
  readonly isInUse: (label: Label) => boolean
  /** After a document was relabelled, with its passages. */
  readonly onMoved: (documents: readonly number[], passages: readonly number[]) => void
  readonly tenantId: string
  readonly feed: Feed
}

export function createIngestStore(parts: IngestParts): IngestStore {
  const { db, labels, bodies, documents, collections, imports, station, clock, ceiling, feed, tenantId } = parts
  const { datasets } = airgapPlacesOf(parts.paths, tenantId)
  const relabel = createRelabel(db, labels, tenantId)

  const known = <T>(found: T | null): T => {
    if (found === null) throw new Error('there is no such import')
    return found
  }
  const importOf = (id: string) => known(imports.head(id))
  /** What was said of an import's files, and what their collection is at least by now. */
  const floorOf = (id: string): Label => {
    const { collectionId, label } = importOf(id)
    return joinLabels(label, collections.byId(collectionId)?.label ?? label)
  }
  /** The same bytes under a higher label: what is here already is as high from now on. */
  const raiseDuplicate = (id: string, documentId: string, by: string): RecordedEvent[] => {
    const document = documents.find(documentId)
    const to = document === null ? null : joinLabels(document.label, floorOf(id))
    if (document === null || to === null || sameLabel(to, document.label)) return []
    const { label: from } = document
    const moved = relabel.document(document, { to, at: clock(), by, justification: null })
    parts.onMoved(moved.documents, moved.passages)
    const event = { type: 'label.changed', documentId, from, to, direction: 'raised', justification: null } as const
    return [station.append(event, { issuer: 'operator', account: by }, to)]
  }
  const tell = (id: string, ordinal: number, outcome: SettledFile['outcome']) =>
    feed.imported({ kind: 'import', import: toImport(known(imports.glance(id))), file: { ordinal, outcome, done: 0, total: null } })

  const ended = (id: string) => {
    feed.imported({ kind: 'import', import: toImport(known(imports.get(id))), file: null })
    dropSourcesOf({ ...parts, tenant: tenantId }, id).catch((error: unknown) => parts.onDefect('uploads', error))
  }
  /** What its files are called is gone, and with it what is left of them: it is brought again where it came from. */
  const giveUp = (id: string) => {
    const { label } = importOf(id)
    station.commit(runtime, (record) => {
      imports.cancelWaiting(id)
      imports.finish(id, 'cancelled', clock())
      record({ type: 'import.finished', importId: id, isCancelled: true }, label)
    })
    ended(id)
  }

  return {
    runningImports: () => imports.running().map(({ id }) => id),
    listFiles: async (id) => {
      const { listed, files } = imports.listed(id)
      if (listed >= files) return
      const names = readDatasetList(join(datasets, id))
      if (names?.length !== files) return giveUp(id)
      for (let from = listed; from < files && importOf(id).state === 'running'; from += limits.listedAtOnce) {
        db.transaction(() => imports.addFiles(id, names.slice(from, from + limits.listedAtOnce)))()
        await nextTurn()
      }
    },
    nextFile: (id) => imports.nextWaiting(id),
    markReading: (id, { ordinal }) => {
      imports.settle(id, ordinal, { ...untouched, outcome: 'reading' })
      tell(id, ordinal, 'reading')
    },
    keepFile: (source, signal) => bodies.keepFile(source, signal),
    pathOf: bodies.pathOf,
    dropFile: bodies.releaseFile,
    duplicateOf: (id, digest) => {
      const duplicate = documents.sameBytes(importOf(id).collectionId, digest)
      if (duplicate !== null) bodies.releaseFile(digest)
      return duplicate?.publicId ?? null
    },
    spill: (id, marks) => suspectedSpill(ceiling(), floorOf(id), marks) ?? unusedMark(parts.isInUse, floorOf(id), marks),
    addDocument: async (id, { ordinal, file }, { kept, parsed: { blocks, marginLines: _apart, ...parsed }, passages, marks }) => {
      const { collectionId, startedBy } = importOf(id)
      const floor = () => floorOf(id)
      const label = () => joinLabels(floor(), marks.overall)
      const goOn = () => {
        if (importOf(id).state !== 'running') throw new Error('the import was cancelled')
        if (!permits(ceiling(), label())) throw new Error('the ceiling was lowered under a document')
      }
      goOn()
      // Files are worked off one at a time: whatever is not ready was given up on a full disk, and its bytes must not stand in the way.
      for (const digest of removeUnready(db, documents)) if (digest !== kept.digest) bodies.dropFileIfUnused(digest)
      const recorded: RecordedEvent[] = []
      await writeDocument(db, documents, labels, {
        ...{ floor, overall: marks.overall },
        document: { collectionId, file, digest: kept.digest, bytes: kept.size, parsed, at: clock(), by: startedBy },
        tenantId,
        blocks,
        passages,
        indexText,
        pause: async () => {
          await nextTurn()
          goOn()
        },
        onBegin: () => bodies.adoptFile(kept.digest, kept.size),
        onReady: ({ publicId }) => {
          const outcome = parsed.missing.length === 0 ? 'indexed' : 'indexed_in_part'
          const { missing, pages } = parsed
          imports.settle(id, ordinal, {
            ...untouched,
            outcome,
            documentId: publicId,
            passages: passages.length,
            pages: pages.length,
            missing,
          })
          const event = { type: 'document.added', documentId: publicId, importId: id, passages: passages.length } as const
          recorded.push(station.append(event, runtime, label()))
        },
      }).catch((error: unknown) => {
        if (importOf(id).state !== 'running') removeUnready(db, documents)
        throw error
      })
      station.publish(recorded)
      tell(id, ordinal, parsed.missing.length === 0 ? 'indexed' : 'indexed_in_part')
    },
    settle: (id, { ordinal }, settled) => {
      const raised: RecordedEvent[] = []
      station.commit(runtime, (record) => {
        imports.settle(id, ordinal, toSettled(settled))
        if (settled.outcome === 'duplicate') raised.push(...raiseDuplicate(id, settled.documentId, importOf(id).startedBy))
        if (settled.outcome !== 'refused') return
        record({ type: 'document.refused', importId: id, ordinal, code: settled.failure.code }, importOf(id).label)
      })
      station.publish(raised)
      tell(id, ordinal, settled.outcome)
    },
    waitAgain: imports.resetReading,
    finish: (id) => {
      const { state, label } = importOf(id)
      const { listed, files } = imports.listed(id)
      // What is not on record yet was not read: it goes on when it is woken again.
      if (state === 'running' && listed < files) return
      if (state === 'running') {
        station.commit(runtime, (record) => {
          imports.finish(id, 'finished', clock())
          record({ type: 'import.finished', importId: id, isCancelled: false }, label)
        })
      }
      ended(id)
    },
  }
}
