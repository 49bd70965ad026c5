/**
 * Fetches one file so that what is there under its name is whole and what its makers published. What was fetched is kept when the
 * connection is cut or the person stops; the next attempt asks for the rest.
 */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { readJson } from '../../main/domain/canonical-json.ts'
import { sha256OfFile } from '../desktop-package/electron-dist.ts'
import { Refusal, refuse } from '../refuse.ts'
import { type Answer, askForFile, Interrupted } from './http-answer.ts'
import type { Source } from './sources.ts'

export const fetchLimits = {
  /** Attempts in a row that bring nothing. */
  attemptsMax: 6,
  waitMs: 1_000,
  waitMsMax: 30_000,
  /** Without one byte. */
  stallMs: 60_000,
  bytesMax: 64 * 1024 ** 3,
} as const
export type FetchLimits = { readonly [name in keyof typeof fetchLimits]: number }

export interface Fetching {
  readonly url: string
  readonly source: Source
  readonly target: string
  /** What is known beforehand; null is unknown. */
  readonly sha256: string | null
  readonly sizeBytes: number | null
  readonly magic: string
  readonly signal: AbortSignal
  readonly limits?: Partial<FetchLimits>
  readonly onProgress?: (doneBytes: number, totalBytes: number | null) => void
  readonly onInterrupted?: (message: string, waitMs: number) => void
}

export interface Fetched {
  readonly sha256: string
  readonly sizeBytes: number
  /** What the makers published, from the list or from where it lies. */
  readonly publishedSha256: string | null
  readonly revision: string | null
}

const Note = z.strictObject({ url: z.string(), mark: z.string().nullable() })
const partialOf = (target: string): string => `${target}.partial`
const noteOf = (target: string): string => `${target}.partial.json`

/** Bytes that an earlier attempt left of this very file. */
export function begunBytes(target: string, url: string): number {
  if (!existsSync(partialOf(target)) || !existsSync(noteOf(target))) return 0
  const note = Note.safeParse(readJson(readFileSync(noteOf(target), 'utf8')))
  return note.success && note.data.url === url ? statSync(partialOf(target)).size : 0
}

export function forget(target: string): void {
  rmSync(partialOf(target), { force: true })
  rmSync(noteOf(target), { force: true })
}

const markIn = ({ headers }: Response): string | null => {
  const etag = headers.get('etag')
  return etag?.startsWith('"') ? etag : null
}

/** The length of the whole file as the answer tells it, and where in it the answer begins. */
function placeOf({ status, headers }: Response, from: number): { readonly start: number; readonly totalBytes: number | null } {
  const length = headers.get('content-length')
  if (status === 200) return { start: 0, totalBytes: length === null ? null : Number(length) }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  if (Number(start) !== from) throw new Interrupted('the server sent another part than was asked for')
  return { start: from, totalBytes: Number(total) }
}

/** One answer, written to where it belongs. Returns how many bytes are there then, and whether that is all. */
async function receive(fetching: Fetching, answer: Answer, from: number, limits: FetchLimits, alive: () => void): Promise<boolean> {
  const { target, onProgress } = fetching
  const { response, published } = answer
  const { start, totalBytes } = placeOf(response, from)
  const wantedBytes = fetching.sizeBytes ?? published.sizeBytes ?? totalBytes
  if (totalBytes !== null && totalBytes !== wantedBytes)
    refuse(
      `${fetching.url} has ${totalBytes} bytes, and should have ${wantedBytes}.`,
      'It was replaced, or is no longer what the list says.',
    )
  if ((wantedBytes ?? 0) > limits.bytesMax)
    refuse(`${fetching.url} has ${wantedBytes} bytes, more than anything that is collected.`, 'Look at its address.')
  await mkdir(dirname(target), { recursive: true })
  writeFileSync(noteOf(target), JSON.stringify({ url: fetching.url, mark: markIn(response) }))
  const file = await open(partialOf(target), start === 0 ? 'w' : 'r+')
  let at = start
  let isOther = false
  try {
    let head = Buffer.alloc(0)
    for await (const chunk of response.body ?? []) {
      alive()
      if (at < fetching.magic.length && start === 0) {
        head = Buffer.concat([head, chunk]).subarray(0, fetching.magic.length)
        if (!fetching.magic.startsWith(head.toString('latin1')))
          refuse(
            `What ${new URL(fetching.url).host} sent is no such file: it begins with "${head.toString('latin1').replace(/[^ -~]/g, '.')}".`,
            'A proxy or a log-in stands before it.',
          )
      }
      if (at + chunk.length > (wantedBytes ?? limits.bytesMax))
        refuse(`${fetching.url} sends more than it said.`, 'Try another time, or a mirror.')
      for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done, chunk.length - done, at + done)).bytesWritten
      at += chunk.length
      onProgress?.(at, wantedBytes)
    }
    await file.sync()
  } catch (error) {
    isOther = error instanceof Refusal
    throw error
  } finally {
    await file.close()
    // What came is another file: nothing of it is worth keeping.
    if (isOther) forget(target)
  }
  return wantedBytes === null || at === wantedBytes
}

/** Asks once, for what is missing. True when the file is whole. */
async function attempt(fetching: Fetching, limits: FetchLimits, told: (published: Answer['published']) => void): Promise<boolean> {
  const { url, source, target, sha256, sizeBytes } = fetching
  const begun = begunBytes(target, url)
  const mark = begun > 0 ? Note.parse(readJson(readFileSync(noteOf(target), 'utf8'))).mark : null
  // Without a hash or a mark nobody could tell whether the rest belongs to what is here.
  const from = mark === null && sha256 === null ? 0 : begun
  if (from > 0 && from === sizeBytes) return true
  const stalled = new AbortController()
  const stall = () => stalled.abort(new Interrupted(`nothing came for ${limits.stallMs / 1_000} s`))
  let timer = setTimeout(stall, limits.stallMs)
  const alive = () => {
    clearTimeout(timer)
    timer = setTimeout(stall, limits.stallMs)
  }
  const signal = AbortSignal.any([fetching.signal, stalled.signal])
  try {
    const answer = await askForFile({ url, source, from, mark, signal })
    told(answer.published)
    if (answer.response.status === 416) {
      await answer.response.body?.cancel()
      const whole = /^bytes \*\/(\d+)$/.exec(answer.response.headers.get('content-range') ?? '')?.[1]
      if (Number(whole) === from) return true
      forget(target)
      throw new Interrupted('what is here does not fit what is there')
    }
    if (!(await receive(fetching, answer, from, limits, alive))) throw new Interrupted('the connection was cut')
    return true
  } catch (error) {
    if (fetching.signal.aborted || error instanceof Refusal || error instanceof Interrupted) throw error
    // What the runtime says of a broken stream has no type of its own; a disk that fails has a code.
    const { code } = error as NodeJS.ErrnoException
    if (/^E(NOSPC|DQUOT|ACCES|PERM|ROFS|IO)$/.test(code ?? ''))
      refuse(`${target} cannot be written: ${code}.`, 'Give a folder with room that you may write to.')
    throw new Interrupted(error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error))
  } finally {
    clearTimeout(timer)
  }
}

/** Attempts until the file is whole. Those in a row that bring nothing are counted. */
async function fetchWhole(fetching: Fetching, limits: FetchLimits): Promise<Answer['published']> {
  let published: Answer['published'] = { sha256: null, sizeBytes: null, revision: null }
  for (let failed = 0; ; ) {
    const before = begunBytes(fetching.target, fetching.url)
    try {
      await attempt(fetching, limits, (said) => {
        published = said
      })
      return published
    } catch (error) {
      fetching.signal.throwIfAborted()
      if (!(error instanceof Interrupted)) throw error
      failed = begunBytes(fetching.target, fetching.url) > before ? 1 : failed + 1
      if (failed >= limits.attemptsMax)
        refuse(`${fetching.url} could not be fetched: ${error.message}.`, 'Run the same command again; it goes on where it stopped.')
      const waitMs = error.waitMs ?? Math.min(limits.waitMs * 2 ** (failed - 1), limits.waitMsMax)
      fetching.onInterrupted?.(error.message, waitMs)
      await wait(waitMs, undefined, { signal: fetching.signal })
    }
  }
}

/** Leaves nothing under the file's name unless it is what was published. Throws the signal's reason when it is stopped. */
export async function fetchFile(fetching: Fetching): Promise<Fetched> {
  const limits: FetchLimits = { ...fetchLimits, ...fetching.limits }
  const { target, url } = fetching
  for (let wasBegun = begunBytes(target, url) > 0; ; wasBegun = false) {
    const published = await fetchWhole(fetching, limits)
    if (fetching.sha256 !== null && published.sha256 !== null && fetching.sha256 !== published.sha256) {
      forget(target)
      refuse(
        `${url} is published with the hash ${published.sha256}, and the list says ${fetching.sha256}.`,
        'Find out which of both is right.',
      )
    }
    const sha256 = await sha256OfFile(partialOf(target))
    const publishedSha256 = fetching.sha256 ?? published.sha256
    if (publishedSha256 === null || sha256 === publishedSha256) {
      const { size } = statSync(partialOf(target))
      await rename(partialOf(target), target)
      forget(target)
      return { sha256, sizeBytes: size, publishedSha256, revision: published.revision }
    }
    forget(target)
    // What an earlier run left may have been of another file: once more, from the beginning.
    if (!wasBegun)
      refuse(
        `${url} is not what was published: its SHA-256 is ${sha256}, and should be ${publishedSha256}.`,
        'Try another time; if it stays the same, tell its makers.',
      )
  }
}
