/**
 * The core's end of the threads that read trees: what lies on a medium, and the programs of this installation. Each reading has a thread of its own,
 * which a person may stop. It never rejects.
 */
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ListedFile } from '../airgap/check-files.ts'
import type { TreeCheck } from '../airgap/check-tree.ts'
import { cancelled, type Watch } from '../airgap/copy-part.ts'
import type { Inspected, Trusted } from '../airgap/inspect.ts'
import { fail, type Result } from '../domain/result.ts'

export const treeReaderLimits = { atOnceMax: 4 } as const

const entry = join(import.meta.dirname, `tree-worker${extname(import.meta.filename)}`)

export type TreeJob =
  | { readonly kind: 'inspect'; readonly folder: string; readonly trusted: Trusted }
  | { readonly kind: 'files' | 'damaged'; readonly folder: string; readonly files: readonly ListedFile[] }
  | { readonly kind: 'tree' | 'delivered'; readonly folder: string }

/** `bytes`: read since it was last told. */
export type TreeNews = { readonly bytes: number } | { readonly result: Result<unknown> }

export interface TreeReader {
  inspect(folder: string, trusted: Trusted, signal?: AbortSignal): Promise<Result<Inspected>>
  checkFiles(folder: string, files: readonly ListedFile[], watch: Watch): Promise<Result<null>>
  findDamaged(folder: string, files: readonly ListedFile[], watch: Watch): Promise<Result<readonly string[]>>
  checkTree(folder: string, watch?: Watch): Promise<Result<TreeCheck>>
  checkDelivered(core: string): Promise<Result<TreeCheck>>
  close(): Promise<void>
}

const ended = fail('bundle.reader_gone', 'The reader of the medium ended before it was done.', 'Try again; the log has the details.')
const busy = fail('bundle.busy', `${treeReaderLimits.atOnceMax} media are being read already.`, 'Wait until one is done, or stop it.')

export function createTreeReader(onDefect: (error: unknown) => void): TreeReader {
  const running = new Set<Worker>()

  async function read(job: TreeJob, { onBytes, signal }: Watch): Promise<Result<unknown>> {
    if (signal?.aborted === true) return cancelled
    if (running.size >= treeReaderLimits.atOnceMax) return busy
    const { promise, resolve } = Promise.withResolvers<Result<unknown>>()
    const worker = new Worker(entry, { workerData: job })
    running.add(worker)
    const stop = () => resolve(cancelled)
    signal?.addEventListener('abort', stop, { once: true })
    worker.on('message', (news: TreeNews) => {
      if ('result' in news) resolve(news.result)
      else onBytes?.(news.bytes)
    })
    worker.once('error', (error) => {
      onDefect(error)
      resolve(ended)
    })
    worker.once('exit', () => {
      running.delete(worker)
      resolve(ended)
    })
    const outcome = await promise
    signal?.removeEventListener('abort', stop)
    // A thread that waits for a medium ends when the medium answers; nobody waits for that.
    void worker.terminate()
    return outcome
  }

  return {
    // What a job gives is what the function of that name gives in the thread.
    inspect: (folder, trusted, signal) => read({ kind: 'inspect', folder, trusted }, { signal }) as Promise<Result<Inspected>>,
    checkFiles: (folder, files, watch) => read({ kind: 'files', folder, files }, watch) as Promise<Result<null>>,
    findDamaged: (folder, files, watch) => read({ kind: 'damaged', folder, files }, watch) as Promise<Result<readonly string[]>>,
    checkTree: (folder, watch = {}) => read({ kind: 'tree', folder }, watch) as Promise<Result<TreeCheck>>,
    checkDelivered: (core) => read({ kind: 'delivered', folder: core }, {}) as Promise<Result<TreeCheck>>,
    close: async () => {
      await Promise.all([...running].map((worker) => worker.terminate()))
    },
  }
}
