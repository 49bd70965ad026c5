/** What the scripts of a tree import, whether something imports them or not. */
import { dirname } from 'node:path/posix'
import { type Imported, importsOf } from '../../scripts/appliance/imports-of.ts'

export interface Scan {
  readonly imports: ReadonlyArray<Imported & { readonly path: string }>
  /** `path: name` of what is imported under such a name, sorted, each once. */
  withName(name: RegExp): readonly string[]
}

/** Paths in the tree, with their texts. The page is no script of Node's. */
export function scanImports(paths: readonly string[], read: (path: string) => string): Scan {
  const modules = new Map(
    paths
      .filter((path) => /(^|\/)package\.json$/.test(path))
      .map((path) => [dirname(path), JSON.parse(read(path)).type === 'module'] as const),
  )
  const isModule = (path: string): boolean => {
    for (let at = dirname(path); ; at = dirname(at)) {
      const said = modules.get(at)
      if (said !== undefined || at === '.') return said ?? false
    }
  }
  const imports = paths
    .filter((path) => /\.[cm]?js$/.test(path) && !path.startsWith('dist/renderer/'))
    .flatMap((path) => importsOf(path, read(path), isModule(path)).map((one) => ({ ...one, path })))
  return {
    imports,
    withName: (name) => [...new Set(imports.filter((one) => name.test(one.name)).map(({ path, name }) => `${path}: ${name}`))].sort(),
  }
}
