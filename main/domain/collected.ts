/** What a connected machine collected for a bundle, as `collected.json` beside the files says: the packer measures each file again and believes none. */
import * as z from 'zod'
import { ProfileName } from './bundle-profile.ts'
import { Digest } from './digest.ts'

/** Tools pack a product on the connected or the packing side; they are in no bundle. */
export const collectedKinds = ['electron', 'model', 'ocr-data', 'tool'] as const
export const collectPlatforms = ['linux-x64', 'linux-arm64', 'win-x64'] as const
export const CollectPlatform = z.enum(collectPlatforms)
export type CollectPlatform = z.infer<typeof CollectPlatform>

export const CollectedArtifact = z.strictObject({
  id: z.string().min(1).max(120),
  kind: z.enum(collectedKinds),
  name: z.string().min(1).max(400),
  version: z.string().min(1).max(120),
  /** Relative to the folder of `collected.json`, with `/`. */
  file: z.string().regex(/^[a-z-]+\/[A-Za-z0-9][A-Za-z0-9._-]*$/),
  licence: z.string().min(1).max(64),
  sizeBytes: z.int().min(1),
  sha256: Digest,
  upstream: z.strictObject({
    url: z.string().max(2_000),
    revision: z.string().max(200).nullable(),
    /** What its makers published about these bytes; null = nothing was, and nothing but the connection vouches for them. */
    sha256: Digest.nullable(),
  }),
})
export type CollectedArtifact = z.infer<typeof CollectedArtifact>

export const Collected = z.strictObject({
  format: z.literal('holdfast-collected-1'),
  profile: ProfileName,
  platform: CollectPlatform,
  /** By the clock of the connected machine. */
  collectedAt: z.iso.datetime(),
  artifacts: z.array(CollectedArtifact).max(200),
})
export type Collected = z.infer<typeof Collected>
