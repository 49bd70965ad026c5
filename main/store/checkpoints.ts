/**
 * Copies the write-ahead log back into the database from a thread of its own, so that no commit ever waits for it. It starts nothing
 * while the log is short, and writes nothing but what was committed already.
 */
import { statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'

const limits = { lookMs: 500, walBytesMax: 4 * 1024 * 1024 } as const

const entry = join(import.meta.dirname, `checkpoint-worker${extname(import.meta.filename)}`)

export interface Checkpoints {
  /** Call it before the database is closed. */
  close(): Promise<void>
}

/** For a database that is not written. */
export const noCheckpoints: Checkpoints = { close: () => Promise.resolve() }

/** `file` is the database; it is open for writing in this process, which does no checkpoints itself. */
export function keepCheckpoints(file: string): Checkpoints {
  let worker: Worker | null = null
  let isWorking = false

  const start = (): Worker => {
    const started = new Worker(entry, { workerData: { file } })
    started.unref()
    started.on('message', () => {
      isWorking = false
    })
    started.on('error', () => {
      // Nothing is lost: the log only grows until the next thread does better.
      worker = null
      isWorking = false
    })
    return started
  }
  const look = setInterval(() => {
    const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
    if (isWorking || size <= limits.walBytesMax) return
    isWorking = true
    worker ??= start()
    worker.postMessage(null)
  }, limits.lookMs)
  look.unref()

  return {
    close: async () => {
      clearInterval(look)
      await worker?.terminate()
    },
  }
}
