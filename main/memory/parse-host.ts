/**
 * Reads a document in a throw-away process. The core opens the file, once and without following a link, and sends its bytes
 * over the channel; the process may open nothing but its own code. Bytes rather than a descriptor, because a process can then be started
 * ahead and wait warm (starting one costs about a quarter of a second, more than reading most documents), and because what was
 * checked is what is read. Messages are small both ways, so that the core is never held up.
 */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join, sep } from 'node:path'
import type { Block, DocumentFormat, MissingPart, ParsedDocument } from '../domain/document.ts'
import { type Failure, ok, type Result } from '../domain/result.ts'
import type { Child, ChildHost, ChildSpec, DocumentParser, ParseRequest } from '../world.ts'
import { createMeter } from './parse/bound.ts'
import { parseLimits, spareIdleMs, transferLimits } from './parse/limits.ts'
import { Batch, Progress, type ToParser } from './parse/protocol.ts'
import { type ParseReason, refusal } from './parse/refusals.ts'

const refuse = (reason: ParseReason): { readonly ok: false; readonly error: Failure } => ({ ok: false, error: refusal(reason) })

/** What Node must read to load the parser's code: this code's own folder and the packages'. */
function readableFolders(): readonly string[] {
  const main = join(import.meta.dirname, '..')
  const found = createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm')
  const folder = `${sep}node_modules${sep}`
  return [main, found.slice(0, found.indexOf(folder) + folder.length - 1)]
}

const childReasons: Readonly<Record<string, ParseReason>> = {
  'child.memory': 'memory',
  'child.deadline': 'timeout',
  'child.cancelled': 'cancelled',
  'child.closed': 'cancelled',
  'child.crash': 'crashed',
  'child.failed': 'crashed',
}

export interface OpenFile {
  readonly handle: FileHandle
  readonly sizeBytes: number
}

/** Opens a regular file once, without following a link; anything else is refused with its reason. The caller closes it. */
export async function openFile(path: string): Promise<Result<OpenFile>> {
  let handle: FileHandle
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its other end.
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return refuse(code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO' || code === 'EISDIR' ? 'not_a_file' : 'unreadable')
  }
  try {
    const stat = await handle.stat()
    const reason: ParseReason | null = !stat.isFile()
      ? 'not_a_file'
      : stat.size === 0
        ? 'empty'
        : stat.size > parseLimits.fileBytesMax
          ? 'too_large'
          : null
    if (reason === null) return ok({ handle, sizeBytes: stat.size })
    await handle.close()
    return refuse(reason)
  } catch {
    await handle.close()
    return refuse('unreadable')
  }
}

export function createDocumentParser(childHost: ChildHost): DocumentParser {
  const readable = readableFolders()
  /** `expected` is what a parser prepares for. */
  const specFor = (expected: DocumentFormat | null): ChildSpec => ({
    name: 'parser',
    entry: join(import.meta.dirname, `parse-child${extname(import.meta.filename)}`),
    residentBytesMax: parseLimits.residentBytesMax,
    readable,
    isolateNetwork: true,
    ...(expected === null ? {} : { args: [expected] }),
  })
  const active = new Set<Child>()
  const leaving = new Set<Promise<void>>()
  let spare: Child | null = null
  let spareTimer: NodeJS.Timeout | null = null
  /** What was read last is what comes next, mostly. */
  let lastFormat: DocumentFormat | null = null
  let isClosed = false

  const release = (child: Child) => {
    active.delete(child)
    const gone = child.close().finally(() => leaving.delete(gone))
    leaving.add(gone)
  }
  const dropSpare = () => {
    if (spareTimer !== null) clearTimeout(spareTimer)
    if (spare !== null) release(spare)
    spare = null
  }
  const takeChild = (): Child => {
    const child = spare ?? childHost.start(specFor(null))
    spare = null
    active.add(child)
    return child
  }
  const startSpare = (expected: DocumentFormat | null) => {
    if (isClosed || spare !== null) return
    const child = childHost.start(specFor(expected))
    spare = child
    void child.ended.then(() => {
      if (spare === child) spare = null
    })
    if (spareTimer !== null) clearTimeout(spareTimer)
    spareTimer = setTimeout(dropSpare, spareIdleMs)
    spareTimer.unref()
  }

  const ask = async (child: Child, message: ToParser, request: ParseRequest, endsAt: number): Promise<Result<unknown>> => {
    const remaining = endsAt - performance.now()
    if (remaining <= 0) return refuse('timeout')
    const result = await child.request({
      message,
      silenceMsMax: parseLimits.silenceMsMax,
      deadlineMs: remaining,
      onEvent: (event) => {
        const progress = Progress.safeParse(event)
        if (progress.success) request.onProgress?.(progress.data.done, progress.data.total)
      },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    })
    if (result.ok) return result
    const reason = childReasons[result.error.code]
    return reason === undefined ? result : refuse(reason)
  }

  const send = async (child: Child, file: OpenFile, request: ParseRequest, endsAt: number): Promise<Result<unknown>> => {
    const opened = await ask(child, { kind: 'open', fileName: request.fileName, sizeBytes: file.sizeBytes }, request, endsAt)
    if (!opened.ok) return opened
    for (let offset = 0; offset < file.sizeBytes; ) {
      const buffer = Buffer.allocUnsafe(Math.min(transferLimits.bytesPerMessage, file.sizeBytes - offset))
      let bytesRead: number
      try {
        bytesRead = (await file.handle.read(buffer, 0, buffer.length, offset)).bytesRead
      } catch {
        return refuse('unreadable')
      }
      if (bytesRead === 0) return refuse('unreadable')
      const sent = await ask(child, { kind: 'bytes', bytes: buffer.subarray(0, bytesRead) }, request, endsAt)
      if (!sent.ok) return sent
      offset += bytesRead
    }
    return ok(null)
  }

  const receive = async (child: Child, request: ParseRequest, endsAt: number): Promise<Result<ParsedDocument>> => {
    const blocks: Block[] = []
    const pages: ParsedDocument['pages'] = []
    const missing: MissingPart[] = []
    const marginLines: string[] = []
    const isWithinLimits = createMeter()
    let asked = ask(child, { kind: 'next' }, request, endsAt)
    for (;;) {
      const answer = await asked
      if (!answer.ok) return answer
      const batch = Batch.safeParse(answer.value)
      if (!batch.success) return refuse('crashed')
      const { end } = batch.data
      if (!isWithinLimits(batch.data.blocks, batch.data.missing.length)) return refuse('too_large')
      // Asked before this batch is stored away, so that the parser works meanwhile.
      if (end === null) asked = ask(child, { kind: 'next' }, request, endsAt)
      for (const block of batch.data.blocks) blocks.push(block)
      for (const page of batch.data.pages) pages.push(page)
      for (const part of batch.data.missing) missing.push(part)
      for (const line of batch.data.marginLines) marginLines.push(line)
      if (end === null) continue
      if (blocks.length === 0) return refuse('no_text')
      return ok({ format: end.format, title: end.title, pages, blocks, missing, marginLines })
    }
  }

  return {
    parse: async (request) => {
      if (isClosed || request.signal?.aborted === true) return refuse('cancelled')
      const file = await openFile(request.path)
      if (!file.ok) return file
      const child = takeChild()
      // While this document is read the next parser gets ready.
      startSpare(lastFormat)
      const endsAt = performance.now() + parseLimits.totalMsMax
      try {
        const sent = await send(child, file.value, request, endsAt)
        if (!sent.ok) return sent as Result<never>
        const read = await receive(child, request, endsAt)
        if (read.ok) lastFormat = read.value.format
        return read
      } finally {
        await file.value.handle.close()
        release(child)
        startSpare(lastFormat)
      }
    },
    close: async () => {
      isClosed = true
      dropSpare()
      for (const child of active) release(child)
      await Promise.all(leaving)
    },
  }
}
