/** What a load would change, worked out before anything is written. */
import { type Artifact, type Part, type Platform, partsOf } from './artifact.ts'
import type { BundleManifest } from './manifest.ts'

/** What this machine has; null = could not be found out, and is taken for not there. */
export interface Machine {
  readonly platform: Platform | null
  readonly glibc: string | null
  readonly ramBytes: number
  readonly vramBytes: number | null
  readonly freeBytes: number
  readonly appVersion: string
}

/** Left free on the volume, so that the store can go on writing. */
export const reserveBytes = 256 * 1024 * 1024

export interface LoadPlan {
  /** What this machine takes of the bundle: not what was called back, and nothing for other platforms. */
  readonly wanted: readonly Artifact[]
  /** Ids of those that are not in the store yet, and those that are. */
  readonly added: readonly string[]
  readonly kept: readonly string[]
  /** Of the bundle that is active now: ids that the new one no longer has. */
  readonly dropped: readonly string[]
  readonly deprecated: readonly string[]
  readonly copyBytes: number
  readonly missing: readonly Part[]
  /** What this machine lacks, each a sentence. */
  readonly unmet: readonly string[]
}

/** Negative when the first is the lower one; parts of numbers and dots only. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => (version.split('-')[0] ?? '').split('.').map(Number))
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

function unmetBy({ requires }: BundleManifest, machine: Machine, copyBytes: number): readonly string[] {
  const { platforms, glibc, ramBytes, vramBytes, diskBytes, appVersion } = requires
  const needed = Math.max(copyBytes, diskBytes ?? 0) + (copyBytes > 0 ? reserveBytes : 0)
  const faults: (string | null)[] = [
    platforms !== null && (machine.platform === null || !platforms.includes(machine.platform))
      ? `It is for ${platforms.join(', ')}; this machine is ${machine.platform ?? 'another one'}.`
      : null,
    glibc !== null && (machine.glibc === null || compareVersions(machine.glibc, glibc) < 0)
      ? `It needs glibc ${glibc}; this machine has ${machine.glibc ?? 'none'}.`
      : null,
    ramBytes !== null && machine.ramBytes < ramBytes
      ? `It needs ${gigabytes(ramBytes)} of memory; there are ${gigabytes(machine.ramBytes)}.`
      : null,
    vramBytes !== null && (machine.vramBytes ?? 0) < vramBytes ? `It needs ${gigabytes(vramBytes)} of memory on a graphics card.` : null,
    copyBytes > 0 && machine.freeBytes < needed
      ? `It needs ${gigabytes(needed)} on the disk; ${gigabytes(machine.freeBytes)} are free.`
      : null,
    appVersion !== null && compareVersions(machine.appVersion, appVersion) < 0
      ? `It needs Holdfast ${appVersion}; this is ${machine.appVersion}.`
      : null,
  ]
  return faults.filter((fault) => fault !== null)
}

/** `isHeld`: in the store. `staged`: numbers of the parts that lie in quarantine. `present`: parts on this medium. */
export function planLoad(
  manifest: BundleManifest,
  current: BundleManifest | null,
  machine: Machine,
  {
    isHeld,
    staged,
    present,
  }: {
    readonly isHeld: (artifact: Artifact) => boolean
    readonly staged: (artifact: Artifact) => ReadonlySet<number>
    readonly present: ReadonlySet<string>
  },
): LoadPlan {
  const wanted = manifest.artifacts.filter(
    ({ status, platform }) => status !== 'revoked' && (platform === null || platform === machine.platform),
  )
  const isCarriedOver = new Map(wanted.map((artifact) => [artifact, isHeld(artifact)]))
  const added = wanted.filter((artifact) => isCarriedOver.get(artifact) !== true)
  const open = added.flatMap((artifact) => partsOf(artifact).filter(({ index }) => !staged(artifact).has(index)))
  const copyBytes = open.reduce((sum, { size }) => sum + size, 0)
  const ids = new Set(manifest.artifacts.map(({ id }) => id))
  return {
    wanted,
    added: added.map(({ id }) => id),
    kept: wanted.filter((artifact) => isCarriedOver.get(artifact) === true).map(({ id }) => id),
    dropped: (current?.artifacts ?? []).map(({ id }) => id).filter((id) => !ids.has(id)),
    deprecated: wanted.filter(({ status }) => status === 'deprecated').map(({ id }) => id),
    copyBytes,
    missing: open.filter(({ path }) => !present.has(path)),
    unmet: unmetBy(manifest, machine, copyBytes),
  }
}
