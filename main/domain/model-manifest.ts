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
const Country = z.string().regex(/^[A-Z]{2}$/)

export const modelRoles = ['chat', 'embed', 'rerank'] as const
export const ModelRole = z.enum(modelRoles)
export type ModelRole = z.infer<typeof ModelRole>

/** One model as its import found it, with what a list says of these very bytes. */
export const ModelManifest = z.strictObject({
  id: z.string().min(1).max(120),
  name,
  developer: name.nullable(),
  /** The developer's country, two letters (ISO 3166-1). */
  country: Country.nullable(),
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

/** Memory of a machine that a model is meant for, in GiB; the last stands for all that have more. */
export const machineSizes = [8, 16, 32] as const
export const MachineGib = z.union([z.literal(8), z.literal(16), z.literal(32)])
export type MachineGib = z.infer<typeof MachineGib>

const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/)
  .max(120)
const Repository = z.url({ protocol: /^https$/ }).max(400)
/** An identifier of the SPDX list, such as `Apache-2.0`. */
const Spdx = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.+-]*$/)
  .max(64)

/**
 * A model as a list names it before anyone has brought it: where its makers publish it and what is certain of it. Unlike a manifest it may
 * lack hash and size; without a hash it describes no file that arrives, since two files may bear one name.
 */
export const ListedModel = z.strictObject({
  id: Slug,
  name,
  developer: name,
  country: Country,
  /** The repository of the file. Who published it there may be another than the developer. */
  source: Repository,
  /** The commit of that repository that has been looked at. */
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .nullable(),
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.gguf$/),
  sha256: Digest.nullable(),
  sizeBytes: count.nullable(),
  licence: Spdx,
  quantisation: z.string().max(40),
  contextTokens: count,
  /** Null = what the one who imports it says. */
  levels: z.array(Level).min(1).nullable(),
  roles: z.array(ModelRole).min(1),
  machinesGib: z.array(MachineGib).min(1),
  /** What stands before a text when it is embedded; null for models that embed nothing. */
  queryPrefix: z.string().max(400).nullable(),
  passagePrefix: z.string().max(400).nullable(),
  chatTemplateHash: Digest.nullable(),
})
export type ListedModel = z.infer<typeof ListedModel>

/** What an endpoint can do beyond answering with text. */
export const endpointAbilities = ['streaming', 'usage', 'json_schema', 'seed', 'stop', 'tools'] as const
const Ability = z.enum(endpointAbilities)

/** What an endpoint of a tier must offer. Without what is required a request fails; without what is wished for it is answered all the same. */
export const EndpointOffer = z.strictObject({ contextTokensMin: count, required: z.array(Ability), wished: z.array(Ability) })
export type EndpointOffer = z.infer<typeof EndpointOffer>

/** A model that an endpoint of a tier may serve: weights that are published, so that a site knows what answers. */
export const ServedModel = z.strictObject({
  id: Slug,
  name,
  developer: name,
  country: Country,
  source: Repository,
  licence: Spdx,
  /** Billions of parameters, all and those used for one token. */
  parameters: z.strictObject({ all: count, active: count }),
  contextTokens: count,
})
export type ServedModel = z.infer<typeof ServedModel>

/** What a tier is delivered with: files for machines here, or what endpoints serve. Both may be empty: every site admits its own. */
export const ModelList = z.strictObject({
  tier: Tier,
  profile: TierProfile.optional(),
  models: z.array(ListedModel).max(500),
  endpoint: EndpointOffer.optional(),
  served: z.array(ServedModel).max(500).optional(),
})
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
