/**
 * The core's end of the read-only worker: searches run beside the event loop, on their own connection. It must never reject: a
 * worker that died is a failure, and the next call starts another.
 */
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '../domain/result.ts'
import type { VectorFilter, VectorHit } from '../world.ts'
import type { NearestQuery } from './exact-search.ts'
import type { LexicalHit, LexicalQuery, PassageRow, TermCounts } from './passages.ts'
import type { Replayed } from './replay.ts'
import type { ComparedRuns } from './run-diff.ts'
import type { ExportRequest } from './run-export.ts'
import type { CheckedFile, CheckRequest, ExportPiece } from './run-files.ts'
import type { EmbedderRow } from './vectors.ts'

const entry = join(import.meta.dirname, `reader-worker${extname(import.meta.filename)}`)

export type ServingEmbedder = EmbedderRow & { readonly vectors: number }

/** What the worker can be asked for. */
export interface ReaderCalls {
  searchTerms(query: LexicalQuery): LexicalHit[]
  countTerms(terms: readonly string[]): TermCounts
  readPassages(passages: readonly number[], filter: VectorFilter): PassageRow[]
  /** The active embedder and how many vectors it has; null before there is one. */
  serving(): ServingEmbedder | null
  nearest(query: NearestQuery): VectorHit[]
  rescore(query: NearestQuery, candidates: readonly number[]): VectorHit[]
  /** `ok`, or what is wrong with the database's pages. Reads all of them. */
  quickCheck(): string
  /** Folds the log of one run again and compares; null when there is no such run. */
  replayRun(runId: string, blobs: string): Replayed | null
  /** Two runs side by side; null when one of them is not there. */
  compareRuns(a: string, b: string, blobs: string): ComparedRuns | null
  /** A piece of an ended run's file, from `offset`. */
  exportRun(request: ExportRequest, offset: number): Result<ExportPiece>
  /** Reads a file that says it is a run, and checks all of it. */
  checkRunFile(request: CheckRequest): Result<CheckedFile>
}

/** The same calls from the core: each is a promise of a result. */
export type Reader = {
  readonly [Name in keyof ReaderCalls]: (...args: Parameters<ReaderCalls[Name]>) => Promise<Result<ReturnType<ReaderCalls[Name]>>>
} & { close(): Promise<void> }

export interface ReaderRequest {
  readonly id: number
  readonly name: keyof ReaderCalls
  readonly args: readonly unknown[]
}
export type ReaderReply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly failed: string }

const hint = 'Try again; if it happens again, restart Holdfast and look at its log.'
const gone = fail('store.reader_gone', 'The search worker ended before it answered.', hint)
const closed = fail('store.reader_closed', 'The holdings are closed.', 'Start Holdfast again.')
const broken = fail('store.reader_failed', 'The holdings could not be read.', hint)

/** `file` is the database; it must be open for writing already, so that its schema is current. */
export function createReader(file: string, tenant: string): Reader {
  let worker: Worker | null = null
  let isClosed = false
  let nextId = 1
  const pending = new Map<number, (result: Result<unknown>) => void>()

  const start = (): Worker => {
    const started = new Worker(entry, { workerData: { file, tenant } })
    started.unref()
    const end = () => {
      if (worker !== started) return
      worker = null
      for (const resolve of pending.values()) resolve(isClosed ? closed : gone)
      pending.clear()
    }
    started.on('message', (message) => {
      const reply = message as ReaderReply
      const resolve = pending.get(reply.id)
      pending.delete(reply.id)
      if (pending.size === 0) started.unref()
      resolve?.('failed' in reply ? broken : ok(reply.value))
    })
    started.on('error', end)
    started.on('exit', end)
    return started
  }

  const call = (name: keyof ReaderCalls, args: readonly unknown[]): Promise<Result<unknown>> => {
    if (isClosed) return Promise.resolve(closed)
    worker ??= start()
    const running = worker
    return new Promise((resolve) => {
      const id = nextId++
      pending.set(id, resolve)
      // A process may end when nothing is asked, and must not while something is.
      running.ref()
      running.postMessage({ id, name, args } satisfies ReaderRequest)
    })
  }
  /** The reply's type follows from the call's name; the worker's table is checked against the same interface. */
  const typed =
    <Name extends keyof ReaderCalls>(name: Name) =>
    (...args: Parameters<ReaderCalls[Name]>) =>
      call(name, args) as Promise<Result<ReturnType<ReaderCalls[Name]>>>

  return {
    searchTerms: typed('searchTerms'),
    countTerms: typed('countTerms'),
    readPassages: typed('readPassages'),
    serving: typed('serving'),
    nearest: typed('nearest'),
    rescore: typed('rescore'),
    quickCheck: typed('quickCheck'),
    replayRun: typed('replayRun'),
    compareRuns: typed('compareRuns'),
    exportRun: typed('exportRun'),
    checkRunFile: typed('checkRunFile'),
    close: async () => {
      isClosed = true
      await worker?.terminate()
    },
  }
}
