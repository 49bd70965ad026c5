/** Asks the person at the terminal. What they are asked goes to stderr, so that stdout holds the result alone. */
import { createInterface } from 'node:readline/promises'
import { inert } from './output.ts'

/** Shows the lines, asks the question, and is true for `yes` alone. */
export type Confirm = (lines: readonly string[], question: string) => Promise<boolean>

/** Null where nobody sits at a terminal. */
export function terminalConfirm(): Confirm | null {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return null
  return async (lines, question) => {
    process.stderr.write(lines.map((line) => `${inert(line)}\n`).join(''))
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    try {
      return (await Promise.race([terminal.question(`${question} Type yes: `), closed])).trim().toLowerCase() === 'yes'
    } finally {
      terminal.close()
    }
  }
}
