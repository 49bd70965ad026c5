/** What whoever packs a bundle writes down: the bundle's own facts, and a file on this machine for each artifact. Sizes and hashes are measured. */
import * as z from 'zod'
import { unclassified } from '../label.ts'
import { Artifact, artifactLimits } from './artifact.ts'
import { BundleManifest } from './manifest.ts'

const facts = BundleManifest.shape

export const PackList = z.strictObject({
  format: z.literal('holdfast-pack-1'),
  channel: facts.channel,
  version: facts.version,
  seq: facts.seq,
  /** The same list makes the same bundle, so its time stands here. */
  createdAt: facts.createdAt,
  label: facts.label.default(unclassified),
  staleAfterDays: facts.staleAfterDays.default(365),
  minSeq: facts.minSeq.default(0),
  revoked: facts.revoked.default({ bundles: [], blobs: [], keys: [] }),
  requires: facts.requires.default({ platforms: null, glibc: null, ramBytes: null, vramBytes: null, diskBytes: null, appVersion: null }),
  serves: facts.serves.default({ chat: null, embed: null, rerank: null }),
  artifacts: z
    .array(
      Artifact.omit({ size: true, sha256: true, chunks: true }).extend({
        platform: Artifact.shape.platform.default(null),
        upstream: Artifact.shape.upstream.default(null),
        status: Artifact.shape.status.default('active'),
        model: Artifact.shape.model.default(null),
        collection: Artifact.shape.collection.default(null),
        /** Relative to the list. */
        file: z.string().min(1).max(4_096),
      }),
    )
    .min(1)
    .max(artifactLimits.artifactsMax),
})
export type PackList = z.infer<typeof PackList>
