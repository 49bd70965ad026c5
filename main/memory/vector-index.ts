/**
 * The core's end of the vector index: LanceDB in its own process. Every failure is a value that means "search exactly instead"; it must
 * never start the process on a processor that cannot run it.
 */
import { createHash } from 'node:crypto'
import { extname, join } from 'node:path'
import * as z from 'zod'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Child, ChildHost, VectorIndex } from '../world.ts'
import { canLoadVectorIndex, thisMachine } from './cpu.ts'
import { toColumns, type VectorMessage } from './vector-messages.ts'

const limits = {
  residentBytesMax: 4 * 1024 * 1024 * 1024,
  openMs: 60_000,
  searchMs: 10_000,
  writeMs: 120_000,
  /** Building a graph over a million rows takes minutes. */
  optimiseMs: 3_600_000,
} as const

const entry = join(import.meta.dirname, `vector-child${extname(import.meta.filename)}`)

const OpenReply = z.object({ rows: z.number(), checksum: z.number() })
const SearchReply = z.object({ passages: z.instanceof(Float64Array), similarities: z.instanceof(Float64Array) })

const notOpen = fail('vectors.not_open', 'The vector index is not open.', 'Exact search serves; the index is opened again by itself.')
const noCpu = fail('vectors.unsupported_cpu', 'This processor lacks AVX2, which the vector index needs.', 'Exact search serves instead.')
const badReply = fail(
  'vectors.bad_reply',
  'The vector index gave an answer that makes no sense.',
  'Exact search serves; the index is rebuilt.',
)

export interface VectorIndexOptions {
  readonly children: ChildHost
  /** Only this folder is written; deleting it loses nothing. */
  readonly folder: string
  readonly machine?: Parameters<typeof canLoadVectorIndex>[0]
}

/** A folder name for an embedder's vectors. */
const tableOf = (embedderKey: string): string => `v${createHash('sha256').update(embedderKey).digest('hex').slice(0, 24)}`

export function createVectorIndex(options: VectorIndexOptions): VectorIndex {
  const { children, folder, machine = thisMachine() } = options
  let child: Child | null = null
  let dimensions = 0
  let table: string | null = null

  const send = async (message: VectorMessage, deadlineMs: number): Promise<Result<unknown>> => {
    const running = child
    if (running === null) return notOpen
    return running.request({ message, deadlineMs, silenceMsMax: deadlineMs })
  }
  const sendForNothing = async (message: VectorMessage, deadlineMs: number): Promise<Result<null>> => {
    const reply = await send(message, deadlineMs)
    return reply.ok ? ok(null) : reply
  }
  const start = (): Child => {
    const started = children.start({ name: 'vectors', entry, residentBytesMax: limits.residentBytesMax, isolateNetwork: true })
    void started.ended.then(() => {
      if (child === started) child = null
    })
    return started
  }
  const openAs = async (message: VectorMessage): Promise<Result<{ readonly rows: number; readonly checksum: number }>> => {
    if (!canLoadVectorIndex(machine)) return noCpu
    child ??= start()
    const reply = await send(message, limits.openMs)
    if (!reply.ok) return reply
    const parsed = OpenReply.safeParse(reply.value)
    return parsed.success ? ok(parsed.data) : badReply
  }

  return {
    open: (embedderKey, size) => {
      table = tableOf(embedderKey)
      dimensions = size
      return openAs({ kind: 'open', folder, table, dimensions })
    },
    clear: async () => {
      if (table === null) return notOpen
      const cleared = await openAs({ kind: 'clear', folder, table, dimensions })
      return cleared.ok ? ok(null) : cleared
    },
    add: (rows) =>
      rows.length === 0 ? Promise.resolve(ok(null)) : sendForNothing({ kind: 'add', columns: toColumns(rows, dimensions) }, limits.writeMs),
    removeDocuments: (documents) =>
      documents.length === 0 ? Promise.resolve(ok(null)) : sendForNothing({ kind: 'removeDocuments', documents }, limits.writeMs),
    search: async (vector, count, filter) => {
      const reply = await send({ kind: 'search', vector, count, filter }, limits.searchMs)
      if (!reply.ok) return reply
      const parsed = SearchReply.safeParse(reply.value)
      if (!parsed.success) return badReply
      const { passages, similarities } = parsed.data
      return ok(Array.from(passages, (passage, i) => ({ passage, similarity: similarities[i] ?? 0 })))
    },
    optimise: () => sendForNothing({ kind: 'optimise' }, limits.optimiseMs),
    close: async () => {
      await child?.close()
      child = null
    },
  }
}
