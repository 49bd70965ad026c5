/** The parser process: takes one file's bytes, reads them, hands out the document in batches, and is then thrown away. It opens no file. */

import { Refusal, serveChild } from '../child-main.ts'
import type { Block, DocumentFormat, MissingPart, ParsedDocument } from '../domain/document.ts'
import { cutBlock } from './parse/bound.ts'
import { detectFormat } from './parse/detect.ts'
import { formats } from './parse/formats.ts'
import { parseLimits, transferLimits } from './parse/limits.ts'
import type { Batch, Progress, ToParser } from './parse/protocol.ts'
import type { ByteStore, Piece, Reading } from './parse/reader.ts'
import { Refused, refusal } from './parse/refusals.ts'
import { warmUp } from './parse/warm-up.ts'

/** Often enough for a progress bar and for the watch on silence. */
const progressEveryMs = 50

interface Intake {
  readonly fileName: string
  readonly sizeBytes: number
  received: number
  format: DocumentFormat | null
  reading: Reading | null
  store: ByteStore | null
}

let intake: Intake | null = null
let pieces: AsyncIterator<Piece> | Iterator<Piece> | null = null
let title: string | null = null
let toldAt = 0
const waiting: { blocks: Block[]; pages: ParsedDocument['pages']; missing: MissingPart[]; marginLines: string[] } = {
  ...{ blocks: [], pages: [], missing: [], marginLines: [] },
}

function plainStore(sizeBytes: number): ByteStore {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes)
  return { write: (offset, chunk) => bytes.set(chunk, offset), view: () => bytes }
}

/** The format is told from the first message's bytes, so that a file that will be refused is not taken in whole. */
async function takeBytes(file: Intake, chunk: Uint8Array): Promise<void> {
  if (file.format === null) {
    file.format = detectFormat(file.fileName, chunk)
    const format = formats[file.format]
    if (file.sizeBytes > format.sizeBytesMax) throw new Refused('too_large')
    file.reading = await format.load()
    file.store = await (file.reading.store?.(file.sizeBytes) ?? plainStore(file.sizeBytes))
  }
  if (file.received + chunk.length > file.sizeBytes) throw new Refused('unreadable')
  file.store?.write(file.received, chunk)
  file.received += chunk.length
}

function startReading(file: Intake): AsyncIterator<Piece> | Iterator<Piece> {
  if (file.reading === null || file.store === null) throw new Refused('empty')
  if (file.received !== file.sizeBytes) throw new Refused('unreadable')
  const read = file.reading.read(file.store.view())
  file.store = null
  return read
}

/** Takes finished blocks off the waiting list until a message is full. */
function takeBlocks(): Block[] {
  let chars = 0
  let parts = 0
  let count = 0
  for (const block of waiting.blocks) {
    chars += block.text.length
    parts += block.parts.length + 1
    count += 1
    if (chars >= transferLimits.charsPerBatch || parts >= transferLimits.partsPerBatch) break
  }
  return waiting.blocks.splice(0, count)
}

const isFull = (): boolean =>
  waiting.blocks.length >= transferLimits.partsPerBatch ||
  waiting.blocks.reduce((sum, block) => sum + block.text.length, 0) >= transferLimits.charsPerBatch ||
  waiting.blocks.reduce((sum, block) => sum + block.parts.length + 1, 0) >= transferLimits.partsPerBatch

async function next(file: Intake, emit: (event: unknown) => void): Promise<Batch> {
  pieces ??= startReading(file)
  let isDone = false
  while (!isDone && !isFull()) {
    const step = await pieces.next()
    if (step.done === true) {
      isDone = true
      break
    }
    const piece = step.value
    for (const block of piece.blocks) waiting.blocks.push(...cutBlock(block))
    waiting.pages.push(...(piece.pages ?? []))
    waiting.missing.push(...(piece.missing ?? []))
    waiting.marginLines.push(...(piece.marginLines ?? []))
    if (piece.title !== undefined) title = piece.title?.slice(0, parseLimits.titleCharsMax) ?? null
    if (piece.done === piece.total || performance.now() - toldAt >= progressEveryMs) {
      toldAt = performance.now()
      emit({ done: piece.done, total: piece.total } satisfies Progress)
    }
  }
  const blocks = takeBlocks()
  const end = isDone && waiting.blocks.length === 0 ? { format: file.format ?? 'text', title } : null
  return { blocks, pages: waiting.pages.splice(0), missing: waiting.missing.splice(0), marginLines: waiting.marginLines.splice(0), end }
}

async function answer(request: ToParser, emit: (event: unknown) => void): Promise<unknown> {
  if (request.kind === 'open') {
    intake = { fileName: request.fileName, sizeBytes: request.sizeBytes, received: 0, format: null, reading: null, store: null }
    return null
  }
  if (intake === null) throw new Refused('unreadable')
  if (request.kind === 'bytes') {
    await takeBytes(intake, request.bytes)
    return null
  }
  return next(intake, emit)
}

/** A reader that throws met bytes that its format does not allow. */
function refuse(error: unknown): never {
  const reason = error instanceof Refused ? error.reason : 'damaged'
  const { code, message, hint } = refusal(reason)
  throw new Refusal(code, message, hint)
}

serveChild((request, emit) => answer(request as ToParser, emit).catch(refuse))
// What was read last is what comes next, mostly.
const [, , expected = ''] = process.argv
const isFormat = (name: string): name is DocumentFormat => Object.hasOwn(formats, name)
if (expected === 'pdf') await warmUp(() => intake !== null)
else if (isFormat(expected)) await formats[expected].load()
