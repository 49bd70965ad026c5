/**
 * Works off imports, one file after another: copy while hashing, drop duplicates, parse in a throw-away process, cut into passages,
 * store. Every file ends with an outcome; a bad one never stops the rest, and a killed import goes on where it was.
 */
import type { FileHandle } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isDiskFull } from '../domain/disk-full.ts'
import type { ParsedDocument, PassageDraft } from '../domain/document.ts'
import { type DocumentMarks, readMarksSteps } from '../domain/document-marks.ts'
import { repeatedFurniture } from '../domain/page-furniture.ts'
import { type Failure, fail } from '../domain/result.ts'
import type { DocumentParser } from '../world.ts'
import { chunkSteps } from './chunk.ts'
import { openFile } from './parse-host.ts'

export interface WaitingFile {
  readonly ordinal: number
  readonly path: string
  /** The name the user knows. */
  readonly file: string
}

export type Settled =
  | { readonly outcome: 'duplicate'; readonly documentId: string }
  | { readonly outcome: 'refused'; readonly failure: Failure }
  | { readonly outcome: 'cancelled' }

/** A file that was read: its bytes as they are kept, what stands in it, and what it says of itself. */
export interface ReadDocument {
  readonly kept: { readonly digest: string; readonly size: number }
  readonly parsed: ParsedDocument
  readonly passages: readonly PassageDraft[]
  readonly marks: DocumentMarks
}

/** What ingestion needs of the store. All writes are durable when they return. */
export interface IngestStore {
  runningImports(): readonly string[]
  /** Puts on record which files an import has, where that was left for later: a stretch a turn. */
  listFiles(importId: string): Promise<void>
  nextFile(importId: string): WaitingFile | null
  markReading(importId: string, file: WaitingFile): void
  keepFile(source: FileHandle, signal: AbortSignal): Promise<{ readonly digest: string; readonly size: number }>
  pathOf(digest: string): string
  dropFile(digest: string): void
  /** Id of a document with the same bytes in the import's collection. */
  duplicateOf(importId: string, digest: string): string | null
  /** Why a document with these marks may not be held here; null when it may. */
  spill(importId: string, marks: DocumentMarks): Failure | null
  /** Stores the document, as high as its marks say, and settles its file in one last transaction. Rejects when the disk is full. */
  addDocument(importId: string, file: WaitingFile, read: ReadDocument): Promise<void>
  settle(importId: string, file: WaitingFile, settled: Settled): void
  /** Files whose reading ended without an outcome wait again. */
  waitAgain(): void
  finish(importId: string): void
}

export interface IngestOptions {
  readonly store: IngestStore
  readonly parser: DocumentParser
  readonly onProgress: (importId: string, ordinal: number, done: number, total: number | null) => void
  /** A document was added: vectors are to be made. */
  readonly onAdded: () => void
  readonly onDefect: (error: unknown) => void
}

export interface Ingest {
  /** Works off every running import. Call it after one was started, and at boot. */
  wake(): void
  /** Stops the file being read; call it after the import was cancelled in the store. */
  interrupt(importId: string): void
  /** Resolves when no import is being worked off. */
  idle(): Promise<void>
  close(): Promise<void>
}

const diskFull = fail(
  'import.disk_full',
  'There is no room left on the disk of the data folder.',
  'Free some space, then import the file again.',
)
const unwritable = fail(
  'import.not_stored',
  'The file was read but could not be stored.',
  'Look at the free space and the log, then import it again.',
)
const interrupted = fail('parse.cancelled', 'Reading the file was cancelled.', 'Import it again when you want it.')

/** How long work goes on without a pause. */
const turnMs = 5
/** After an outcome that could not be written, the import rests this long and is then tried again. */
const restMs = 2_000

/** Does long work while others get their turns. */
async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (let from = performance.now(); ; ) {
    const { done, value } = work.next()
    if (done === true) return value
    if (performance.now() - from < turnMs) continue
    await nextTurn()
    from = performance.now()
  }
}

/** Passages without banners, and without lines that only repeat the head or foot of an earlier page. */
function passagesOf(parsed: ParsedDocument, { portions, kept }: DocumentMarks): Promise<readonly PassageDraft[]> {
  const repeated = [...repeatedFurniture(parsed)].map((index) => [index, null] as const)
  return inTurns(chunkSteps(parsed, { portions, kept: new Map([...kept, ...repeated]) }))
}

export function createIngest(options: IngestOptions): Ingest {
  const { store, parser, onProgress, onAdded, onDefect } = options
  let working: Promise<void> | null = null
  let isClosing = false
  let isAskedAgain = false
  let rest: NodeJS.Timeout | null = null
  let current: { readonly importId: string; readonly controller: AbortController } | null = null

  async function read(importId: string, file: WaitingFile, signal: AbortSignal): Promise<Settled | null> {
    const opened = await openFile(file.path)
    if (!opened.ok) return { outcome: 'refused', failure: opened.error }
    let kept: { readonly digest: string; readonly size: number }
    try {
      kept = await store.keepFile(opened.value.handle, signal)
    } finally {
      await opened.value.handle.close()
    }
    const duplicate = store.duplicateOf(importId, kept.digest)
    if (duplicate !== null) return { outcome: 'duplicate', documentId: duplicate }
    try {
      const parsed = await parser.parse({
        path: store.pathOf(kept.digest),
        fileName: file.file,
        onProgress: (done, total) => onProgress(importId, file.ordinal, done, total),
        signal,
      })
      if (!parsed.ok)
        return parsed.error.code === 'parse.cancelled' ? { outcome: 'cancelled' } : { outcome: 'refused', failure: parsed.error }
      const marks = await inTurns(readMarksSteps(parsed.value, file.file))
      const spill = store.spill(importId, marks)
      if (spill !== null) return { outcome: 'refused', failure: spill }
      const passages = await passagesOf(parsed.value, marks)
      await store.addDocument(importId, file, { kept, parsed: parsed.value, passages, marks })
      onAdded()
      return null
    } finally {
      store.dropFile(kept.digest)
    }
  }

  async function readOne(importId: string, file: WaitingFile): Promise<void> {
    const controller = new AbortController()
    current = { importId, controller }
    store.markReading(importId, file)
    onProgress(importId, file.ordinal, 0, null)
    let settled: Settled | null
    try {
      settled = await read(importId, file, controller.signal)
    } catch (error) {
      if (!controller.signal.aborted && !isDiskFull(error)) onDefect(error)
      const failure = controller.signal.aborted ? interrupted : isDiskFull(error) ? diskFull : unwritable
      settled = controller.signal.aborted ? { outcome: 'cancelled' } : { outcome: 'refused', failure: failure.error }
    } finally {
      current = null
    }
    // Closing is not a cancellation: the file waits for the next start.
    if (settled !== null && !(isClosing && settled.outcome === 'cancelled')) store.settle(importId, file, settled)
  }

  async function work(): Promise<void> {
    store.waitAgain()
    for (const importId of store.runningImports()) {
      await store.listFiles(importId)
      for (let file = store.nextFile(importId); file !== null && !isClosing; file = store.nextFile(importId)) await readOne(importId, file)
      if (isClosing) return
      store.finish(importId)
    }
  }

  function wake(): void {
    if (isClosing || rest !== null) return
    isAskedAgain = true
    working ??= (async () => {
      while (isAskedAgain && !isClosing) {
        isAskedAgain = false
        await work()
      }
    })()
      .catch((error: unknown) => {
        onDefect(error)
        isAskedAgain = false
        rest = setTimeout(() => {
          rest = null
          wake()
        }, restMs)
      })
      .finally(() => {
        working = null
        if (isAskedAgain) wake()
      })
  }

  return {
    wake,
    interrupt: (importId) => {
      if (current?.importId === importId) current.controller.abort()
    },
    idle: async () => {
      while (working !== null) await working
    },
    close: async () => {
      isClosing = true
      if (rest !== null) clearTimeout(rest)
      current?.controller.abort()
      await working
    },
  }
}
