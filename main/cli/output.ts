/** What a command says: one JSON document or plain lines on stdout, progress and reasons on stderr, and the exit code. */
import { formatBytes } from '../domain/airgap/sums.ts'
import type { Failure, Result } from '../domain/result.ts'

/** `interrupted` is what shells expect of a program ended by SIGINT. */
export const exitCodes = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const

export interface Spoken<T> {
  readonly value: T
  /** For people; `--json` prints the value instead. */
  readonly lines: readonly string[]
  /** Something in it failed, such as a file that was refused. */
  readonly isFailure?: boolean
}

/** Characters that steer a terminal instead of being shown, C1 and direction marks among them. */
const steering = /[\p{Cc}\p{Cf}\u2028\u2029]/gu
/** The same text, with a space for each of them. */
export const inert = (text: string): string => text.replaceAll(steering, ' ')

/** What a document, a model or a file name says, for one line of a terminal. */
export const plain = (text: string): string => inert(text).replaceAll(/ {2,}/g, ' ').trim()

/** Text that a person must see as it stands: what would steer the terminal is written as JSON writes it. */
export const exact = (text: string): string =>
  text.replaceAll(steering, (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )

/** JSON escapes the first 32 control characters only; a terminal obeys more than those. */
const json = (value: unknown): string => exact(JSON.stringify(value))

export function printFailure(error: Failure, isJson: boolean): void {
  if (isJson) process.stdout.write(`${json({ ok: false, error })}\n`)
  else process.stderr.write(`${inert(error.message)}\n${inert(error.hint)}\n(${error.code})\n`)
}

/** Prints and returns the exit code. */
export function print<T>(result: Result<Spoken<T>>, isJson: boolean): number {
  if (!result.ok) {
    printFailure(result.error, isJson)
    return result.error.code === 'call.bad_input' ? exitCodes.usage : exitCodes.failure
  }
  const { value, lines, isFailure } = result.value
  process.stdout.write(isJson ? `${json(value)}\n` : lines.map((line) => `${inert(line)}\n`).join(''))
  return isFailure === true ? exitCodes.failure : exitCodes.success
}

/** A line on the terminal that is written over; nothing where stderr is no terminal. */
export function createStatusLine(): { show(text: string): void; clear(): void } {
  const isShown = process.stderr.isTTY === true
  const write = (text: string) => {
    if (isShown) process.stderr.write(`\r\u001B[2K${inert(text).slice(0, (process.stderr.columns ?? 80) - 1)}`)
  }
  return { show: write, clear: () => write('') }
}

function blocks(done: number, total: number, width: number): string {
  const filled = total === 0 ? 0 : Math.round((done / total) * width)
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
}

/** `████░░░░  12 of 40`, to `width` blocks. */
export const bar = (done: number, total: number, width = 24): string => `${blocks(done, total, width)}  ${done} of ${total}`

/** `████░░░░  1.2 GB of 4.0 GB`, to `width` blocks. */
export const bytesDone = (done: number, total: number, width = 24): string =>
  `${blocks(done, total, width)}  ${formatBytes(done)} of ${formatBytes(total)}`
