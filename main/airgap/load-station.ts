/** What a load needs of the station around it, and what it tells. */
import type { Acceptance } from '../domain/airgap/acceptance.ts'
import type { Artifact, Part } from '../domain/airgap/artifact.ts'
import type { LoadPlan, Machine } from '../domain/airgap/load-plan.ts'
import type { BundleManifest } from '../domain/airgap/manifest.ts'
import type { Scanned } from '../domain/airgap/scan.ts'
import type { Label } from '../domain/label.ts'
import type { Result } from '../domain/result.ts'
import type { Clock, Failpoint } from '../world.ts'
import type { BlobStore } from './blob-store.ts'
import type { ListedFile } from './check-files.ts'
import type { Watch } from './copy-part.ts'
import type { Inspected, Trusted } from './inspect.ts'
import type { AirgapPlaces } from './places.ts'
import type { Releases } from './releases.ts'
import type { HeldTrust } from './trust-store.ts'

export type LoadStep = 'inspect' | 'plan' | 'quarantine' | 'verify' | 'scan' | 'structure' | 'promote'

export interface LoadStation {
  readonly places: AirgapPlaces
  /** Reads the medium beside whatever else goes on. */
  readonly inspect: (folder: string, trusted: Trusted, signal: AbortSignal | undefined) => Promise<Result<Inspected>>
  readonly checkFiles: (folder: string, files: readonly ListedFile[], watch: Watch) => Promise<Result<null>>
  readonly clock: Clock
  readonly blobs: BlobStore
  readonly releases: Releases
  readonly trust: () => Result<HeldTrust | null>
  readonly current: () => BundleManifest | null
  readonly machine: () => Machine
  readonly ceiling: () => Label
  readonly scan: (file: string, artifact: Artifact, signal: AbortSignal | undefined) => Promise<Scanned>
  /** Whether a file is what its kind says, by our own bounded look. */
  readonly structure: (file: string, artifact: Artifact, signal?: AbortSignal) => Promise<Result<null>>
  /** Told which medium a bundle lies on, before anything is read of it. */
  readonly onMedium?: (folder: string) => Promise<void>
  /** Puts what was accepted on record, for good. */
  readonly record: (loaded: Loaded, acceptance: Acceptance) => void
  readonly failpoint: Failpoint
}

export interface LoadWatch {
  readonly signal?: AbortSignal | undefined
  readonly onStep?: (step: LoadStep, done: number, total: number) => void
}

export interface Looked {
  readonly inspected: Inspected
  readonly acceptance: Acceptance
  readonly plan: LoadPlan
  readonly trust: HeldTrust
}

export interface Loaded {
  readonly inspected: Inspected
  readonly scans: readonly Scanned[]
  readonly isReload: boolean
  readonly isStale: boolean
  readonly plan: LoadPlan
  /** A person's word for what no scanner looked at. */
  readonly acceptedUnscanned: string | null
}

/** All volumes but these have been here. */
export interface Waiting {
  readonly inspected: Inspected
  readonly missing: readonly Part[]
  readonly volumes: { readonly seen: readonly number[]; readonly of: number }
}
