/** Looks at what the builder made (fuses, one program), and makes the finished folder the same on every machine. */
import { chmodSync, lstatSync, lutimesSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { refuse } from '../refuse.ts'
import { filesBelow } from './files-below.ts'
import { checkFuses } from './fuse-wire.ts'

/** Chromium's helper starts as root to make the sandbox where accounts may not, and gives its rights up. */
const helperAsRoot = 'chrome-sandbox'
const programs = /^(holdfast|chrome_crashpad_handler)$|\.so(\.\d+)*$|\.(exe|dll|node)$/

export const fusesOf = (configurationText: string): Readonly<Record<string, boolean>> =>
  z.object({ electronFuses: z.record(z.string(), z.boolean()) }).parse(parse(configurationText)).electronFuses

/** Modes that follow from what a file is, and one time for all: neither the account nor the day of the build is in the product. */
export function normalise(folder: string, epochSeconds: number): void {
  for (const path of filesBelow(folder)) {
    const file = join(folder, path)
    const isProgram = path.startsWith('resources/core/') ? (lstatSync(file).mode & 0o100) !== 0 : programs.test(path)
    chmodSync(file, path === helperAsRoot ? 0o4755 : isProgram ? 0o755 : 0o644)
    lutimesSync(file, epochSeconds, epochSeconds)
  }
  normaliseFolders(folder, epochSeconds)
}

/** After their contents, which change their times. */
function normaliseFolders(folder: string, epochSeconds: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) normaliseFolders(join(folder, entry.name), epochSeconds)
  chmodSync(folder, 0o755)
  lutimesSync(folder, epochSeconds, epochSeconds)
}

export interface ShellFolder {
  readonly folder: string
  readonly executable: string
  readonly fuses: Readonly<Record<string, boolean>>
}

/** Refuses a product that is not what the configuration says. */
export function checkShell({ folder, executable, fuses }: ShellFolder): void {
  checkFuses(readFileSync(join(folder, executable)), fuses)
  const archives = filesBelow(join(folder, 'resources'), (path) => path.endsWith('.asar'))
  if (archives.join() !== 'app.asar')
    refuse(
      `The product has the archives ${archives.join(', ') || 'none'}, and should have app.asar alone.`,
      'Look at electron-builder.yml.',
    )
}
