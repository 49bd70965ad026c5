/** Air-gap bundles as they cross the border: what lies on a medium, what was taken, what serves, and work on them. */
import * as z from 'zod'
import { artifactKinds } from '../domain/airgap/artifact.ts'
import { scanOutcomes } from '../domain/airgap/scan.ts'
import { Digest } from '../domain/digest.ts'
import { Label } from '../domain/label.ts'
import { Failure } from '../domain/result.ts'
import { bundlePlacedCalls } from './bundle-placed.ts'
import { call } from './define.ts'

const count = z.int().min(0)
const nothing = z.strictObject({})
const path = z.string().min(1).max(4_096)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const time = z.iso.datetime()

const BundleSigner = z.strictObject({ keyId: z.string(), name: z.string().nullable() })

export const BundleItem = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: z.enum(Object.keys(artifactKinds) as [keyof typeof artifactKinds, ...(keyof typeof artifactKinds)[]]),
  name: z.string(),
  version: z.string(),
  sizeBytes: count,
  digest: Digest,
  licence: z.string(),
  status: z.enum(['active', 'deprecated', 'revoked']),
  /** Where it was collected, and whether a hash was published there. */
  source: z.strictObject({ url: z.string(), isHashPublished: z.boolean() }).nullable(),
})
export type BundleItem = z.infer<typeof BundleItem>

const Facts = z.strictObject({
  digest,
  channel: z.string(),
  version: z.string(),
  seq: count,
  createdAt: time,
  /** How its medium is marked. */
  label: Label,
  items: z.array(BundleItem),
})

/** What lies on a medium, and what a load would change. Nothing was written. */
export const BundleInspection = Facts.extend({
  rootVersion: count,
  purpose: z.enum(['production', 'development']),
  role: z.enum(['bundle', 'models']),
  signers: z.array(BundleSigner),
  siteSigners: z.array(BundleSigner),
  /** Keys that the root does not know; they count for nothing. */
  unknownSigners: z.array(z.string()),
  isStale: z.boolean(),
  isTaken: z.boolean(),
  volume: z.strictObject({ index: count, of: count }).nullable(),
  /** Who says to have had the medium: another's word. */
  custody: z.array(
    z.strictObject({ file: z.string(), time, action: z.string(), actor: z.string(), machine: z.string(), media: z.string().nullable() }),
  ),
  ignored: z.array(z.string()),
  plan: z.strictObject({
    added: z.array(z.string()),
    kept: z.array(z.string()),
    dropped: z.array(z.string()),
    deprecated: z.array(z.string()),
    copyBytes: count,
    freeBytes: count,
    /** Files that are neither on this medium nor here. */
    missing: z.array(z.string()),
    unmet: z.array(z.string()),
  }),
})
export type BundleInspection = z.infer<typeof BundleInspection>

/** A bundle that this station has taken. */
export const BundleRelease = Facts.extend({
  state: z.enum(['active', 'previous', 'kept']),
  isPinned: z.boolean(),
  /** False when it was called back or is below the lowest number that may serve. */
  isUsable: z.boolean(),
  receipt: z
    .strictObject({
      at: time,
      by: z.string(),
      medium: z.string().nullable(),
      signers: z.array(BundleSigner),
      scans: z.array(z.strictObject({ id: z.string(), outcome: z.enum(scanOutcomes), detail: z.string() })),
      acceptedUnscanned: z.string().nullable(),
    })
    .nullable(),
})
export type BundleRelease = z.infer<typeof BundleRelease>

export const bundleSteps = [
  'inspect',
  'plan',
  'quarantine',
  'verify',
  'scan',
  'structure',
  'promote',
  'admit',
  'check',
  'unpack',
  'switch',
] as const

/** The work under way or the last one: one at a time. */
export const BundleWork = z.strictObject({
  kind: z.enum(['load', 'verify', 'check', 'activate', 'rollback']),
  /** `waiting`: everything on this volume is here, and other volumes have yet to come. */
  state: z.enum(['running', 'done', 'waiting', 'failed']),
  digest: digest.nullable(),
  step: z.enum(bundleSteps),
  done: count,
  total: count,
  missing: z.array(z.string()),
  volumes: z.strictObject({ seen: z.array(count), of: count }).nullable(),
  failure: Failure.nullable(),
})
export type BundleWork = z.infer<typeof BundleWork>

export const BundleStatus = z.strictObject({
  /** Null = nobody has said yet whose bundles this station takes. */
  trust: z
    .strictObject({
      rootVersion: count,
      fingerprint: digest,
      purpose: z.enum(['production', 'development']),
      epoch: count,
      timeFloor: time,
      roles: z.array(z.strictObject({ role: z.enum(['root', 'bundle', 'models', 'site']), threshold: count, keys: z.array(BundleSigner) })),
    })
    .nullable(),
  /** Why trust cannot be read, where it cannot. */
  trouble: Failure.nullable(),
  /** The program that runs and the one that the next start takes, where this installation has slots; `isOurs`: it may be changed from here. */
  app: z.strictObject({ running: z.string(), next: z.string().nullable(), isOurs: z.boolean() }).nullable(),
  releases: z.array(BundleRelease),
  /** Bundles that were begun and not taken yet. */
  quarantined: z.array(z.strictObject({ digest, bytes: count })),
  storeBytes: count,
  work: BundleWork.nullable(),
})
export type BundleStatus = z.infer<typeof BundleStatus>

export const BundleCheck = z.strictObject({
  files: count,
  bytes: count,
  /** Files that were not what their name says, or are gone; what was damaged is taken away, and a load brings it back. */
  damaged: z.array(z.strictObject({ digest, id: z.string(), releases: z.array(z.string()) })),
})
export type BundleCheck = z.infer<typeof BundleCheck>

export const BundleSweep = z.strictObject({ releases: z.array(z.string()), files: count, bytes: count, isDone: z.boolean() })
export type BundleSweep = z.infer<typeof BundleSweep>

export const BundleExport = z.strictObject({ file: z.string(), sizeBytes: count, digest: Digest })
export type BundleExport = z.infer<typeof BundleExport>

/** A mounted volume with folders that hold an air-gap bundle. Nothing of them was read. */
export const BundleMedium = z.strictObject({ mountPoint: path, device: z.string(), fileSystem: z.string(), folders: z.array(path) })
export type BundleMedium = z.infer<typeof BundleMedium>

export const bundleCalls = {
  ...bundlePlacedCalls,
  'bundles.status': call('Whose bundles this station takes, which it has taken, and what serves', nothing, BundleStatus),
  'bundles.trust': call(
    'Say whose bundles this station takes: the root on this medium that has the fingerprint which a person has compared',
    z.strictObject({ path, fingerprint: digest }),
    BundleStatus,
  ),
  'bundles.media': call(
    'Volumes that are mounted here and hold a bundle at their top or one folder below. Reads names only',
    nothing,
    z.strictObject({ media: z.array(BundleMedium) }),
  ),
  'bundles.inspect': call(
    'Look at a bundle: who signed it, and what a load would change. Writes nothing',
    z.strictObject({ path }),
    BundleInspection,
  ),
  'bundles.verify': call(
    'Begin to hash every file of a bundle where it lies, against what was signed. Writes nothing',
    z.strictObject({ path }),
    BundleWork,
  ),
  'bundles.load': call(
    'Begin to take a bundle in: verified, scanned and checked before any of it counts',
    z.strictObject({ path, acceptUnscanned: z.string().min(10).max(1_000).nullable().default(null) }),
    BundleWork,
  ),
  'bundles.cancel': call('Stop the work under way; what was done of it is kept for the next time', nothing, BundleStatus),
  'bundles.activate': call(
    'Begin to let a bundle serve, once what it brings was tried; what served before stays ready',
    z.strictObject({ digest }),
    BundleWork,
  ),
  'bundles.rollback': call(
    'Begin to go back to a bundle that served before; null = the last one',
    z.strictObject({ digest: digest.nullable().default(null) }),
    BundleWork,
  ),
  'bundles.pin': call('Keep a bundle, whatever comes after it', z.strictObject({ digest, isPinned: z.boolean() }), BundleStatus),
  'bundles.check': call(
    'Hash every file that came with bundles again; it is work under way meanwhile, and can be cancelled',
    nothing,
    BundleCheck,
  ),
  'bundles.sweep': call(
    'Throw away bundles that neither serve, nor did of late, nor are pinned',
    z.strictObject({ isDry: z.boolean().default(true) }),
    BundleSweep,
  ),
  'bundles.export': call(
    'Write one file that came with a bundle into the folder of exports',
    z.strictObject({ id: z.string().max(80) }),
    BundleExport,
  ),
} as const
