/** Finds and starts the desktop's program. It only looks for what is there; fetching it is a command of its own. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fail, ok, type Result } from '../domain/result.ts'
import { runDesktop } from '../platform/core-process.ts'
import { dataFolder } from './own-core.ts'

/** The folder above this file that holds the installed packages. */
function packagesFolder(from: string): string | null {
  const folder = join(from, 'node_modules')
  if (existsSync(folder)) return folder
  return dirname(from) === from ? null : packagesFolder(dirname(from))
}

/** The Electron binary, or null. Importing the package would fetch it; its own note of where the binary lies is read instead. */
export function electronBinary(packages: string | null = packagesFolder(import.meta.dirname)): string | null {
  if (packages === null) return null
  const note = join(packages, 'electron', 'path.txt')
  if (!existsSync(note)) return null
  const binary = join(packages, 'electron', 'dist', readFileSync(note, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

const absent = fail(
  'desktop.absent',
  'The desktop is not installed.',
  'On a connected machine: npm run desktop:fetch. Or start with --console.',
)
const notBuilt = fail('desktop.not_built', 'The desktop is not built.', 'Start it with npm start, which builds it.')
const notStarted = fail('desktop.failed', 'The desktop ended with an error.', 'Start with --console instead.')

/** Runs until the window is closed. `core` is the program that the desktop starts when no core runs yet. */
export async function openDesktop(data: string | undefined, core: string): Promise<Result<null>> {
  const binary = electronBinary()
  if (binary === null) return absent
  const packages = packagesFolder(import.meta.dirname)
  // Electron runs emitted files only.
  const main = join(dirname(packages ?? ''), 'dist', 'main', 'electron', 'main.js')
  if (!existsSync(main)) return notBuilt
  const code = await runDesktop(binary, [main, `--data=${dataFolder(data)}`, `--node=${process.execPath}`, `--core=${core}`])
  return code === 0 ? ok(null) : notStarted
}
