/** Files of runs as the read-only worker hands them out and looks them over: in pieces on the way out, checked as a whole on the way in. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import type { Label } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { type CheckedRunFile, checkRunFile } from '../domain/run/check-run-file.ts'
import { runFileLimits } from '../domain/run/run-file.ts'
import { commitmentOf } from './body-reader.ts'
import { sha256 } from './event-log.ts'
import type { Db } from './open.ts'
import { type ExportRequest, exportRun } from './run-export.ts'

export const pieceCharsMax = 1_000_000

export interface ExportPiece {
  readonly chars: number
  readonly sizeBytes: number
  /** SHA-256 of the whole file, as hex. */
  readonly sha256: string
  readonly text: string
}

const pastEnd = fail('runfile.past_end', 'The file ends before that.', 'Begin the export again.')

/** Serves an export piece by piece. The whole text is kept until its last piece was asked for, so that all pieces are of one state. */
export function createExporter(db: Db): (request: ExportRequest, offset: number) => Result<ExportPiece> {
  let kept: { readonly runId: string; readonly text: string; readonly about: Omit<ExportPiece, 'text'> } | null = null
  return (request, offset) => {
    if (kept === null || offset === 0 || kept.runId !== request.runId) {
      const exported = exportRun(db, request)
      if (!exported.ok) return exported
      const text = exported.value
      kept = { runId: request.runId, text, about: { chars: text.length, sizeBytes: Buffer.byteLength(text), sha256: sha256(text) } }
    }
    const { text, about } = kept
    if (offset > text.length) return pastEnd
    const end = Math.min(text.length, offset + pieceCharsMax)
    // A pair of halves stays together.
    const isCut = end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))
    const piece = text.slice(offset, isCut ? end - 1 : end)
    if (end === text.length) kept = null
    return ok({ ...about, text: piece })
  }
}

export interface CheckRequest {
  /** Absolute. It is opened once, without following a link. */
  readonly path: string
  readonly tenant: string
  readonly ceiling: Label
}

export interface CheckedFile extends CheckedRunFile {
  /** SHA-256 of the file's bytes, as hex. */
  readonly sha256: string
}

const notReadable = fail('runfile.not_readable', 'The file could not be read.', 'Choose a file that this account may read.')
const tooLarge = fail(
  'runfile.too_large',
  'The file is larger than a run may be.',
  `The limit is ${runFileLimits.bytesMax / 1024 ** 2} MiB.`,
)
const notText = fail('runfile.not_text', 'The file is not UTF-8 text.', 'Choose a file that holdfast runs export made.')

function readBytes(path: string): Result<Uint8Array> {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch {
    return notReadable
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) return notReadable
    return stat.size > runFileLimits.bytesMax ? tooLarge : ok(readFileSync(descriptor))
  } catch {
    return notReadable
  } finally {
    closeSync(descriptor)
  }
}

export function checkFile({ path, tenant, ceiling }: CheckRequest): Result<CheckedFile> {
  const bytes = readBytes(path)
  if (!bytes.ok) return bytes
  if (bytes.value.length > runFileLimits.bytesMax) return tooLarge
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value)
  } catch {
    return notText
  }
  const commit = (salt: string, body: string) => commitmentOf(Buffer.from(salt, 'hex'), body)
  const checked = checkRunFile(text, { sha256, commit, tenant, ceiling })
  return checked.ok ? ok({ ...checked.value, sha256: sha256(bytes.value) }) : checked
}
