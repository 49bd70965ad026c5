/**
 * Says whether a file is a model that native code may be shown, and what its header states about it. Never loads a weight and never
 * follows a link.
 */
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { fail, type Result } from '../domain/result.ts'
import { type GgufHeader, readHeader } from './gguf-header.ts'
import { HeaderReader, HeaderRefusal, headerLimits, refusable } from './gguf-reader.ts'

export const poolings = ['none', 'mean', 'cls', 'last', 'rank'] as const
export type Pooling = (typeof poolings)[number]

/** What the header states. It is the file's own word about itself: shown to people, never trusted for memory. */
export interface GgufFacts {
  readonly architecture: string
  readonly name: string | null
  readonly licence: string | null
  readonly developer: string | null
  readonly role: 'chat' | 'embed'
  /** The tensor type that holds most bytes, such as `Q4_K`. */
  readonly quantisation: string
  readonly parameters: number
  readonly contextTokens: number
  readonly layers: number
  readonly width: number
  /** Bytes of keys and values that one token takes in the context, at half precision. */
  readonly cacheBytesPerToken: number
  readonly vocabulary: number
  readonly chatTemplate: string | null
  readonly pooling: Pooling | null
}

const embeddingArchitectures = new Set([
  'bert',
  'nomic-bert',
  'nomic-bert-moe',
  'jina-bert-v2',
  'jina-bert-v3',
  'modern-bert',
  'neo-bert',
  'eurobert',
  'gemma-embedding',
])
const notModels = new Set(['clip', 'mmproj'])

const refuse = (code: string, message: string): never => {
  throw new HeaderRefusal(code, message)
}

function factsOf(header: GgufHeader): GgufFacts {
  const { scalars, lists } = header
  const text = (key: string): string | null => {
    const value = scalars.get(key)
    return typeof value === 'string' && value.trim() !== '' ? value : null
  }
  const whole = (key: string, max: number): number | null => {
    const value = scalars.get(key)
    if (value === undefined) return null
    const number = typeof value === 'bigint' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > max)
      return refuse('model.absurd_parameters', 'The header gives an impossible size for the model.')
    return number
  }
  const architecture = text('general.architecture')
  if (architecture === null || !/^[a-z0-9_-]{1,64}$/i.test(architecture))
    return refuse('model.no_architecture', 'The header does not say which architecture the model has.')
  const kind = text('general.type') ?? 'model'
  if (kind !== 'model' || notModels.has(architecture))
    refuse('model.not_a_model', 'The file is an adapter or a part of a model, not a model.')
  if ((whole('split.count', 65_535) ?? 1) > 1) refuse('model.split', 'The model is split into several files.')
  if (header.tensors === 0) refuse('model.no_weights', 'The file has a header but no weights.')
  const of = (key: string, max: number) => whole(`${architecture}.${key}`, max)
  const layers = of('block_count', headerLimits.layersMax)
  const width = of('embedding_length', headerLimits.widthMax)
  const contextTokens = of('context_length', headerLimits.contextTokensMax)
  const vocabulary = lists.get('tokenizer.ggml.tokens')?.items ?? 0
  if (!layers || !width || !contextTokens || vocabulary === 0)
    return refuse('model.incomplete', 'The header lacks the layers, width, context or tokens of the model.')
  const heads = lists.has(`${architecture}.attention.head_count`) ? null : of('attention.head_count', 65_536)
  if (heads === 0 || (heads !== null && heads > width)) refuse('model.absurd_parameters', 'The header gives an impossible number of heads.')
  const cacheHeads = lists.has(`${architecture}.attention.head_count_kv`) ? heads : (of('attention.head_count_kv', 65_536) ?? heads)
  const keyWidth = of('attention.key_length', 65_536) ?? (heads === null ? width : Math.floor(width / heads))
  const valueWidth = of('attention.value_length', 65_536) ?? keyWidth
  const pooling = poolings[of('pooling_type', 1_000) ?? -1] ?? null
  if (pooling === 'rank') refuse('model.unsupported_role', 'The model ranks texts; only chat and embedding models are used here.')
  const isEmbedder = embeddingArchitectures.has(architecture) || (pooling !== null && pooling !== 'none')
  const [quantisation] = [...header.bytesByType].reduce((most, entry) => (entry[1] > most[1] ? entry : most), ['', -1])
  return {
    architecture,
    name: text('general.name'),
    licence: text('general.license'),
    developer: text('general.organization') ?? text('general.author'),
    role: isEmbedder ? 'embed' : 'chat',
    quantisation,
    parameters: Number(header.elements),
    contextTokens,
    layers,
    width,
    cacheBytesPerToken: layers * (cacheHeads ?? 1) * (keyWidth + valueWidth) * 2,
    vocabulary,
    chatTemplate: text('tokenizer.chat_template'),
    pooling,
  }
}

/** The structure alone, without asking whether it is a model that we can use. */
export const checkHeader = (handle: FileHandle, fileBytes: number): Promise<Result<GgufHeader>> =>
  refusable(() => readHeader(new HeaderReader(handle, fileBytes)))

export const checkGguf = (handle: FileHandle, fileBytes: number): Promise<Result<GgufFacts>> =>
  refusable(async () => factsOf(await readHeader(new HeaderReader(handle, fileBytes))))

export interface OpenModelFile {
  readonly handle: FileHandle
  readonly stat: Stats
}

/** Opens a regular file for reading without following a link at its end. The caller closes the handle. */
export async function openModelFile(path: string): Promise<Result<OpenModelFile>> {
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ELOOP') return fail('model.link', 'The model file is a symbolic link.', 'Give the path of the file itself.')
    if (code === 'ENOENT') return fail('model.missing', 'There is no file at this path.', 'Check the path and that its medium is mounted.')
    return fail('model.unreadable', 'The model file could not be opened.', 'Check its permissions and that its medium can be read.')
  }
  const stat = await handle.stat()
  if (stat.isFile()) return { ok: true, value: { handle, stat } }
  await handle.close()
  return fail('model.not_a_file', 'The path names something that is not a file.', 'Give the path of a GGUF file.')
}
