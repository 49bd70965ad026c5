/**
 * What is on record about a model: its manifest, how it came here, and what its file was when it was admitted. No field is ever
 * guessed; unknown is null.
 */
import * as z from 'zod'
import { Digest } from './digest.ts'
import { idOf } from './ids.ts'
import { Level } from './label.ts'
import { Tier } from './tier.ts'
import { TierProfile } from './tier-profile.ts'

const count = z.int().min(0)
const name = z.string().max(400)

export const modelRoles = ['chat', 'embed', 'rerank'] as const
export const ModelRole = z.enum(modelRoles)
export type ModelRole = z.infer<typeof ModelRole>

/** One model as a list describes it or as its import found it. */
export const ModelManifest = z.strictObject({
  id: z.string().min(1).max(120),
  name,
  developer: name.nullable(),
  /** The developer's country, two letters (ISO 3166-1). */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable(),
  file: z.string().min(1).max(1_024),
  sha256: Digest,
  sizeBytes: count,
  licence: z.string().max(100_000).nullable(),
  contextTokens: count,
  quantisation: z.string().max(40),
  /** The levels of data that it may serve. */
  levels: z.array(Level).min(1),
  roles: z.array(ModelRole).min(1),
  chatTemplateHash: Digest.nullable(),
})
export type ModelManifest = z.infer<typeof ModelManifest>

/** The models that a tier is delivered with. A list may be empty: every site admits its own. */
export const ModelList = z.strictObject({ tier: Tier, profile: TierProfile.optional(), models: z.array(ModelManifest).max(500) })
export type ModelList = z.infer<typeof ModelList>

export const modelChecks = ['regular_file', 'not_sparse', 'header', 'copy', 'digest'] as const

/** Who brought the model, from where, and what was checked before it was admitted. */
export const CustodyRecord = z.strictObject({
  broughtBy: z.string().max(256),
  fromPath: z.string().max(4_096),
  /** The mounted volume that the path lay on, as far as the system tells. */
  medium: z.strictObject({ mountPoint: z.string(), device: z.string(), fileSystem: z.string() }).nullable(),
  wasCloned: z.boolean(),
  /** Whether a delivered list names exactly these bytes. */
  isListed: z.boolean(),
  checks: z.array(z.enum(modelChecks)),
})
export type CustodyRecord = z.infer<typeof CustodyRecord>

/** What the header states and the loader needs to plan memory. */
export const ModelShape = z.strictObject({
  architecture: z.string().max(64),
  parameters: count,
  width: count,
  layers: count,
  vocabulary: count,
  cacheBytesPerToken: count,
  pooling: z.enum(['none', 'mean', 'cls', 'last', 'rank']).nullable(),
})
export type ModelShape = z.infer<typeof ModelShape>

/** What the file system said of the file when it was last hashed. As long as it says the same, the bytes are taken to be the same. */
export const FileMark = z.strictObject({ inode: count, size: count, changedMs: count })
export type FileMark = z.infer<typeof FileMark>

/** An admitted model. */
export const ModelRecord = z.strictObject({
  id: idOf('mdl'),
  manifest: ModelManifest,
  shape: ModelShape,
  custody: CustodyRecord,
  /** The file's name in the folder of models. */
  storedAs: z.string().regex(/^[0-9a-f]{64}\.gguf$/),
  mark: FileMark,
  verifiedAt: count,
  admittedAt: count,
  isActive: z.boolean(),
})
export type ModelRecord = z.infer<typeof ModelRecord>
