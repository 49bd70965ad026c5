/**
 * The scanner of this machine, where it has one: ClamAV. It says OK for a large infected file with its own defaults, so limits are set, and a file
 * that passes one counts as not scanned.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Scanned } from '../domain/airgap/scan.ts'
import { clamscan, scanArguments } from './scanner-command.ts'

/** What it takes at most, in bytes; it cannot look at more than 2 GiB. */
const bytesMax = 2_000_000_000

const outputCharsMax = 4_000

/** From what it printed and how it ended. Exported for what cannot be brought about everywhere. */
export function readVerdict(id: string, code: number | null, output: string): Scanned {
  if (/Heuristics\.Limits\.Exceeded/.test(output)) return { id, outcome: 'not_scanned', detail: 'A limit of the scanner was passed.' }
  const found = /: (.{1,120}) FOUND$/m.exec(output)?.[1]
  if (found !== undefined) return { id, outcome: 'infected', detail: found }
  if (code === 0 && /: OK$/m.test(output)) return { id, outcome: 'clean', detail: 'ClamAV' }
  return { id, outcome: 'not_scanned', detail: 'The scanner ended without a word on it.' }
}

export async function scanFile(file: string, id: string, size: number, signal: AbortSignal | undefined): Promise<Scanned> {
  if (!existsSync(clamscan)) return { id, outcome: 'absent', detail: 'No scanner is installed on this machine.' }
  if (size > bytesMax) return { id, outcome: 'not_scanned', detail: 'The file is larger than the scanner can look at.' }
  return new Promise((resolve) => {
    const child = spawn(clamscan, [...scanArguments, file], {
      stdio: ['ignore', 'pipe', 'ignore'],
      ...(signal === undefined ? {} : { signal }),
    })
    let output = ''
    child.stdout.on('data', (bytes: Buffer) => {
      output = `${output}${bytes.toString('utf8')}`.slice(-outputCharsMax)
    })
    child.once('error', () => resolve(readVerdict(id, null, '')))
    child.once('close', (code) => resolve(readVerdict(id, code, output)))
  })
}
