/** The programs of this installation, put together: where they lie, how a new one is tried, and who is told. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ActivationStation } from '../airgap/activate.ts'
import { findAppSlots, type SlotSeams, slotNames } from '../airgap/app-slots.ts'
import type { Release, Releases } from '../airgap/releases.ts'
import type { HeldTrust } from '../airgap/trust-store.ts'
import type { Artifact } from '../domain/airgap/artifact.ts'
import type { Result } from '../domain/result.ts'
import { trySlot } from '../platform/slot-trial.ts'
import type { Backups } from '../store/backups.ts'
import { sha256 } from '../store/event-log.ts'
import type { Paths } from '../world.ts'

/** The tree that this program was delivered in: above `dist/main/composition`. */
const ownTree = join(import.meta.dirname, '..', '..', '..')

export interface OpenedAppSlots {
  readonly running: string
  /** Tells the script on the next medium what this station trusts by now; `digest` is a release that was verified under it. */
  noteTrust(digest: string): void
  next(): string | null
  isOurs(): boolean
  sweep(kept: readonly Artifact[]): void
  proven(): void
  roots(): ReadonlySet<string>
  readonly activation: ActivationStation['app']
}

export function openAppSlots(
  paths: Paths,
  backups: Backups,
  releases: Pick<Releases, 'folder' | 'list'>,
  trust: () => Result<HeldTrust | null>,
  seams: SlotSeams,
): OpenedAppSlots | null {
  const slots = findAppSlots(ownTree, seams)
  if (slots === null) return null

  const prepare: NonNullable<ActivationStation['app']>['prepare'] = async (file, artifact, signal) => {
    const unpacked = await slots.unpack(file, artifact, signal)
    if (!unpacked.ok) return unpacked
    // It may bring tables of its own: a copy of the store is changed first.
    const backup = await backups.make()
    if (!backup.ok) return backup
    const trial = join(paths.airgap, 'trials', unpacked.value)
    rmSync(trial, { recursive: true, force: true })
    mkdirSync(trial, { recursive: true, mode: 0o700 })
    try {
      copyFileSync(backup.value.file, join(trial, 'holdfast.db'))
      return await trySlot(slots.folder(unpacked.value), trial, signal)
    } finally {
      rmSync(trial, { recursive: true, force: true })
    }
  }
  const noteTrust = (digest: string) => {
    const held = trust()
    if (!held.ok || held.value === null || !slots.isWritable()) return
    const brought = releases
      .list()
      .flatMap(({ manifest }) => manifest.artifacts.filter(({ kind }) => kind === 'app').map((app) => [app, manifest.seq] as const))
    slots.noteTrust(releases.folder(digest), held.value.state, brought)
  }
  return {
    running: slots.running,
    noteTrust,
    next: slots.current,
    isOurs: slots.isWritable,
    sweep: (kept) => slots.sweep(new Set(kept.flatMap(slotNames))),
    proven: slots.proven,
    roots: () => slots.roots(sha256),
    get activation() {
      if (!slots.isWritable()) return null
      return {
        isRunning: slots.isCurrent,
        prepare,
        switchTo: (artifact: Artifact, release: Release) => {
          noteTrust(release.digest)
          return slots.switchTo(slots.nameOf(artifact))
        },
      }
    },
  }
}
