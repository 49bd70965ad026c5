/** Decides which files an appliance consists of. Nothing is written here; what is found and must not be shipped is refused. */
import { readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { Refusal } from '../refuse.ts'
import { packagesOfWindow, windowPackagesFile } from '../window-packages.ts'
import { dataPackages, ownData, packageData } from './data.ts'
import { absentPackages, type Edition, entryPatterns, type Gpu, gpuPackages, isGpuPackage, leftOutPackages, standIns } from './editions.ts'
import { isForPlatform, type Lock, nameAt, placeOf } from './lock.ts'
import type { Platform } from './platforms.ts'
import { filesIn, placesOf, refuseGaps, slashed } from './shippable.ts'
import { trace } from './trace.ts'

export interface ShippedFile {
  /** In the tree, with `/`. */
  readonly path: string
  /** A file of this machine, or what is written. */
  readonly from: string | Uint8Array
  readonly isExecutable: boolean
}

export interface Plan {
  /** Sorted by path. */
  readonly files: readonly ShippedFile[]
  /** Places in the lock file of packages that have files in the tree. */
  readonly places: readonly string[]
  /** The same of packages that the window was built from, which have none. */
  readonly windowPlaces: readonly string[]
}

export interface Wanted {
  /** The project's root, built and installed. */
  readonly root: string
  readonly platform: Platform
  readonly edition: Edition
  readonly gpu: Gpu
  readonly lock: Lock
}

const byPath = (a: ShippedFile, b: ShippedFile): number => (a.path < b.path ? -1 : 1)

/** What stands in for a package that is left out: a package of its own, which says what it is. */
function absent(name: string, file: string): readonly ShippedFile[] {
  const description = {
    name,
    version: '0.0.0',
    private: true,
    description: `Stands in for ${name}, which is left out.`,
    type: 'module',
    exports: './index.js',
  }
  const folder = `node_modules/${name}`
  return [
    { path: `${folder}/package.json`, from: Buffer.from(`${JSON.stringify(description, null, 2)}\n`), isExecutable: false },
    { path: `${folder}/index.js`, from: file, isExecutable: false },
  ]
}

/** What the tree says of itself: its version, and how its files are to be read. The project's own file names tools that are not there. */
function ownPackage(root: string, { name }: Platform, edition: Edition): Uint8Array {
  const { name: product, version, license, type } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Buffer.from(`${JSON.stringify({ name: product, version, private: true, license, type, platform: name, edition }, null, 2)}\n`)
}

/** What a POSIX shell starts it by; the second one is for an installation with slots, which has it above them. */
const launchers = (root: string): readonly ShippedFile[] => [
  { path: 'holdfast', from: join(root, 'scripts/appliance/holdfast.sh'), isExecutable: true },
  { path: 'launcher.sh', from: join(root, 'scripts/appliance/launcher.sh'), isExecutable: false },
]

export function planFiles(wanted: Wanted): Plan {
  const { root, platform, edition, gpu, lock } = wanted
  const dist = join(root, 'dist')
  const packages = join(root, 'node_modules')
  const replaced = new Map(Object.entries(standIns[edition]).map(([path, by]) => [join(dist, path), join(dist, by)]))
  const standIn = (path: string): string => replaced.get(path) ?? path
  const isElsewhere = (name: string): boolean => {
    const locked = lock.get(`node_modules/${name}`)
    return locked !== undefined && !isForPlatform(locked, platform)
  }
  const asked = gpuPackages(gpu, platform.name)
  const traced = trace(
    filesIn(dist, entryPatterns).map((path) => join(dist, path)),
    {
      standIn,
      isLeftOut: (name) =>
        name in absentPackages ||
        isElsewhere(name) ||
        (isGpuPackage(name) && !asked.includes(name)) ||
        leftOutPackages.some(({ pattern }) => pattern.test(name)),
    },
  )
  refuseGaps(traced, root, (name) => name in absentPackages)

  const code = traced.files.map((file) => slashed(relative(root, file)))
  const data = packageData(platform, gpu)
  const named = new Set(code.flatMap((file) => placeOf(file) ?? []))
  const gone = asked.filter((name) => !named.has(`node_modules/${name}`))
  if (gone.length > 0)
    throw new Refusal(
      `The builds of llama.cpp for ${gpu} are not installed: ${gone.join(', ')}. Install from the lock file, or build without them.`,
    )
  const packageFiles = [
    ...[...named].flatMap((place) => filesIn(join(root, place), data[nameAt(place)] ?? []).map((file) => `${place}/${file}`)),
    ...Object.entries(dataPackages).flatMap(([name, patterns]) =>
      filesIn(join(packages, name), patterns).map((file) => `node_modules/${name}/${file}`),
    ),
  ]
  const paths = [...new Set([...code, ...packageFiles, ...filesIn(root, ownData)])].filter((path) => path !== 'dist/package.json')
  const files: ShippedFile[] = [
    ...paths.map((path) => ({ path, from: standIn(join(root, path)), isExecutable: false })),
    ...Object.entries(absentPackages).flatMap(([name, file]) => absent(name, join(dist, file))),
    { path: 'dist/package.json', from: ownPackage(root, platform, edition), isExecutable: false },
    ...(platform.os === 'win32' ? [] : launchers(root)),
    { path: basename(platform.node.file), from: join(packages, platform.node.packageName, platform.node.file), isExecutable: true },
  ]
  return {
    files: files.sort(byPath),
    places: [...placesOf(wanted, paths), `node_modules/${platform.node.packageName}`].sort(),
    windowPlaces: packagesOfWindow(join(dist, windowPackagesFile)),
  }
}
