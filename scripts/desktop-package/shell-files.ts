/** Which files the shell's archive consists of: what its two entries reach, and the page. */
import { join, relative } from 'node:path'
import { type Edition, standIns } from '../appliance/editions.ts'
import type { Lock } from '../appliance/lock.ts'
import type { Platform } from '../appliance/platforms.ts'
import { filesIn, placesOf, refuseGaps, slashed } from '../appliance/shippable.ts'
import { trace } from '../appliance/trace.ts'
import { refuse } from '../refuse.ts'

/** What Electron starts, and what it loads into its window; below `dist/`. */
const entries = ['main/electron/main.js', 'main/electron/preload.cjs']

export interface ShellOptions {
  readonly root: string
  readonly platform: Platform
  readonly edition: Edition
  readonly lock: Lock
}

export interface Shell {
  /** Relative to the root, sorted. */
  readonly files: readonly string[]
  /** Places in the lock file of the packages among them. */
  readonly places: readonly string[]
}

/** Refuses a shell that reaches what its edition goes without: the way out is the core's, and the shell has none of its own in any edition. */
export function planShell({ root, platform, edition, lock }: ShellOptions): Shell {
  const dist = join(root, 'dist')
  const isElectron = (name: string): boolean => name === 'electron'
  const traced = trace(
    entries.map((path) => join(dist, path)),
    { standIn: (path) => path, isLeftOut: isElectron },
  )
  refuseGaps(traced, root, isElectron)
  const code = traced.files.map((file) => slashed(relative(root, file)))
  const absent = Object.keys(standIns[edition]).filter((path) => code.includes(`dist/${path}`))
  if (absent.length > 0)
    refuse(`The shell reaches ${absent.join(', ')}, which the edition ${edition} goes without.`, 'Let the core do it, and ask the core.')
  const page = filesIn(dist, ['renderer/**/*']).map((path) => `dist/${path}`)
  // The builder writes the archive's own package file, which says how all of it is to be read.
  const files = [...code, ...page].filter((path) => !/^(dist\/)?package\.json$/.test(path)).sort()
  return { files, places: placesOf({ root, platform, lock }, code) }
}
