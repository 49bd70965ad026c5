/** How large a product may be. It is carried by hand across a gap: what makes it larger is looked at before it is delivered. */
import { Refusal } from '../refuse.ts'
import type { Gpu } from './editions.ts'
import type { IntegrityEntry } from './integrity.ts'
import { placeOf } from './lock.ts'

/** Measured for linux-x64: 389 MB in 2,605 files, of which LanceDB 202, Node 127 and llama.cpp 30. */
export const sizeLimits = { treeBytesMax: 400_000_000, filesMax: 3_000 } as const
/** On top of it, for builds that somebody asked for. Measured: Vulkan 74 MB, CUDA 564 MB. */
const gpuBytesMax: Readonly<Record<Gpu, number>> = { none: 0, vulkan: 80_000_000, cuda: 580_000_000 }

/** What a desktop has around its core: Electron, of some 300 MB by what is known of it and never measured here, and the shell's archive. */
const shell = { treeBytesMax: 400_000_000, filesMax: 200 } as const

export interface SizeLimits {
  readonly treeBytesMax: number
  readonly filesMax: number
}

export const limitsFor = (gpu: Gpu): SizeLimits => ({ ...sizeLimits, treeBytesMax: sizeLimits.treeBytesMax + gpuBytesMax[gpu] })

export const desktopLimitsFor = (gpu: Gpu): SizeLimits => ({
  treeBytesMax: limitsFor(gpu).treeBytesMax + shell.treeBytesMax,
  filesMax: sizeLimits.filesMax + shell.filesMax,
})

const shownFolders = 10
/** The package that a file belongs to, or the folder that it lies in below the top one. */
const folderOf = (path: string): string => placeOf(path) ?? path.split('/').slice(0, 2).join('/')
export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`

export function largestFolders(entries: readonly IntegrityEntry[]): ReadonlyArray<{ readonly folder: string; readonly bytes: number }> {
  const sizes = new Map<string, number>()
  for (const { path, size } of entries) sizes.set(folderOf(path), (sizes.get(folderOf(path)) ?? 0) + size)
  return [...sizes].map(([folder, bytes]) => ({ folder, bytes })).sort((a, b) => b.bytes - a.bytes || (a.folder < b.folder ? -1 : 1))
}

/** Throws when it is too large, and names the ten largest folders. */
export function checkSize(entries: readonly IntegrityEntry[], limits: SizeLimits): void {
  const bytes = entries.reduce((sum, { size }) => sum + size, 0)
  if (bytes <= limits.treeBytesMax && entries.length <= limits.filesMax) return
  const shown = largestFolders(entries).slice(0, shownFolders)
  throw new Refusal(
    [
      `It is ${megabytes(bytes)} in ${entries.length} files; ${megabytes(limits.treeBytesMax)} in ${limits.filesMax} is the limit.`,
      ...shown.map((one) => `  ${megabytes(one.bytes).padStart(10)}  ${one.folder}`),
      'Leave out what is not needed, or raise the limit in scripts/appliance/size-gate.ts and say why.',
    ].join('\n'),
  )
}
