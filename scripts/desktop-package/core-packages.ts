/**
 * Which installed packages the core needs on one platform, and which of their files, read from the lock file: what no part of the product
 * loads is not carried across the gap.
 */
import { places } from '../complete-lock.ts'

export interface Platform {
  readonly os: 'linux' | 'win32'
  readonly cpu: 'x64' | 'arm64'
}

export interface LockedPackage {
  readonly version?: string
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}
export type Locked = Readonly<Record<string, LockedPackage>>

/** Asked for by others, and loaded by nothing that we call: types, a compiler, and the vector index's own embedding functions. */
const unused = [/^@types\//, /^typescript$/, /^@huggingface\/transformers$/, /^openai$/]
/** 550 MB for machines with one vendor's card. An edition for those takes them. */
const cuda = /^@node-llama-cpp\/.*-cuda/

const fits = (wanted: readonly string[] | undefined, value: string): boolean =>
  wanted === undefined || (wanted.includes(value) && !wanted.includes(`!${value}`))

/** A prebuilt package says which machine it is for in its name, and sometimes allows more in its fields than it is of use for. */
function isForOther(name: string, { os, cpu }: Platform): boolean {
  if (!name.startsWith('@node-llama-cpp/')) return false
  return !name.startsWith(`@node-llama-cpp/${os === 'win32' ? 'win' : os}-${cpu}`)
}

/** The folders of the packages, sorted, relative to the project. `withCuda` adds the libraries for NVIDIA cards. */
export function corePackages(locked: Locked, platform: Platform, { withCuda = false } = {}): readonly string[] {
  const found = new Set<string>()
  const waiting = ['']
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entry = locked[at] ?? {}
    const peers = Object.keys(entry.peerDependencies ?? {}).filter((name) => entry.peerDependenciesMeta?.[name]?.optional !== true)
    // Optional dependencies of the project itself are its Nodes: the core has one beside it.
    const optional = at === '' ? [] : Object.keys(entry.optionalDependencies ?? {})
    for (const name of [...Object.keys(entry.dependencies ?? {}), ...optional, ...peers]) {
      if (unused.some((pattern) => pattern.test(name)) || isForOther(name, platform) || (!withCuda && cuda.test(name))) continue
      const place = places(at, name).find((path) => path in locked)
      const target = place === undefined ? undefined : locked[place]
      if (place === undefined || target === undefined || found.has(place)) continue
      if (!fits(target.os, platform.os) || !fits(target.cpu, platform.cpu) || !fits(target.libc, 'glibc')) continue
      found.add(place)
      waiting.push(place)
    }
  }
  return [...found].toSorted()
}

/** What is in a package and is never loaded, below the package's own folder. */
const leftOut: Readonly<Record<string, readonly RegExp[]>> = {
  'node-llama-cpp': [/^llama\//, /^templates\//],
  'better-sqlite3': [/^(deps|src)\//, /^binding\.gyp$/],
  docx: [/^dist\/.*\.(umd|iife)\./],
  'pdf-lib': [/^(src|ts3\.4|dist)\//],
}
/** Types, maps and notes of builds. */
const neverLoaded = /\.(d\.[cm]?ts|map|tsbuildinfo)$/

/** Whether a file of a package is carried. `path` is relative to the package, with `/`. */
export function isCarried(packageName: string, path: string, { os, cpu }: Platform): boolean {
  if (neverLoaded.test(path) || (leftOut[packageName] ?? []).some((pattern) => pattern.test(path))) return false
  const prebuilt = /^prebuilds\/([a-z0-9]+)-([a-z0-9]+)\.node$/.exec(path)
  return packageName !== 'better-sqlite3' || prebuilt === null || (prebuilt[1] === os && prebuilt[2] === cpu)
}
