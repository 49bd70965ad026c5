/**
 * Keeps vectors complete in the background: embeds what has none, swaps embedders once the new one is filled, and keeps the index in
 * step with SQLite. It must never hold up a search: until something is ready, exact search or words alone serve.
 *
 * Call `use(embedder)` at start and when the admitted embedding model changes; `wake()` after each document that became ready;
 * `removed(documents)` after documents were deleted; `idle()` to wait (the command line does before it ends); `close()` at the end.
 */
import { setImmediate } from 'node:timers/promises'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import type { Embedder, VectorIndex, VectorRow } from '../world.ts'
import { passageText } from './recall.ts'

export const upkeepLimits = {
  passagesPerBatch: 64,
  /**
   * Up to here (100,000 vectors of 512 dimensions, 200 MB) exact search serves by itself. Measured on two busy cores at 20,000: 9 ms,
   * where the index without a graph takes 40, and its graph is built from 100,000 rows on.
   */
  exactFloatsMax: 51_200_000,
  rowsPerIndexWrite: 2_000,
  vectorsDroppedPerTurn: 500,
  /** After a failure the index rests this long, and twice as long after each further one. */
  restMsMin: 5_000,
  restMsMax: 600_000,
} as const

interface EmbedderRow {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly dimensions: number
}

interface MissingPassage {
  readonly passage: number
  readonly document: number
  readonly collection: number
  readonly label: number
  readonly heading: string
  readonly text: string
}

/** The store's vector functions, bound to the writing connection. */
export interface VectorStore {
  register(embedder: { readonly key: string; readonly name: string; readonly dimensions: number }): EmbedderRow
  active(): EmbedderRow | null
  activate(embedder: number): void
  missing(
    embedder: number,
    after: number,
    count: number,
  ): { readonly passages: readonly MissingPassage[]; readonly scannedTo: number; readonly isEnd: boolean }
  settled(): number
  put(embedder: EmbedderRow, vectors: ReadonlyArray<{ readonly passage: number; readonly vector: Float32Array }>): number
  count(embedder: number): number
  summary(embedder: number, after: number): { readonly rows: number; readonly checksum: number; readonly lastId: number | null }
  read(embedder: number, after: number, count: number): ReadonlyArray<VectorRow & { readonly id: number }>
  dropIdle(kept: number, count: number): number
}

/** An index that is in step, and the passages that SQLite has and it has not yet: searches look at those themselves. */
export interface ReadyIndex {
  readonly index: VectorIndex
  readonly pending: readonly number[]
}

export interface VectorUpkeepOptions {
  readonly store: VectorStore
  /** Null where there is none: exact search serves at any size. */
  readonly index: VectorIndex | null
  /** Replaces `exactFloatsMax` by a number of rows. */
  readonly exactRowsMax?: number
  readonly restMsMin?: number
}

export interface VectorUpkeep {
  use(embedder: Embedder): void
  wake(): void
  removed(documents: readonly number[]): void
  indexOf(embedderKey: string, vectors: number): ReadyIndex | null
  onIndexFailure(failure: Failure): void
  /** Throws the index away and fills it again from SQLite. */
  rebuild(): Promise<Result<null>>
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>
  /** The last failure of embedding or index, for the doctor; null when all is well. */
  trouble(): Failure | null
  close(): Promise<void>
}

/** Failures that say nothing about the index's files. */
const harmless = new Set(['vectors.not_open', 'vectors.unsupported_cpu', 'child.closed', 'child.memory'])
const notStored = fail('vectors.not_stored', 'New vectors could not be stored.', 'See that the disk has room; it is tried again by itself.')
const closed = fail('vectors.closed', 'The vector memory is closed.', 'Start Holdfast again.')

export function createVectorUpkeep(options: VectorUpkeepOptions): VectorUpkeep {
  const { store, index, restMsMin = upkeepLimits.restMsMin } = options
  const exactRowsMax = (dimensions: number) => options.exactRowsMax ?? Math.floor(upkeepLimits.exactFloatsMax / dimensions)
  const stop = new AbortController()
  const embedders = new Map<string, Embedder>()
  /** By embedder: no passage up to this one lacks its vector. */
  const complete = new Map<string, number>()
  let wanted: Embedder | null = null
  let running: Promise<void> | null = null
  let isWoken = false
  let retry: NodeJS.Timeout | null = null
  let restMs: number = restMsMin
  let isIndexResting = false
  let embeddingTrouble: Failure | null = null
  let indexTrouble: Failure | null = null
  /** The embedder whose vectors the index holds, all but `pending`. */
  let indexed: string | null = null
  let pending: VectorRow[] = []
  /** The index's files may be damaged though it opens: they are written anew before it serves again. */
  let isSuspect = false

  const tryAgainLater = (ms: number): void => {
    if (retry !== null || stop.signal.aborted) return
    retry = setTimeout(() => {
      retry = null
      isIndexResting = false
      wake()
    }, ms)
    retry.unref()
  }

  const failIndex = (failure: Failure): void => {
    isSuspect ||= !harmless.has(failure.code)
    indexed = null
    pending = []
    indexTrouble = failure
    if (isIndexResting) return
    isIndexResting = true
    tryAgainLater(restMs)
    restMs = Math.min(restMs * 2, upkeepLimits.restMsMax)
  }

  const flush = async (): Promise<void> => {
    if (index === null || indexed === null || pending.length === 0) return
    const sent = new Set(pending)
    const added = await index.add([...sent])
    if (!added.ok) return failIndex(added.error)
    pending = pending.filter((row) => !sent.has(row))
  }

  const fillIndex = async (target: VectorIndex, row: EmbedderRow): Promise<Result<null>> => {
    const cleared = await target.clear()
    if (!cleared.ok) return cleared
    for (let after = 0; ; ) {
      if (stop.signal.aborted) return closed
      const rows = store.read(row.id, after, upkeepLimits.rowsPerIndexWrite)
      const last = rows.at(-1)
      if (last === undefined) return target.optimise()
      after = last.id
      const added = await target.add(rows)
      if (!added.ok) return added
    }
  }

  const isInStep = async (row: EmbedderRow, found: { readonly rows: number; readonly checksum: number }): Promise<boolean> => {
    let rows = 0
    let checksum = 0
    for (let after: number | null = 0; after !== null; ) {
      const slice: ReturnType<VectorStore['summary']> = store.summary(row.id, after)
      rows += slice.rows
      checksum += slice.checksum
      after = slice.lastId
      await setImmediate()
    }
    return found.rows === rows && found.checksum === checksum
  }

  /** Opens the index for the active embedder when there are rows enough, and fills it anew when its rows are not SQLite's. */
  const openIndex = async (): Promise<void> => {
    const active = store.active()
    if (index === null || active === null || indexed === active.key || isIndexResting) return
    if (store.count(active.id) <= exactRowsMax(active.dimensions)) return
    const opened = await index.open(active.key, active.dimensions)
    if (!opened.ok && opened.error.code === 'vectors.unsupported_cpu') return failIndex(opened.error)
    if (isSuspect || !opened.ok || !(await isInStep(active, opened.value))) {
      const filled = await fillIndex(index, active)
      if (!filled.ok) return failIndex(filled.error)
    }
    indexed = active.key
    isSuspect = false
    pending = []
    indexTrouble = null
    restMs = restMsMin
  }

  /** Embeds everything that this embedder lacks. False when it failed or was stopped. */
  const fill = async (embedder: Embedder): Promise<boolean> => {
    const row = store.register(embedder)
    if (store.active() === null) store.activate(row.id)
    for (let after = complete.get(row.key) ?? 0; ; await setImmediate()) {
      const settled = store.settled()
      const { passages, scannedTo, isEnd } = store.missing(row.id, after, upkeepLimits.passagesPerBatch)
      after = scannedTo
      if (passages.length > 0) {
        const embedded = await embedder.embedPassages(passages.map(passageText), stop.signal)
        if (stop.signal.aborted) return false
        if (!embedded.ok) {
          embeddingTrouble = embedded.error
          tryAgainLater(restMsMin)
          return false
        }
        const vectors = passages.flatMap(({ passage, document, collection, label }, i) => {
          const vector = embedded.value[i]
          return vector === undefined ? [] : [{ passage, document, collection, label, vector }]
        })
        store.put(row, vectors)
        if (indexed === row.key) pending.push(...vectors)
        if (pending.length >= upkeepLimits.rowsPerIndexWrite) await flush()
      }
      if (stop.signal.aborted) return false
      if (isEnd) {
        complete.set(row.key, Math.min(settled, scannedTo))
        embeddingTrouble = null
        return true
      }
    }
  }

  const dropIdle = async (kept: number): Promise<void> => {
    while (!stop.signal.aborted && store.dropIdle(kept, upkeepLimits.vectorsDroppedPerTurn) > 0) await setImmediate()
  }

  const round = async (): Promise<void> => {
    const target = wanted
    if (target === null) return
    const active = store.active()
    const serving = active === null || active.key === target.key ? undefined : embedders.get(active.key)
    if (serving !== undefined) await fill(serving)
    const isFilled = !stop.signal.aborted && (await fill(target))
    if (stop.signal.aborted) return
    const row = store.register(target)
    if (isFilled && target === wanted && store.active()?.id !== row.id) store.activate(row.id)
    await openIndex()
    await flush()
    if (isFilled && target === wanted) {
      await dropIdle(row.id)
      for (const key of complete.keys()) if (key !== target.key) complete.delete(key)
    }
  }

  const run = async (): Promise<void> => {
    while (isWoken && !stop.signal.aborted) {
      isWoken = false
      try {
        await round()
      } catch {
        // A full disk, say. What is missing stays missing, and is looked for again.
        embeddingTrouble = notStored.error
        tryAgainLater(restMsMin)
      }
    }
  }
  const wake = (): void => {
    isWoken = true
    running ??= run().finally(() => {
      running = null
      if (isWoken && !stop.signal.aborted) wake()
    })
  }
  const idle = async (): Promise<void> => {
    while (running !== null) await running
  }

  const currentTrouble = (): Failure | null => indexTrouble ?? embeddingTrouble

  return {
    use: (embedder) => {
      embedders.set(embedder.key, embedder)
      wanted = embedder
      wake()
    },
    wake,
    removed: (documents) => {
      const gone = new Set(documents)
      pending = pending.filter(({ document }) => !gone.has(document))
      if (index === null || indexed === null) return
      void index.removeDocuments(documents).then((removed) => {
        if (!removed.ok) failIndex(removed.error)
      })
    },
    indexOf: (embedderKey, vectors) => {
      const dimensions = embedders.get(embedderKey)?.dimensions ?? 1
      if (index === null || indexed !== embedderKey || vectors <= exactRowsMax(dimensions)) return null
      return { index, pending: pending.map(({ passage }) => passage) }
    },
    onIndexFailure: failIndex,
    rebuild: async () => {
      await idle()
      indexed = null
      isSuspect = true
      isIndexResting = false
      indexTrouble = null
      wake()
      await idle()
      const failure = currentTrouble()
      return failure === null ? ok(null) : { ok: false, error: failure }
    },
    idle,
    trouble: currentTrouble,
    close: async () => {
      stop.abort()
      if (retry !== null) clearTimeout(retry)
      await running
      await index?.close()
    },
  }
}
