/**
 * Lays the headless core out in a folder: emitted code, the page, the packages it loads, and the Node that runs it. A desktop and an
 * appliance get the same folder, so that what is proven on one is what runs on the other.
 */
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { refuse } from '../refuse.ts'
import { corePackages, isCarried, type Locked, type Platform } from './core-packages.ts'

/** Emitted code and its data, below `dist/`. */
const emitted = ['main', 'renderer', 'models-manifest', 'package.json']
const isEmittedCarried = (path: string): boolean => !/\.(d\.[cm]?ts|tsbuildinfo)$|(^|\/)\.built$/.test(path)

/** Every regular file below a folder, sorted, relative to it. A link is refused: what it points at may be anywhere. */
export function filesBelow(folder: string, isWanted: (path: string) => boolean = () => true, below = ''): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) return filesBelow(folder, isWanted, path)
      if (!isWanted(path)) return []
      if (!entry.isFile()) refuse(`${join(folder, path)} is neither a file nor a folder.`, 'Install the packages anew with npm ci.')
      return [path]
    })
}

/** Programs may be run, the rest is read; nothing keeps the modes of the machine that packed it. */
function copyTo(from: string, to: string, isProgram: boolean): void {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
  chmodSync(to, isProgram ? 0o755 : 0o644)
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

function copyPackage(root: string, place: string, target: string, platform: Platform): void {
  const from = join(root, place)
  const ofOthers = /(^|\/)node_modules\//
  const paths = filesBelow(from, (path) => !ofOthers.test(path) && isCarried(nameOf(place), path, platform))
  for (const path of paths) copyTo(join(from, path), join(target, place, path), (lstatSync(join(from, path)).mode & 0o100) !== 0)
}

export interface CoreOptions {
  readonly root: string
  readonly target: string
  readonly platform: Platform
  readonly withCuda?: boolean
}

/** Replaces what stands in `target`. Refuses when something was not built or not installed. */
export function layOutCore({ root, target, platform, withCuda = false }: CoreOptions): void {
  rmSync(target, { recursive: true, force: true })
  for (const name of emitted) {
    const from = join(root, 'dist', name)
    if (!existsSync(from)) refuse(`${from} is missing.`, 'Build first: npm run build.')
    const paths = lstatSync(from).isDirectory() ? filesBelow(from, isEmittedCarried) : ['']
    for (const path of paths) copyTo(join(from, path), join(target, 'dist', name, path), false)
  }
  const { name, version, license, type } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ name, version, license, type, private: true }, null, 2)}\n`)
  copyTo(join(root, 'LICENSE'), join(target, 'LICENSE'), false)
  const locked: Locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  for (const place of corePackages(locked, platform, { withCuda })) {
    if (existsSync(join(root, place))) copyPackage(root, place, target, platform)
    else if (isNeeded(place, locked))
      refuse(`${place} is not installed.`, 'Install for that platform: npm ci --os=OS --cpu=CPU, then pack again.')
  }
  const node = join(root, 'node_modules', platform.os === 'win32' ? `node-win-${platform.cpu}` : `node-linux-${platform.cpu}`)
  const binary = join(node, 'bin', platform.os === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(binary))
    refuse(`The Node of this platform (${basename(node)}) is not installed.`, 'Install its package, then pack again.')
  copyTo(binary, join(target, basename(binary)), true)
  // The package for Windows has none.
  const licence = join(node, 'LICENSE')
  if (existsSync(licence)) copyTo(licence, join(target, 'LICENSE.node.txt'), false)
}

/** A package of one platform that is absent makes a core that cannot start there; other optional ones may be absent. */
const isNeeded = (place: string, locked: Locked): boolean => locked[place]?.os !== undefined || !('optional' in (locked[place] ?? {}))
