/**
 * Adds to the lock file the packages of other platforms that the registry in use does not carry: without them `npm ci` refuses the whole
 * file. They are named by version and platform alone, without an integrity hash, and are never installed on this platform.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface LockEntry {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}
export type LockPackages = Record<string, LockEntry>

const systems: Readonly<Record<string, string>> = { mac: 'darwin', darwin: 'darwin', win: 'win32', win32: 'win32', linux: 'linux' }
const otherSystems = ['android', 'freebsd', 'openharmony']
const processors: Readonly<Record<string, string>> = { armv7l: 'arm', arm: 'arm' }
const otherProcessors = ['x64', 'arm64', 'riscv64', 'ppc64', 's390x', 'wasm32']

/** What a package of a platform says in its name: `@scope/name-linux-x64-musl`. Null when it names no platform. */
export function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | null {
  const words = name.split(/[/-]/)
  const os = words.flatMap((word) => systems[word] ?? (otherSystems.includes(word) ? word : []))
  const cpu = words.flatMap((word) => processors[word] ?? (otherProcessors.includes(word) ? word : []))
  const libc = words.flatMap((word) => (word === 'musl' ? 'musl' : word.startsWith('gnu') ? 'glibc' : []))
  if (cpu.length === 0 || (os.length === 0 && cpu[0] !== 'wasm32')) return null
  return { ...(os.length > 0 && { os }), cpu, ...(libc.length > 0 && { libc }) }
}

/** Places at which Node would look for a package that `path` asks for, nearest first. The path of the project itself is empty. */
export function places(path: string, name: string): string[] {
  if (path === '') return [`node_modules/${name}`]
  const own = `${path}/node_modules/${name}`
  const outer = path.lastIndexOf('/node_modules/')
  return outer < 0 ? [own, `node_modules/${name}`] : [own, ...places(path.slice(0, outer), name)]
}

/** Platform packages of exact versions that something in the lock file asks for and that are not in it. */
export function missingPlatforms(packages: LockPackages): LockPackages {
  const missing: LockPackages = {}
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name)
      if (path === '' || platform === null || places(path, name).some((place) => place in packages)) continue
      missing[`node_modules/${name}`] = { version, ...(entry.dev === true && { dev: true }), optional: true, ...platform }
    }
  }
  return missing
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '..', 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const missing = missingPlatforms(lock.packages)
  const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`)
  process.stderr.write(`${Object.keys(missing).length} platform packages were added to the lock file.\n`)
}
