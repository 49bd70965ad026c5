/** The read-only worker: its own connection, one call at a time, nothing but reading. */
import { parentPort, workerData } from 'node:worker_threads'
import { createExactSearch } from './exact-search.ts'
import { openReader } from './open.ts'
import { createTermCounter, readPassages, searchTerms } from './passages.ts'
import type { ReaderCalls, ReaderReply, ReaderRequest, ServingEmbedder } from './reader.ts'
import { replayRun } from './replay.ts'
import { compareRuns } from './run-diff.ts'
import { checkFile, createExporter } from './run-files.ts'
import { activeEmbedder, countVectors } from './vectors.ts'

const { file, tenant } = workerData as { readonly file: string; readonly tenant: string }
const db = openReader(file)
/** Counting vectors takes milliseconds, and only a commit changes their number. */
let counted: { readonly version: unknown; readonly serving: ServingEmbedder | null } | null = null
function serving(): ServingEmbedder | null {
  const version = db.pragma('data_version', { simple: true })
  if (counted === null || counted.version !== version) {
    const embedder = activeEmbedder(db, tenant)
    counted = { version, serving: embedder === null ? null : { ...embedder, vectors: countVectors(db, tenant, embedder.id) } }
  }
  return counted.serving
}

const exact = createExactSearch(db, tenant)

const calls: ReaderCalls = {
  searchTerms: (query) => searchTerms(db, tenant, query),
  countTerms: createTermCounter(db, tenant),
  readPassages: (passages, filter) => readPassages(db, tenant, passages, filter),
  serving,
  nearest: (query) => exact.nearest(query),
  rescore: (query, candidates) => exact.rescore(query, candidates),
  quickCheck: () => String(db.pragma('quick_check', { simple: true })),
  replayRun: (runId, blobs) => replayRun(db, tenant, blobs, runId),
  compareRuns: (a, b, blobs) => compareRuns(db, tenant, blobs, a, b),
  exportRun: createExporter(db),
  checkRunFile: checkFile,
}

parentPort?.on('message', (message) => {
  const { id, name, args } = message as ReaderRequest
  let reply: ReaderReply
  try {
    // The request's type ties a name to its arguments; the table lookup cannot show that to the compiler.
    const call = calls[name] as (...values: readonly unknown[]) => unknown
    reply = { id, value: call(...args) }
  } catch (error) {
    reply = { id, failed: error instanceof Error ? error.message : 'unknown' }
  }
  parentPort?.postMessage(reply)
})
