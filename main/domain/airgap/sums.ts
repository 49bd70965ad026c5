/** The second, dumb path: `SHA256SUMS` for `sha256sum -c`, and `MANIFEST.txt` for a person at the guard. Both follow from the rest of the tree. */

import { marking } from '../label.ts'
import { partsOf } from './artifact.ts'
import type { BundleManifest } from './manifest.ts'

export const sumsLimits = { bytesMax: 2 * 1024 * 1024 } as const

export interface Sum {
  readonly path: string
  /** SHA-256 in hex. */
  readonly sha256: string
}

const line = /^([0-9a-f]{64}) {2}([A-Za-z0-9./_-]+)$/

const byPath = (a: Sum, b: Sum): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)

export const writeSums = (sums: readonly Sum[]): string =>
  [...sums]
    .sort(byPath)
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .join('')

/** Null unless it is exactly as it would be written. */
export function readSums(text: string): readonly Sum[] | null {
  const lines = text.split('\n')
  if (lines.pop() !== '') return null
  const sums: Sum[] = []
  for (const one of lines) {
    const [, sha256, path] = line.exec(one) ?? []
    if (sha256 === undefined || path === undefined) return null
    sums.push({ path, sha256 })
  }
  return writeSums(sums) === text && new Set(sums.map(({ path }) => path)).size === sums.length ? sums : null
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
/** In powers of 1,000, as media are sold. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 1_000 && unit < units.length - 1) [value, unit] = [value / 1_000, unit + 1]
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`
}

/** What the guard at the gap reads: what each file is, how long, whose, under which licence. */
export function writeManifestText(manifest: BundleManifest): string {
  const { version, channel, seq, createdAt, label, artifacts, baseline } = manifest
  const rows = artifacts.flatMap((artifact) =>
    partsOf(artifact).map(
      ({ path, size, sha256 }) =>
        `${path}\n    ${artifact.title}\n    ${formatBytes(size)}, ${artifact.kind}, ${artifact.licence}\n    sha256 ${sha256}${artifact.upstream === null ? '' : `\n    from ${artifact.upstream.url}`}`,
    ),
  )
  const left = baseline.length === 0 ? [] : ['Files that the receiving side has already may be left out of this tree.']
  return [
    `Holdfast ${version}, air-gap bundle ${channel} ${seq}, made ${createdAt}`,
    `Classification of the medium: ${marking(label)}`,
    `${artifacts.length} items, ${formatBytes(artifacts.reduce((sum, { size }) => sum + size, 0))}`,
    ...left,
    '',
    ...rows,
    '',
  ].join('\n')
}
