/** How long the log of the core is kept: lines that are older than the policy lets them be are taken out, at the start and once a day. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { logFiles } from './log.ts'

const dayMs = 24 * 60 * 60_000

/** A line without a time is nothing that this log wrote, and goes with the rest. */
function isKept(line: string, fromMs: number): boolean {
  const at = /"time":"([^"]+)"/.exec(line)?.[1]
  return at !== undefined && Date.parse(at) >= fromMs
}

/** Takes out what was written before. The file stays the same file, so that whoever has it open goes on writing at its end. */
export function forgetLines(folder: string, beforeMs: number): void {
  for (const name of logFiles) {
    const file = join(folder, name)
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch {
      continue
    }
    const lines = text.split('\n').filter((line) => line !== '')
    const kept = lines.filter((line) => isKept(line, beforeMs))
    if (kept.length < lines.length) writeFileSync(file, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  }
}

export function keepRetention(
  folder: string,
  days: () => number,
  clock: () => number,
  onDefect: (error: unknown) => void,
): { close(): void } {
  const look = () => {
    try {
      forgetLines(folder, clock() - days() * dayMs)
    } catch (error) {
      onDefect(error)
    }
  }
  look()
  const timer = setInterval(look, dayMs)
  timer.unref()
  return { close: () => clearInterval(timer) }
}
