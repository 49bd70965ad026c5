/**
 * Keeps the vector index in step with SQLite: opens it when there are rows enough, fills it anew when its rows are not SQLite's, hands
 * on what was added and removed, and lets it rest after a failure. It must never hold up a search or the embedding: until the index is
 * ready, and whenever it is not, exact search serves.
 */
import { setImmediate } from 'node:timers/promises'
import { type Failure, fail, type Result } from '../domain/result.ts'
import type { VectorIndex, VectorRow } from '../world.ts'

export const followLimits = {
  /**
   * Up to here (100,000 vectors of 512 dimensions, 200 MB) exact search serves by itself. Measured on two busy cores at 20,000: 9 ms,
   * where the index without a graph took 40. Its graph is built from 100,000 rows on.
   */
  exactFloatsMax: 51_200_000,
  rowsPerWrite: 2_000,
  /** Passages that a search may look at itself because the index has them not yet; with more of them exact search serves. */
  pendingMax: 4_000,
  /** Each write leaves a fragment, and fragments make searches slow. */
  writesPerOptimise: 20,
  /** After a failure the index rests this long, and twice as long after each further one. */
  restMsMin: 5_000,
  restMsMax: 600_000,
} as const

export interface FollowedEmbedder {
  readonly id: number
  readonly key: string
  readonly dimensions: number
}

/** What the follower reads of the store. */
export interface FollowedStore {
  count(embedder: number): number
  /** Sums over the next vectors after `after`; `lastId` is null at the end. */
  summary(embedder: number, after: number): { readonly rows: number; readonly checksum: number; readonly lastId: number | null }
  read(embedder: number, after: number, count: number): ReadonlyArray<VectorRow & { readonly id: number }>
  /** The same of one document. */
  ofDocument(embedder: number, document: number, after: number, count: number): ReadonlyArray<VectorRow & { readonly id: number }>
}

/** An index that is in step, and the passages that SQLite has and it has not yet: searches look at those themselves. */
export interface ReadyIndex {
  readonly index: VectorIndex
  readonly pending: readonly number[]
}

export interface IndexFollowerOptions {
  readonly store: FollowedStore
  readonly index: VectorIndex
  /** Replaces `exactFloatsMax` by a number of rows. */
  readonly exactRowsMax?: number | undefined
  readonly restMsMin?: number | undefined
  /** Called when there is something to do that nobody else would notice. */
  readonly wake: () => void
  readonly signal: AbortSignal
}

export interface IndexFollower {
  /** One step: opens, fills or hands on what is due for the embedder that serves. */
  follow(active: FollowedEmbedder): Promise<void>
  /** Vectors were stored for these passages. */
  stored(embedderKey: string, passages: readonly number[]): void
  removed(documents: readonly number[]): void
  /** These documents, with these passages, have other labels now. */
  moved(documents: readonly number[], passages: readonly number[]): void
  ready(embedderKey: string): ReadyIndex | null
  failed(failure: Failure): void
  /** The next `follow` throws the index away and fills it again. */
  distrust(): void
  /** Resolves when no optimisation is under way. */
  optimised(): Promise<void>
  trouble(): Failure | null
}

/** Failures that say nothing about the index's files. */
const harmless = new Set(['vectors.not_open', 'vectors.unsupported_cpu', 'child.closed', 'child.memory'])
const stopped = fail('vectors.closed', 'The vector memory is closed.', 'Start Holdfast again.')

export function createIndexFollower(options: IndexFollowerOptions): IndexFollower {
  const { store, index, wake, signal, restMsMin = followLimits.restMsMin } = options
  /** The embedder whose vectors the index holds up to `lastId`, all but `pending` and `gone`. */
  let followed: { readonly key: string; readonly id: number; lastId: number } | null = null
  let isServing = false
  let pending: number[] = []
  let gone: number[] = []
  let moved: number[] = []
  let writes = 0
  let optimising: Promise<void> | null = null
  let isSuspect = false
  let isResting = false
  let restMs: number = restMsMin
  let trouble: Failure | null = null

  const failed = (failure: Failure): void => {
    isSuspect ||= !harmless.has(failure.code)
    followed = null
    isServing = false
    trouble = failure
    if (isResting || signal.aborted) return
    isResting = true
    setTimeout(() => {
      isResting = false
      if (!signal.aborted) wake()
    }, restMs).unref()
    restMs = Math.min(restMs * 2, followLimits.restMsMax)
  }

  /** Runs beside everything else, since a graph over many rows takes minutes to build; writes wait for its end, searches do not. */
  const optimise = (): void => {
    writes = 0
    const target = followed
    optimising = index.optimise().then((result) => {
      optimising = null
      if (target !== followed) return
      if (!result.ok) return failed(result.error)
      isServing = true
      restMs = restMsMin
      if (!signal.aborted) wake()
    })
  }

  /** Takes a document out of the index and puts it back under its new labels; what was not handed on yet follows in its turn. */
  const moveDocument = async (target: NonNullable<typeof followed>, document: number): Promise<Failure | null> => {
    const removed = await index.removeDocuments([document])
    if (!removed.ok) return removed.error
    for (let after = 0; !signal.aborted && followed === target; ) {
      const rows = store.ofDocument(target.id, document, after, followLimits.rowsPerWrite).filter(({ id }) => id <= target.lastId)
      const last = rows.at(-1)
      if (last === undefined) break
      const added = await index.add(rows)
      if (!added.ok) return added.error
      after = last.id
      const sent = new Set(rows.map(({ passage }) => passage))
      pending = pending.filter((passage) => !sent.has(passage))
      writes++
      await setImmediate()
    }
    return null
  }

  const handOn = async (isFilling: boolean): Promise<void> => {
    const target = followed
    if (target === null) return
    if (gone.length > 0) {
      const documents = gone
      gone = []
      const removed = await index.removeDocuments(documents)
      if (!removed.ok) return failed(removed.error)
    }
    for (let document = moved.shift(); document !== undefined && !signal.aborted && followed === target; document = moved.shift()) {
      const failure = await moveDocument(target, document)
      if (failure !== null) return failed(failure)
    }
    while (!signal.aborted && followed === target) {
      const rows = store.read(target.id, target.lastId, followLimits.rowsPerWrite)
      const last = rows.at(-1)
      if (last === undefined) break
      const added = await index.add(rows)
      if (!added.ok) return failed(added.error)
      target.lastId = last.id
      const sent = new Set(rows.map(({ passage }) => passage))
      pending = pending.filter((passage) => !sent.has(passage))
      if (!isFilling) writes++
      await setImmediate()
    }
  }

  /** The highest vector id when the index holds exactly SQLite's rows, else null. */
  const inStep = async (id: number, found: { readonly rows: number; readonly checksum: number }): Promise<number | null> => {
    let rows = 0
    let checksum = 0
    let lastId = 0
    for (;;) {
      const slice = store.summary(id, lastId)
      rows += slice.rows
      checksum += slice.checksum
      if (slice.lastId === null) break
      lastId = slice.lastId
      await setImmediate()
    }
    return found.rows === rows && found.checksum === checksum ? lastId : null
  }

  const open = async ({ id, key, dimensions }: FollowedEmbedder): Promise<void> => {
    const opened = await index.open(key, dimensions)
    if (!opened.ok && opened.error.code === 'vectors.unsupported_cpu') return failed(opened.error)
    const lastId = isSuspect || !opened.ok ? null : await inStep(id, opened.value)
    pending = []
    gone = []
    moved = []
    if (lastId === null) {
      const cleared: Result<null> = signal.aborted ? stopped : await index.clear()
      if (!cleared.ok) return failed(cleared.error)
      followed = { key, id, lastId: 0 }
      await handOn(true)
      if (followed !== null) optimise()
    } else {
      followed = { key, id, lastId }
      isServing = true
      restMs = restMsMin
    }
    if (followed !== null) {
      isSuspect = false
      trouble = null
    }
  }

  return {
    follow: async (active) => {
      if (isResting || optimising !== null || signal.aborted) return
      if (followed !== null && followed.key !== active.key) {
        followed = null
        isServing = false
      }
      const rowsMax = options.exactRowsMax ?? Math.floor(followLimits.exactFloatsMax / active.dimensions)
      if (followed === null) {
        if (store.count(active.id) <= rowsMax) return
        await open(active)
      } else {
        await handOn(false)
        if (writes >= followLimits.writesPerOptimise && followed !== null) optimise()
      }
    },
    stored: (embedderKey, passages) => {
      if (followed?.key === embedderKey) pending.push(...passages)
    },
    removed: (documents) => {
      if (followed === null) return
      gone.push(...documents)
      wake()
    },
    moved: (documents, passages) => {
      if (followed === null) return
      moved.push(...documents)
      // Until the index has their new labels, searches look at them themselves.
      for (const passage of passages) pending.push(passage)
      wake()
    },
    ready: (embedderKey) =>
      isServing && followed?.key === embedderKey && pending.length <= followLimits.pendingMax ? { index, pending } : null,
    failed,
    distrust: () => {
      followed = null
      isServing = false
      isSuspect = true
      isResting = false
      trouble = null
    },
    optimised: async () => {
      while (optimising !== null) await optimising
    },
    trouble: () => trouble,
  }
}
