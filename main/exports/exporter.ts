/** Renders papers: text at once, type in a thread for each paper that is thrown away after it. It never rejects. */
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RenderRequest, SetFormat } from './render-request.ts'
import { textPaper } from './text-paper.ts'

export const exportLimits = { timeMsMax: 60_000, sizeBytesMax: 6 * 1024 * 1024, atOnceMax: 4 } as const

const entry = (format: SetFormat): string => join(import.meta.dirname, `${format}-worker${extname(import.meta.filename)}`)

const failed = fail('export.failed', 'The paper could not be set.', 'Try another format; the log has the details.')
const tooSlow = fail('export.too_slow', 'Setting the paper took too long.', 'Export a single answer, or as Markdown.')
const tooLarge = fail('export.too_large', 'The paper is larger than one export may be.', 'Export a single answer.')
const busy = fail('export.busy', `${exportLimits.atOnceMax} papers are being set already.`, 'Try again in a moment.')

export interface Exporter {
  render(request: RenderRequest): Promise<Result<Uint8Array>>
  close(): Promise<void>
}

export function createExporter(onDefect: (error: unknown) => void): Exporter {
  const running = new Set<Worker>()

  function inThread(request: RenderRequest, format: SetFormat): Promise<Result<Uint8Array>> {
    if (running.size >= exportLimits.atOnceMax) return Promise.resolve(busy)
    const { promise, resolve } = Promise.withResolvers<Result<Uint8Array>>()
    const worker = new Worker(entry(format), { workerData: request })
    running.add(worker)
    const timer = setTimeout(() => resolve(tooSlow), exportLimits.timeMsMax)
    worker.once('message', (bytes: Uint8Array) => resolve(ok(bytes)))
    worker.once('error', (error) => {
      onDefect(error)
      resolve(failed)
    })
    worker.once('exit', () => resolve(failed))
    return promise.finally(async () => {
      clearTimeout(timer)
      running.delete(worker)
      await worker.terminate()
    })
  }

  return {
    render: async (request) => {
      const { format } = request
      const isSet = format === 'pdf' || format === 'docx'
      const rendered = isSet ? await inThread(request, format) : ok(new TextEncoder().encode(textPaper(request, format)))
      return rendered.ok && rendered.value.length > exportLimits.sizeBytesMax ? tooLarge : rendered
    },
    close: async () => {
      for (const worker of running) await worker.terminate()
    },
  }
}
