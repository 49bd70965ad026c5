/** Stops a product that has grown: a dependency that came in by accident is found here, by name, and not at the gap. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../refuse.ts'
import { filesBelow } from './core-folder.ts'

const mib = 1024 * 1024
/** Electron has some 300 MiB of its own, the core 500; the libraries for NVIDIA cards have 550 more. */
export const sizeLimits = { productBytesMax: 900 * mib, withCudaBytesMax: 1_500 * mib, namedMax: 8, depthMax: 5 } as const

export interface FolderSize {
  readonly path: string
  readonly sizeBytes: number
}

export interface Measured {
  readonly sizeBytes: number
  readonly files: number
  /** Largest first. A folder is left out when one folder in it is nearly all of it. */
  readonly largest: readonly FolderSize[]
}

export function measure(folder: string): Measured {
  const sizes = new Map<string, number>()
  let total = 0
  const files = filesBelow(folder)
  for (const file of files) {
    const size = lstatSync(join(folder, file)).size
    total += size
    const parts = file.split('/').slice(0, -1)
    for (let depth = 1; depth <= Math.min(parts.length, sizeLimits.depthMax); depth++) {
      const path = parts.slice(0, depth).join('/')
      sizes.set(path, (sizes.get(path) ?? 0) + size)
    }
  }
  const isWrapper = (path: string, size: number): boolean =>
    [...sizes].some(([other, inner]) => other.startsWith(`${path}/`) && inner > size * 0.9)
  const largest = [...sizes]
    .filter(([path, size]) => !isWrapper(path, size))
    .map(([path, sizeBytes]) => ({ path, sizeBytes }))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : 1))
    .slice(0, sizeLimits.namedMax)
  return { sizeBytes: total, files: files.length, largest }
}

export const inMib = (sizeBytes: number): string => `${(sizeBytes / mib).toFixed(1)} MiB`

/** Refuses what is over the limit, and names its largest folders. */
export function checkSize({ sizeBytes, largest }: Measured, limitBytes: number): void {
  if (sizeBytes <= limitBytes) return
  const named = largest.map((each) => `  ${inMib(each.sizeBytes).padStart(11)}  ${each.path}`).join('\n')
  refuse(
    `The product has ${inMib(sizeBytes)}, over its limit of ${inMib(limitBytes)}. Its largest folders:\n${named}\n`,
    'Leave out what came in, or raise the limit in scripts/desktop-package/size-gate.ts and say why.',
  )
}
