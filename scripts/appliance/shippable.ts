/** What is found and must not be shipped is refused here: modules that would not load, files that are not there, packages that nobody allowed. */
import { globSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { Refusal } from '../refuse.ts'
import { isForPlatform, type Lock, placeOf } from './lock.ts'
import type { Platform } from './platforms.ts'
import { type Edge, packageOf, type Traced } from './trace.ts'

/** A path as it is written in what ships, whatever machine builds it. */
export const slashed = (path: string): string => path.split(sep).join('/')

const told = (edges: readonly Edge[], root: string): string =>
  edges.map(({ from, name }) => `${relative(root, from)} imports ${name}`).join('; ')

/** `isProvided`: whether something else answers for a package that was left out. */
export function refuseGaps({ missing, leftOut }: Traced, root: string, isProvided: (packageName: string) => boolean): void {
  const broken = missing.filter(({ isLater }) => !isLater)
  if (broken.length > 0)
    throw new Refusal(`What is shipped would not load: ${told(broken, root)}, which is not there. Install and build first.`)
  const unserved = leftOut.filter(({ name, isLater }) => !isLater && !isProvided(packageOf(name) ?? name))
  if (unserved.length > 0)
    throw new Refusal(`What is shipped would not load: ${told(unserved, root)}, which is left out. Put a module in its place.`)
}

/** Relative to the folder. Each pattern names a file at least. */
export function filesIn(folder: string, patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => {
    const found = globSync(pattern, { cwd: folder }).filter((file) => statSync(join(folder, file)).isFile())
    if (found.length === 0) throw new Refusal(`${join(folder, pattern)} names no file. It is shipped. Install and build first.`)
    return found.map(slashed)
  })
}

export interface Whose {
  readonly root: string
  readonly platform: Platform
  readonly lock: Lock
}

/** The places in the lock file of the packages that these files, relative to the root, belong to; sorted. */
export function placesOf({ root, platform, lock }: Whose, files: readonly string[]): readonly string[] {
  const places = [...new Set(files.map((file) => placeOf(file)))].filter((place) => place !== null).sort()
  for (const place of places) {
    const locked = lock.get(place)
    if (locked === undefined)
      throw new Refusal(`${place} is not in the lock file of ${root}. What it is cannot be said. Install from the lock file.`)
    if (locked.dev) throw new Refusal(`${place} is for development only, and something that is shipped imports it. Make it a dependency.`)
    if (!isForPlatform(locked, platform)) throw new Refusal(`${place} is not for ${platform.name}. Leave it out.`)
  }
  return places
}
