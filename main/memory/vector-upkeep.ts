/**
 * Keeps vectors complete in the background: embeds what has none, swaps embedders once the new one is filled, and has the
 * index follow. It must never hold up a search: until something is ready, exact search or words alone serve.
 *
 * Call `use(embedder)` at start and when the admitted embedding model changes; `wake()` after each document that became ready;
 * `removed(documents)` after documents were deleted, `moved` after they were relabelled; `idle()` to wait (the command line does before it ends); `close()` at the end.
 */
import { setImmediate } from 'node:timers/promises'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import type { Embedder, VectorIndex } from '../world.ts'
import { createIndexFollower, type FollowedEmbedder, type FollowedStore, type ReadyIndex } from './index-follower.ts'
import { passageText } from './recall.ts'

export const upkeepLimits = { passagesPerBatch: 64, vectorsDroppedPerTurn: 500, retryMs: 5_000 } as const

interface EmbedderRow extends FollowedEmbedder {
  readonly name: string
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
export interface VectorStore extends FollowedStore {
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
  dropIdle(kept: number, count: number): number
}

export interface VectorUpkeepOptions {
  readonly store: VectorStore
  /** Null where there is none: exact search serves at any size. */
  readonly index: VectorIndex | null
  /** Replaces the follower's own threshold between exact search and index by a number of rows. */
  readonly exactRowsMax?: number
  /** How long embedding, or the index, rests after its first failure. */
  readonly restMsMin?: number
}

export interface VectorUpkeep {
  use(embedder: Embedder): void
  wake(): void
  removed(documents: readonly number[]): void
  /** After documents were relabelled, with their passages. */
  moved(documents: readonly number[], passages: readonly number[]): void
  indexOf(embedderKey: string): ReadyIndex | null
  onIndexFailure(failure: Failure): void
  /** Throws the index away and fills it again from SQLite. */
  rebuild(): Promise<Result<null>>
  /** Resolves when every passage has its vector and the index holds them; a graph may still be built beside that. */
  idle(): Promise<void>
  /** The last failure of embedding or index, for the doctor; null when all is well. */
  trouble(): Failure | null
  close(): Promise<void>
}

const notStored = fail('vectors.not_stored', 'New vectors could not be stored.', 'See that the disk has room; it is tried again by itself.')

export function createVectorUpkeep(options: VectorUpkeepOptions): VectorUpkeep {
  const { store, index, exactRowsMax, restMsMin = upkeepLimits.retryMs } = options
  const stop = new AbortController()
  const follower =
    index === null ? null : createIndexFollower({ store, index, exactRowsMax, restMsMin, wake: () => wake(), signal: stop.signal })
  const embedders = new Map<string, Embedder>()
  /** By embedder: no passage up to this one lacks its vector. */
  const complete = new Map<string, number>()
  let wanted: Embedder | null = null
  let running: Promise<void> | null = null
  let isWoken = false
  let retry: NodeJS.Timeout | null = null
  let embeddingTrouble: Failure | null = null

  const tryAgainLater = (failure: Failure): void => {
    embeddingTrouble = failure
    if (retry !== null || stop.signal.aborted) return
    retry = setTimeout(() => {
      retry = null
      wake()
    }, restMsMin)
    retry.unref()
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
          tryAgainLater(embedded.error)
          return false
        }
        const vectors = passages.flatMap(({ passage }, i) => {
          const vector = embedded.value[i]
          return vector === undefined ? [] : [{ passage, vector }]
        })
        store.put(row, vectors)
        follower?.stored(
          row.key,
          vectors.map(({ passage }) => passage),
        )
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
    const serves = store.active()
    if (serves !== null) await follower?.follow(serves)
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
        tryAgainLater(notStored.error)
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

  return {
    use: (embedder) => {
      embedders.set(embedder.key, embedder)
      wanted = embedder
      wake()
    },
    wake,
    removed: (documents) => follower?.removed(documents),
    moved: (documents, passages) => follower?.moved(documents, passages),
    indexOf: (embedderKey) => follower?.ready(embedderKey) ?? null,
    onIndexFailure: (failure) => follower?.failed(failure),
    rebuild: async () => {
      if (follower === null) return ok(null)
      await idle()
      await follower.optimised()
      follower.distrust()
      wake()
      await idle()
      await follower.optimised()
      const failure = follower.trouble()
      return failure === null ? ok(null) : { ok: false, error: failure }
    },
    idle,
    trouble: () => follower?.trouble() ?? embeddingTrouble,
    close: async () => {
      stop.abort()
      if (retry !== null) clearTimeout(retry)
      // Closing the index first ends what waits for it.
      await index?.close()
      await running
    },
  }
}
