/** What a command says: one JSON document or plain lines on stdout, progress and reasons on stderr, and the exit code. */
import type { Failure, Result } from '../domain/result.ts'

export const exitCodes = { success: 0, failure: 1, usage: 2 } as const

export interface Spoken<T> {
  readonly value: T
  /** For people; `--json` prints the value instead. */
  readonly lines: readonly string[]
  /** Something in it failed, such as a file that was refused. */
  readonly isFailure?: boolean
}

/** Terminal control has no place in what a document or a model says. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim()

export function printFailure(error: Failure, isJson: boolean): void {
  if (isJson) process.stdout.write(`${JSON.stringify({ ok: false, error })}\n`)
  else process.stderr.write(`${error.message}\n${error.hint}\n(${error.code})\n`)
}

/** Prints and returns the exit code. */
export function print<T>(result: Result<Spoken<T>>, isJson: boolean): number {
  if (!result.ok) {
    printFailure(result.error, isJson)
    return exitCodes.failure
  }
  const { value, lines, isFailure } = result.value
  process.stdout.write(isJson ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''))
  return isFailure === true ? exitCodes.failure : exitCodes.success
}

/** A line on the terminal that is written over; nothing where stderr is no terminal. */
export function createStatusLine(): { show(text: string): void; clear(): void } {
  const isShown = process.stderr.isTTY === true
  const write = (text: string) => {
    if (isShown) process.stderr.write(`\r\u001B[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)
  }
  return { show: write, clear: () => write('') }
}

/** `████░░░░  12 of 40`, to `width` blocks. */
export function bar(done: number, total: number, width = 24): string {
  const filled = total === 0 ? 0 : Math.round((done / total) * width)
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}  ${done} of ${total}`
}
