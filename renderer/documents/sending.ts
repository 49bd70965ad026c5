/**
 * Sends chosen files to the core and starts their imports. Lives outside of any screen, so that it goes on while another one is
 * open; once an import is started it goes on without the window too.
 */
import type { Api } from '../../main/contract/api.ts'
import { holdingsLimits } from '../../main/domain/holdings-limits.ts'
import type { Label } from '../../main/domain/label.ts'
import { type Failure, ok, type Result } from '../../main/domain/result.ts'
import { uploadFile } from '../upload.ts'

const limits = { atOnce: 4 } as const

export interface Order {
  readonly files: readonly File[]
  readonly collection: string
  /** Null where nothing is said. */
  readonly label: Label | null
}

export interface Unsent {
  readonly file: string
  readonly failure: Failure
}

export type Sending =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'sending'
      readonly collection: string
      readonly files: number
      readonly sentFiles: number
      readonly bytes: number
      readonly sentBytes: number
      readonly startedAtMs: number
    }
  | { readonly phase: 'started'; readonly importIds: readonly string[]; readonly unsent: readonly Unsent[] }
  | { readonly phase: 'failed'; readonly failure: Failure; readonly order: Order }

let now: Sending = { phase: 'idle' }
let stop: AbortController | null = null
const watchers = new Set<() => void>()

function set(next: Sending) {
  now = next
  for (const watch of watchers) watch()
}

/** The file is at fault, not the connection: the others can still be sent. */
const isOfFile = (failure: Failure): boolean => failure.code === 'upload.unreadable' || failure.code === 'upload.too_large'

interface Sent {
  readonly uploadIds: readonly string[]
  readonly unsent: readonly Unsent[]
}

async function sendAll(
  api: Api,
  files: readonly File[],
  signal: AbortSignal,
  onProgress: (files: number, bytes: number) => void,
): Promise<Result<Sent>> {
  const uploadIds: (string | null)[] = files.map(() => null)
  const unsent: Unsent[] = []
  let failure: Failure | null = null
  let next = 0
  let done = 0
  let bytes = 0
  const work = async () => {
    for (let at = next++; at < files.length && failure === null; at = next++) {
      const file = files[at]
      if (file === undefined) return
      let counted = 0
      const sent = await uploadFile(api, file, {
        signal,
        onProgress: (sentBytes) => {
          bytes += sentBytes - counted
          counted = sentBytes
          onProgress(done, bytes)
        },
      })
      if (sent.ok) uploadIds[at] = sent.value
      else if (isOfFile(sent.error)) unsent.push({ file: file.name, failure: sent.error })
      else failure = sent.error
      done += 1
      onProgress(done, bytes)
    }
  }
  await Promise.all(Array.from({ length: limits.atOnce }, work))
  return failure === null ? ok({ uploadIds: uploadIds.filter((id) => id !== null), unsent }) : { ok: false, error: failure }
}

/** One import for as many files as one may have; more files make more imports, and the first is read while the next is sent. */
async function carryOut(api: Api, order: Order, signal: AbortSignal): Promise<Result<{ importIds: string[]; unsent: Unsent[] }>> {
  const { files, collection, label } = order
  const begun = { phase: 'sending' as const, collection, files: files.length, startedAtMs: Date.now() }
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const importIds: string[] = []
  const unsent: Unsent[] = []
  let sentFiles = 0
  let sentBytes = 0
  set({ ...begun, bytes, sentFiles, sentBytes })
  for (let from = 0; from < files.length; from += holdingsLimits.sourcesMax) {
    const batch = files.slice(from, from + holdingsLimits.sourcesMax)
    const sent = await sendAll(api, batch, signal, (moreFiles, moreBytes) =>
      set({ ...begun, bytes, sentFiles: sentFiles + moreFiles, sentBytes: sentBytes + moreBytes }),
    )
    if (!sent.ok) return sent
    sentFiles += batch.length
    sentBytes += batch.reduce((sum, file) => sum + file.size, 0)
    unsent.push(...sent.value.unsent)
    if (sent.value.uploadIds.length === 0) continue
    const sources = sent.value.uploadIds.map((uploadId) => ({ uploadId }))
    const started = await api.call('imports.start', { sources, collection, ...(label === null ? {} : { label }) })
    if (!started.ok) return started
    importIds.push(started.value.importId)
  }
  return ok({ importIds, unsent })
}

const warn = (event: BeforeUnloadEvent) => event.preventDefault()

export async function send(api: Api, order: Order): Promise<void> {
  if (now.phase === 'sending') return
  stop = new AbortController()
  window.addEventListener('beforeunload', warn)
  const done = await carryOut(api, order, stop.signal)
  window.removeEventListener('beforeunload', warn)
  if (done.ok) set({ phase: 'started', ...done.value })
  else if (done.error.code === 'upload.stopped') set({ phase: 'idle' })
  else set({ phase: 'failed', failure: done.error, order })
}

export const stopSending = (): void => stop?.abort()
export const dismissSending = (): void => set({ phase: 'idle' })
export const currentSending = (): Sending => now
export const watchSending = (listen: () => void): (() => void) => {
  watchers.add(listen)
  return () => watchers.delete(listen)
}
