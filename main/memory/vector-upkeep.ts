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
  /** Up to here exact search serves by itself: it takes about as long as the index, and needs no process. */
  exactRowsMax: 20_000,
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
  missing(embedder: number, after: number, count: number): readonly MissingPassage[]
  put(embedder: EmbedderRow, vectors: ReadonlyArray<{ readonly passage: number; readonly vector: Float32Array }>): number
  count(embedder: number): number
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
  readonly exactRowsMax?: number
  /** Monotonic milliseconds. */
  readonly now?: () => number
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

const closed = fail('vectors.closed', 'The vector memory is closed.', 'Start Holdfast again.')

export function createVectorUpkeep(options: VectorUpkeepOptions): VectorUpkeep {
  const { store, index, exactRowsMax = upkeepLimits.exactRowsMax, now = () => performance.now() } = options
  const stop = new AbortController()
  const embedders = new Map<string, Embedder>()
  let wanted: Embedder | null = null
  let running: Promise<void> | null = null
  let isWoken = false
  let trouble: Failure | null = null
  /** The embedder whose vectors the index holds, all but `pending`. */
  let indexed: string | null = null
  let pending: VectorRow[] = []
  let rest = { untilMs: 0, lengthMs: upkeepLimits.restMsMin as number }

  const failIndex = (failure: Failure): void => {
    trouble = failure
    indexed = null
    pending = []
    rest = { untilMs: now() + rest.lengthMs, lengthMs: Math.min(rest.lengthMs * 2, upkeepLimits.restMsMax) }
  }

  const flush = async (): Promise<void> => {
    if (index === null || indexed === null || pending.length === 0) return
    const rows = pending
    const added = await index.add(rows)
    if (!added.ok) return failIndex(added.error)
    pending = pending.slice(rows.length)
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

  /** Opens the index for the active embedder when there are rows enough, and fills it anew when its rows are not SQLite's. */
  const openIndex = async (): Promise<void> => {
    const active = store.active()
    if (index === null || active === null || indexed === active.key || now() < rest.untilMs) return
    const rows = store.count(active.id)
    if (rows <= exactRowsMax) return
    const opened = await index.open(active.key, active.dimensions)
    if (!opened.ok && opened.error.code === 'vectors.unsupported_cpu') return failIndex(opened.error)
    if (!opened.ok || opened.value.rows !== rows) {
      const filled = await fillIndex(index, active)
      if (!filled.ok) return failIndex(filled.error)
    }
    indexed = active.key
    pending = []
    trouble = null
    rest = { untilMs: 0, lengthMs: upkeepLimits.restMsMin }
  }

  /** Embeds everything that this embedder lacks. False when it failed or was stopped. */
  const fill = async (embedder: Embedder): Promise<boolean> => {
    const row = store.register(embedder)
    if (store.active() === null) store.activate(row.id)
    for (let after = 0; ; ) {
      const missing = store.missing(row.id, after, upkeepLimits.passagesPerBatch)
      const last = missing.at(-1)
      if (last === undefined) return true
      after = last.passage
      const embedded = await embedder.embedPassages(missing.map(passageText), stop.signal)
      if (stop.signal.aborted) return false
      if (!embedded.ok) {
        trouble = embedded.error
        return false
      }
      const vectors = missing.flatMap(({ heading: _heading, text: _text, ...place }, i) => {
        const vector = embedded.value[i]
        return vector === undefined ? [] : [{ ...place, vector }]
      })
      store.put(row, vectors)
      if (indexed === row.key) pending.push(...vectors)
      if (pending.length >= upkeepLimits.rowsPerIndexWrite) await flush()
      await setImmediate()
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
    if (stop.signal.aborted || !(await fill(target)) || stop.signal.aborted) return
    const row = store.register(target)
    if (target === wanted && store.active()?.id !== row.id) store.activate(row.id)
    await openIndex()
    await flush()
    if (target === wanted) await dropIdle(row.id)
  }

  const run = async (): Promise<void> => {
    while (isWoken && !stop.signal.aborted) {
      isWoken = false
      await round()
    }
  }
  const wake = (): void => {
    isWoken = true
    running ??= run().finally(() => {
      running = null
    })
  }

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
      if (index === null || vectors <= exactRowsMax) return null
      if (indexed === embedderKey) return { index, pending: pending.map(({ passage }) => passage) }
      // A rested index gets its next chance when someone searches.
      if (now() >= rest.untilMs) wake()
      return null
    },
    onIndexFailure: failIndex,
    rebuild: async () => {
      await running
      const active = store.active()
      if (index === null || active === null) return ok(null)
      indexed = null
      const opened = await index.open(active.key, active.dimensions)
      if (!opened.ok && opened.error.code === 'vectors.unsupported_cpu') return opened
      const filled = await fillIndex(index, active)
      if (filled.ok) indexed = active.key
      else failIndex(filled.error)
      pending = []
      return filled
    },
    idle: async () => {
      while (running !== null) await running
    },
    trouble: () => trouble,
    close: async () => {
      stop.abort()
      await running
      await index?.close()
    },
  }
}
