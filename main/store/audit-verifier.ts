/** The core's end of the verifying thread. It never rejects; cancelling ends the thread. */
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '../domain/result.ts'
import type { AuditJob, AuditJobReply } from './audit-worker.ts'

const entry = join(import.meta.dirname, `audit-worker${extname(import.meta.filename)}`)

export type AuditJobDone = Extract<AuditJobReply, { readonly verified: unknown }>

const cancelled = fail('audit.cancelled', 'The verification was cancelled.', 'Start it again when you want to.')
const failed = fail('audit.unreadable', 'The log could not be read to its end.', 'Run the self-check, and look at the log of Holdfast.')

export interface JobWatch {
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export function runAuditJob(job: AuditJob, { onProgress, signal }: JobWatch = {}): Promise<Result<AuditJobDone>> {
  if (signal?.aborted === true) return Promise.resolve(cancelled)
  return new Promise((resolve) => {
    const worker = new Worker(entry, { workerData: job })
    let isEnded = false
    const end = (result: Result<AuditJobDone>) => {
      // A thread that has said its result ends after it; only the first word counts.
      if (isEnded) return
      isEnded = true
      signal?.removeEventListener('abort', cancel)
      // Its connection must be gone: the last to close copies the write-ahead log back.
      void worker.terminate().then(() => resolve(result))
    }
    const cancel = () => end(cancelled)
    signal?.addEventListener('abort', cancel, { once: true })
    worker.on('message', (message) => {
      const reply = message as AuditJobReply
      if ('done' in reply) onProgress?.(reply.done, reply.total)
      else end(ok(reply))
    })
    worker.on('error', () => end(failed))
    worker.on('exit', () => end(failed))
  })
}
