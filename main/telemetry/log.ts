/** The log of the core: JSON lines in the data folder, for defects, life-cycle and what runs and missions do. Never text of a document, a model or a person. */
import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { destination, type Logger, pino } from 'pino'

const limits = { fileBytesMax: 8 * 1024 * 1024 } as const

export type Log = Logger

/** The newest and the one before it. */
export const logFiles = ['holdfast.log', 'holdfast.1.log'] as const

/** An error's kind and place. Its message may quote what it choked on. */
function withoutText(error: unknown): { readonly type: string; readonly code: unknown; readonly stack: readonly string[] } {
  if (!(error instanceof Error)) return { type: typeof error, code: null, stack: [] }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { type: error.name, code: 'code' in error ? error.code : null, stack: frames.map((line) => line.trim()) }
}

/** Opens `holdfast.log`; grown too long, it takes the place of the one older file. `redact` takes out of each line what must never be written. */
export function openLog(
  folder: string,
  redact: (line: string) => string = (line) => line,
  fileBytesMax: number = limits.fileBytesMax,
): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const [newest, older] = logFiles
  const file = join(folder, newest)
  const sizeOf = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  let size = sizeOf()
  if (size > fileBytesMax) renameSync(file, join(folder, older))
  const written = destination({ dest: file, sync: true, mode: 0o600 })
  // A log that cannot be written, on a full disk say, must not end what it reports on.
  written.on('error', () => undefined)
  function write(line: string): void {
    const clean = redact(line)
    written.write(clean)
    size += Buffer.byteLength(clean)
    if (size <= fileBytesMax) return
    // Lines may have been taken out of it meanwhile.
    size = sizeOf()
    if (size <= fileBytesMax) return
    try {
      renameSync(file, join(folder, older))
      written.reopen()
    } catch {
      // It goes on as it is; the next start tries again.
    }
    size = 0
  }
  return pino(
    {
      ...{ serializers: { err: withoutText }, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
      hooks: {
        // Where no message is given, that of the error would stand there.
        logMethod(said, method) {
          if (said.length === 1 && typeof said[0] === 'object') method.call(this, said[0], 'defect')
          else method.apply(this, said)
        },
      },
    },
    { write },
  )
}
