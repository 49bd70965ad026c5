/** Which files a program consists of: from its entries along every import, by Node's own rules for finding a module. */
import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { ResolverFactory } from 'rolldown/experimental'
import { type Imported, importsOf } from './imports-of.ts'

export interface TraceRules {
  /** The file that is read in the place of this one; itself where nothing stands in for it. */
  readonly standIn: (path: string) => string
  /** Whether a package is left out, though something that is shipped names it. */
  readonly isLeftOut: (packageName: string) => boolean
}

export interface Edge {
  readonly from: string
  readonly name: string
  readonly isLater: boolean
}

export interface Traced {
  /** Absolute paths, with every package file that says how they are to be read; sorted. */
  readonly files: readonly string[]
  /** What was named and is not there. */
  readonly missing: readonly Edge[]
  /** What was named and left out. */
  readonly leftOut: readonly Edge[]
  /** What Node itself is asked for. */
  readonly builtins: ReadonlyArray<Edge>
}

const conditions = (by: 'import' | 'require'): string[] => ['node', by, 'module-sync', 'node-addons', 'default']
const common = { symlinks: false, mainFields: ['main'] }
const resolvers = {
  import: new ResolverFactory({ ...common, conditionNames: conditions('import'), extensions: [], fullySpecified: true }),
  require: new ResolverFactory({ ...common, conditionNames: conditions('require'), extensions: ['.js', '.json', '.node'] }),
}

/** `a` of `a/b`, `@a/b` of `@a/b/c`; null for a path. */
export function packageOf(name: string): string | null {
  if (/^[./#]|^file:/.test(name)) return null
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/')
}

/** The package files from that of the file's own folder up to that of its package, nearest first. */
function packageFilesOf(path: string): readonly string[] {
  const found: string[] = []
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file)) found.push(file)
    const above = dirname(folder)
    if (/[\\/]node_modules([\\/]@[^\\/]+)?$/.test(above)) break
    // Outside of the packages the nearest is the only one.
    if (found.length > 0 && !/[\\/]node_modules[\\/]/.test(path)) break
  }
  return found
}

function isModule([nearest]: readonly string[]): boolean {
  return nearest !== undefined && JSON.parse(readFileSync(nearest, 'utf8')).type === 'module'
}

/** Follows what is read in the place of each file, and names the files by where they are looked for. */
export function trace(entries: readonly string[], { standIn, isLeftOut }: TraceRules): Traced {
  const files = new Set<string>()
  const [missing, leftOut, builtins]: [Edge[], Edge[], Edge[]] = [[], [], []]
  const waiting = [...entries]
  const follow = (from: string, { name, by, isLater }: Imported) => {
    const edge = { from, name, isLater }
    const inPackage = packageOf(name)
    if (isBuiltin(name)) return builtins.push(edge)
    if (inPackage !== null && isLeftOut(inPackage)) return leftOut.push(edge)
    const folder = dirname(from)
    // A package without a word on its entries is found by the older rule, whoever asks.
    const path = resolvers[by].sync(folder, name).path ?? (inPackage === name ? resolvers.require.sync(folder, name).path : undefined)
    return path === undefined ? missing.push(edge) : waiting.push(path)
  }
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue
    const descriptions = packageFilesOf(path)
    for (const file of [path, ...descriptions]) files.add(file)
    if (!/^\.[cm]?js$/.test(extname(path))) continue
    const source = readFileSync(standIn(path), 'utf8')
    for (const imported of importsOf(path, source, isModule(descriptions))) follow(path, imported)
  }
  return { files: [...files].sort(), missing, leftOut, builtins }
}
