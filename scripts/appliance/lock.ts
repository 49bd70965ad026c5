/** The lock file as facts about packages: which one a file belongs to, what it depends on, whether it is for this platform. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Platform } from './platforms.ts'

const Names = z.record(z.string(), z.string()).default({})
const OneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => (typeof value === 'string' ? [value] : value))

const LockedPackage = z.object({
  /** Where the name that it is installed under is not its own. */
  name: z.string().optional(),
  version: z.string().default(''),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().default(false),
  os: OneOrMore.optional(),
  cpu: OneOrMore.optional(),
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
})
export type LockedPackage = z.infer<typeof LockedPackage>

/** By place, such as `node_modules/a/node_modules/b`. */
export type Lock = ReadonlyMap<string, LockedPackage>

export function readLock(root: string): Lock {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const { packages } = z.object({ packages: z.record(z.string(), LockedPackage) }).parse(JSON.parse(text))
  return new Map(Object.entries(packages))
}

/** The place of the package that a file below the root belongs to; null for the project's own. */
export function placeOf(path: string): string | null {
  const parts = path.split('/')
  const at = parts.lastIndexOf('node_modules')
  if (at === -1) return null
  return parts.slice(0, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join('/')
}

/** `@a/b` of `node_modules/x/node_modules/@a/b`. */
export const nameAt = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** Where Node finds the package of that name for a package at `from`. */
export function findFrom(lock: Lock, from: string, name: string): string | null {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    const place = `${base === '' ? '' : `${base}/`}node_modules/${name}`
    if (lock.has(place)) return place
    if (base === '') return null
  }
}

export function isForPlatform({ os, cpu }: LockedPackage, platform: Platform): boolean {
  return (os?.includes(platform.os) ?? true) && (cpu?.includes(platform.cpu) ?? true)
}
