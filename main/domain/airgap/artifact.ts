/** One thing that an air-gap bundle carries. Where it is put follows from its kind; its file name follows from what is signed, never the other way round. */
import * as z from 'zod'
import { Digest } from '../digest.ts'
import { Label } from '../label.ts'

const count = z.int().min(0)

/** Each kind with what its files are called. Names say what a file is, to people and to scanners. */
export const artifactKinds = {
  app: 'tar.zst',
  deb: 'deb',
  rpm: 'rpm',
  installer: 'exe',
  zip: 'zip',
  model: 'gguf',
  dataset: 'tar.zst',
  'ocr-data': 'traineddata.gz',
  'agent-pack': 'tar.zst',
  policy: 'json',
  sbom: 'cdx.json',
  vex: 'vex.json',
  advisory: 'json',
  provenance: 'json',
  licences: 'txt',
  manual: 'tar.zst',
  doc: 'md',
} as const
export type ArtifactKind = keyof typeof artifactKinds
export const ArtifactKind = z.enum(Object.keys(artifactKinds) as [ArtifactKind, ...ArtifactKind[]])

/** What a name may be on every file system that a bundle crosses: FAT32 and Joliet, without regard to case. */
const portable = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/
const portableName = (max: number) =>
  z
    .string()
    .max(max)
    .regex(portable)
    .refine((name) => !name.includes('..'))

/** What is shown to whoever signs or stands at the gap holds nothing that would steer a terminal or begin a line. */
const plain = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{C}\u2028\u2029]+$/u)

export const platforms = ['linux-x64', 'linux-arm64', 'win-x64'] as const
export const Platform = z.enum(platforms)
export type Platform = z.infer<typeof Platform>

export const artifactLimits = {
  /** Above this a file is split: FAT32 ends at 4 GiB - 1, scanners at 2 GiB. */
  partBytesMax: 1_792 * 1024 * 1024,
  partBytesMin: 64 * 1024,
  partsMax: 4_096,
  bytesMax: 1024 ** 4,
  artifactsMax: 2_000,
  fileNameChars: 64,
  collectionNameChars: 80,
} as const

export const Chunk = z.strictObject({ size: z.int().min(1).max(artifactLimits.partBytesMax), sha256: Digest })
export type Chunk = z.infer<typeof Chunk>

/** Where it came from on the connected side, and what was published there about its bytes. */
export const Upstream = z.strictObject({
  /** Printable: it is shown to people who sign, and at the gap. */
  url: z
    .string()
    .max(2_000)
    .regex(/^[\x21-\x7e]+$/),
  revision: z.string().max(200).nullable(),
  /** The hash that upstream published; null = none was, and the entry wants a second signature. */
  sha256: Digest.nullable(),
})
export type Upstream = z.infer<typeof Upstream>

/** What the list of models says of it. */
export const ModelFacts = z.strictObject({
  roles: z.array(z.enum(['chat', 'embed', 'rerank'])).min(1),
  developer: z.string().max(400).nullable(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable(),
  quantisation: z.string().max(40).nullable(),
  contextTokens: count.nullable(),
  queryPrefix: z.string().max(400),
  passagePrefix: z.string().max(400),
  chatTemplateHash: Digest.nullable(),
})
export type ModelFacts = z.infer<typeof ModelFacts>

export const Artifact = z.strictObject({
  id: portableName(80),
  kind: ArtifactKind,
  name: portableName(32),
  /** What people call it. */
  title: plain(120),
  version: portableName(16),
  /** Null = for every platform. */
  platform: Platform.nullable(),
  size: z.int().min(1).max(artifactLimits.bytesMax),
  sha256: Digest,
  /** The parts in their order; one part is the whole file. */
  chunks: z.array(Chunk).min(1).max(artifactLimits.partsMax),
  licence: plain(200),
  upstream: Upstream.nullable(),
  status: z.enum(['active', 'deprecated', 'revoked']),
  model: ModelFacts.nullable(),
  /** Of a dataset: the collection that its documents go into, and the floor that it is begun with. */
  collection: z.strictObject({ name: z.string().min(1).max(120), label: Label }).nullable(),
})
export type Artifact = z.infer<typeof Artifact>

/** A file of the bundle that holds a part of an artifact, or all of it. */
export interface Part {
  readonly path: string
  readonly size: number
  readonly sha256: string
  readonly artifact: Artifact
  readonly index: number
}

const partSuffix = (index: number): string => `.part${String(index + 1).padStart(2, '0')}`

export function partsOf(artifact: Artifact): readonly Part[] {
  const { kind, name, version, sha256, chunks } = artifact
  const file = `files/${kind}/${name}-${version}-${sha256.value.slice(0, 8)}.${artifactKinds[kind]}`
  return chunks.map((chunk, index) => ({
    path: chunks.length === 1 ? file : `${file}${partSuffix(index)}`,
    size: chunk.size,
    sha256: chunk.sha256.value,
    artifact,
    index,
  }))
}

/** As people name one, and nothing that would steer a terminal. */
const isCollectionName = (name: string): boolean =>
  name.length <= artifactLimits.collectionNameChars && name.trim() === name && plain(name.length).safeParse(name).success

/** What a schema cannot say: why this artifact contradicts itself, or null. */
export function artifactFault({ id, kind, name, platform, upstream, model, collection, size, sha256, chunks }: Artifact): string | null {
  if ((kind === 'model') !== (model !== null)) return `${id}: a model, and nothing else, has facts of a model`
  if ((kind === 'dataset') !== (collection !== null)) return `${id}: a dataset, and nothing else, names a collection`
  if (collection !== null && !isCollectionName(collection.name)) return `${id}: no collection can have such a name`
  // Whoever unpacks it without a program of ours finds it by its name.
  if (kind === 'app' && (platform === null || !name.endsWith(platform))) return `${id}: an appliance bears the name of its platform`
  if (upstream?.sha256 != null && upstream.sha256.value !== sha256.value) return `${id}: it is not what was published where it came from`
  if (chunks.reduce((sum, chunk) => sum + chunk.size, 0) !== size) return `${id}: its parts are not as long as it is`
  if (chunks.length === 1 && chunks[0]?.sha256.value !== sha256.value) return `${id}: its one part is another file`
  // All parts but the last are of one size, so that a part can be told by its number.
  if (chunks.slice(0, -1).some((chunk) => chunk.size !== chunks[0]?.size)) return `${id}: its parts are of different sizes`
  return null
}
