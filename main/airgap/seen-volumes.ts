/** Which volumes of a set have been here. A hint: what is really missing is found out from the files. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VolumeHint } from '../domain/airgap/volume.ts'
import { writeWhole } from './durable.ts'

export interface SeenVolumes {
  readonly seen: readonly number[]
  readonly of: number
  /** Notes that this one was read. */
  keep(): void
}

export function seenVolumes(quarantine: string, volume: VolumeHint | null): SeenVolumes {
  const file = join(quarantine, 'volumes')
  const before = existsSync(file) ? readFileSync(file, 'utf8').split(',').map(Number).filter(Number.isInteger) : []
  // A tree without a hint is all there is.
  if (volume === null) return { seen: [1], of: 1, keep: () => {} }
  const seen = [...new Set([...before, volume.index])].sort((a, b) => a - b)
  return {
    seen,
    of: volume.of,
    keep: () => {
      mkdirSync(quarantine, { recursive: true, mode: 0o700 })
      writeWhole(file, seen.join(','))
    },
  }
}
