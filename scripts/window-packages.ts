/** Which packages the window is built from, as the bundler itself knows: none of them lies in what ships, and all of them are part of it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** In `dist/`. */
export const windowPackagesFile = 'window-packages.json'

/** The places in the lock file of the packages that modules lie in, sorted. */
export function placesOfModules(ids: Iterable<string>): readonly string[] {
  const place = /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//
  return [...new Set([...ids].flatMap((id) => place.exec(id.split('?')[0] ?? '')?.[1] ?? []))].sort()
}

/** What a style sheet takes from packages goes into it as text; the bundler knows no module of it. */
export function importsOfStyle(text: string): readonly string[] {
  return [...text.matchAll(/@import\s+(?:url\()?['"]([^./'"][^'"]*)['"]/g)].map(([, name]) => `node_modules/${name}/`)
}

/** Writes the list when the window is built. */
export function windowPackages(folder: string): Plugin {
  return {
    name: 'window-packages',
    apply: 'build',
    generateBundle(_options, bundle) {
      const assets = Object.values(bundle).flatMap((part) => (part.type === 'asset' ? part.originalFileNames : []))
      const modules = [...this.getModuleIds()]
      const styles = modules.filter((id) => id.endsWith('.css')).flatMap((id) => importsOfStyle(readFileSync(id, 'utf8')))
      writeFileSync(join(folder, windowPackagesFile), `${JSON.stringify(placesOfModules([...modules, ...assets, ...styles]), null, 2)}\n`)
    },
  }
}

export function packagesOfWindow(file: string): readonly string[] {
  return JSON.parse(readFileSync(file, 'utf8'))
}
