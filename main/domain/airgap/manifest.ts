/** `BUNDLE.json`: everything that an air-gap bundle is and carries. The signed bytes are the bytes of this file. */
import * as z from 'zod'
import { Digest } from '../digest.ts'
import { Label, permits } from '../label.ts'
import { Artifact, artifactFault, artifactLimits, type Part, Platform, partsOf } from './artifact.ts'
import { readStrictJson } from './strict-json.ts'

const count = z.int().min(0)
const seq = z.int().min(1)
const version = z
  .string()
  .max(24)
  .regex(/^\d+\.\d+\.\d+(?:-[a-z0-9.]+)?$/)

export const manifestLimits = { bytesMax: 4 * 1024 * 1024, artifactsMax: artifactLimits.artifactsMax, revokedMax: 10_000 } as const

/** A key as minisign writes its id: 16 hex digits. */
export const KeyId = z.string().regex(/^[0-9A-F]{16}$/)

export const BundleManifest = z.strictObject({
  format: z.literal('holdfast-bundle-1'),
  product: z.literal('holdfast'),
  /** Bundles of different channels are counted apart. */
  channel: z
    .string()
    .max(24)
    .regex(/^[a-z][a-z0-9-]*$/),
  version,
  /** Rises with each bundle of a channel, so that an old one cannot pass for a new one. */
  seq,
  rootVersion: seq,
  createdAt: z.iso.datetime({ precision: 0, offset: false }),
  /** As high as anything that it carries: how its medium is marked. A station takes nothing above its ceiling. */
  label: Label,
  /** After so many days a load warns; null = never. */
  staleAfterDays: z.int().min(1).max(3_650).nullable(),
  /** No bundle below this number may be activated again. */
  minSeq: count,
  revoked: z.strictObject({
    bundles: z.array(Digest).max(manifestLimits.revokedMax),
    blobs: z.array(Digest).max(manifestLimits.revokedMax),
    keys: z.array(KeyId).max(manifestLimits.revokedMax),
  }),
  /** What the receiving machine must have; null = no matter. */
  requires: z.strictObject({
    platforms: z.array(Platform).nullable(),
    glibc: z
      .string()
      .regex(/^\d+\.\d+$/)
      .nullable(),
    ramBytes: count.nullable(),
    vramBytes: count.nullable(),
    diskBytes: count.nullable(),
    /** The oldest Holdfast that can load it. */
    appVersion: version.nullable(),
  }),
  /** Bundles whose artifacts may be left out of this one; what is left out must lie in the store already. */
  baseline: z.array(Digest).max(100),
  /** Which artifact serves in each role once the bundle is active. */
  serves: z.strictObject({ chat: z.string().nullable(), embed: z.string().nullable(), rerank: z.string().nullable() }),
  artifacts: z.array(Artifact).min(1).max(manifestLimits.artifactsMax),
})
export type BundleManifest = z.infer<typeof BundleManifest>

export const manifestParts = ({ artifacts }: BundleManifest): readonly Part[] => artifacts.flatMap(partsOf)

/** What a schema cannot say: why this manifest contradicts itself, or null. */
export function manifestFault(manifest: BundleManifest): string | null {
  const { artifacts, serves, minSeq, seq: own } = manifest
  const fault = artifacts.map(artifactFault).find((found) => found !== null)
  if (fault !== undefined) return fault
  if (new Set(artifacts.map(({ id }) => id)).size !== artifacts.length) return 'two artifacts have one id'
  const parts = manifestParts(manifest)
  if (new Set(parts.map(({ path }) => path)).size !== parts.length) return 'two artifacts have one file'
  const apps = artifacts.filter(({ kind }) => kind === 'app')
  // Nobody could tell which of them is to run: two editions travel in two bundles.
  if (new Set(apps.map(({ platform }) => platform)).size !== apps.length) return 'two appliances are for one platform'
  if (parts.some(({ path }) => (path.split('/').at(-1) ?? '').length > artifactLimits.fileNameChars)) return 'a file name is too long'
  const above = artifacts.find(({ collection }) => collection !== null && !permits(manifest.label, collection.label))
  if (above !== undefined) return `${above.id} is above the label of the bundle`
  if (artifacts.filter(({ kind, status }) => kind === 'policy' && status !== 'revoked').length > 1) return 'it brings more than one policy'
  if (minSeq > own) return 'it forbids itself'
  for (const role of ['chat', 'embed', 'rerank'] as const) {
    const id = serves[role]
    const named = artifacts.find((artifact) => artifact.id === id)
    if (id !== null && (named?.model?.roles.includes(role) !== true || named.status === 'revoked')) return `${role} names no such model`
  }
  return null
}

/** Null unless it is exactly of this form. Call it only with bytes whose signatures hold. */
export const readManifest = (text: string): BundleManifest | null => readStrictJson(text, BundleManifest)
