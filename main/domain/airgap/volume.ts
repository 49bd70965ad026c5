/** How the files of a bundle are laid out over volumes. What a volume says of itself is a hint: nothing rests on it, but what is wrong is refused. */
import * as z from 'zod'
import type { Part } from './artifact.ts'
import { readStrictJson, writeStrictJson } from './strict-json.ts'

export const volumeLimits = { bytesMax: 1024 * 1024, volumesMax: 1_000 } as const

const VolumeHint = z.strictObject({
  format: z.literal('holdfast-volume-1'),
  /** SHA-256 of the `BUNDLE.json` that all volumes of a set carry. */
  setId: z.string().regex(/^[0-9a-f]{64}$/),
  index: z.int().min(1).max(volumeLimits.volumesMax),
  of: z.int().min(1).max(volumeLimits.volumesMax),
  /** Paths below `files/` that lie on this volume. */
  files: z.array(z.string().max(200)),
  /** SHA-256 of all of the above, against accidents. */
  check: z.string().regex(/^[0-9a-f]{64}$/),
})
export type VolumeHint = z.infer<typeof VolumeHint>

const checkOf = ({ check: _, ...rest }: Omit<VolumeHint, 'check'> & { check?: string }, sha256: (text: string) => string): string =>
  sha256(writeStrictJson(rest))

export const writeVolume = (volume: Omit<VolumeHint, 'check' | 'format'>, sha256: (text: string) => string): string => {
  const rest = { format: 'holdfast-volume-1' as const, ...volume }
  return writeStrictJson({ ...rest, check: checkOf(rest, sha256) })
}

/** Null when it is damaged or says what cannot be. */
export function readVolume(text: string, sha256: (text: string) => string): VolumeHint | null {
  const hint = readStrictJson(text, VolumeHint)
  return hint !== null && hint.index <= hint.of && checkOf(hint, sha256) === hint.check ? hint : null
}

/** Fills volumes in order, the largest part first. Null when a part is larger than a volume. */
export function planVolumes(parts: readonly Part[], bytesPerVolume: number): readonly (readonly Part[])[] | null {
  const volumes: { left: number; parts: Part[] }[] = []
  for (const part of [...parts].sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1))) {
    if (part.size > bytesPerVolume) return null
    const fitting = volumes.find(({ left }) => left >= part.size)
    if (fitting === undefined) volumes.push({ left: bytesPerVolume - part.size, parts: [part] })
    else {
      fitting.left -= part.size
      fitting.parts.push(part)
    }
  }
  return volumes.length === 0 ? [[]] : volumes.map((volume) => volume.parts)
}
