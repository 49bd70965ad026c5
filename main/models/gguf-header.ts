/**
 * Checks the header of a GGUF file before any native code may see it: every count, length, type, offset and name. It trusts nothing
 * that it reads, and holds on to little of it.
 */
import type { HeaderReader } from './gguf-reader.ts'
import { HeaderRefusal, headerLimits } from './gguf-reader.ts'
import { fixedSizeOf, tensorTypes, tokenType, tokenTypeMax, valueType } from './gguf-types.ts'

export type Scalar = string | number | bigint | boolean

/** A list is not kept, only what it was: `items` values of the type `of`. */
export interface ListShape {
  readonly of: number
  readonly items: number
}

export interface GgufHeader {
  readonly version: number
  readonly scalars: ReadonlyMap<string, Scalar>
  readonly lists: ReadonlyMap<string, ListShape>
  readonly tensors: number
  /** Elements of all tensors. */
  readonly elements: bigint
  /** Bytes of weights by the name of their type. */
  readonly bytesByType: ReadonlyMap<string, number>
}

interface Progress {
  readonly scalars: Map<string, Scalar>
  readonly lists: Map<string, ListShape>
  /** Tokens that look like bytes but are none, by index: `<0x-1>` makes llama.cpp write outside its table. */
  readonly falseBytes: Set<number>
  /** Indexes that the token types call bytes. */
  readonly bytes: Set<number>
  keptBytes: number
}

const refuse = (code: string, message: string): never => {
  throw new HeaderRefusal(code, message)
}

const printable = /^[\x21-\x7e]+$/
const byteToken = /^<0x[0-9A-Fa-f]{2}>$/

async function readScalar(reader: HeaderReader, type: number, progress: Progress): Promise<Scalar> {
  if (type === valueType.string) {
    const kept = await reader.string(headerLimits.keptStringBytesMax, 'text')
    progress.keptBytes += kept.length
    if (progress.keptBytes > headerLimits.keptBytesMax) refuse('model.absurd_length', 'The header holds more text than a model needs.')
    return kept
  }
  const raw = await reader.bytes(fixedSizeOf(type) ?? refuse('model.unknown_type', 'The header holds a value of an unknown type.'))
  switch (type) {
    case valueType.uint8:
      return raw.readUInt8()
    case valueType.int8:
      return raw.readInt8()
    case valueType.uint16:
      return raw.readUInt16LE()
    case valueType.int16:
      return raw.readInt16LE()
    case valueType.uint32:
      return raw.readUInt32LE()
    case valueType.int32:
      return raw.readInt32LE()
    case valueType.float32:
      return raw.readFloatLE()
    case valueType.float64:
      return raw.readDoubleLE()
    case valueType.uint64:
      return raw.readBigUInt64LE()
    case valueType.int64:
      return raw.readBigInt64LE()
    default: {
      const value = raw.readUInt8()
      return value > 1 ? refuse('model.bad_value', 'The header holds a truth value that is neither 0 nor 1.') : value === 1
    }
  }
}

async function readTokenTypes(reader: HeaderReader, items: number, progress: Progress): Promise<void> {
  for (let index = 0; index < items; ) {
    const raw = await reader.bytes(Math.min(items - index, headerLimits.bufferBytes / 4) * 4)
    for (let at = 0; at < raw.length; at += 4, index++) {
      const type = raw.readInt32LE(at)
      if (type < 0 || type > tokenTypeMax) refuse('model.bad_tokenizer', 'The tokenizer holds a token of an unknown type.')
      if (type === tokenType.byte) {
        if (progress.bytes.size >= 1_024) refuse('model.bad_tokenizer', 'The tokenizer names more byte tokens than there are bytes.')
        progress.bytes.add(index)
      }
    }
  }
}

async function readList(reader: HeaderReader, key: string, progress: Progress): Promise<void> {
  const of = await reader.uint32()
  if (of === valueType.array) refuse('model.nested_list', 'The header holds a list inside a list.')
  const size = of === valueType.string ? 8 : fixedSizeOf(of)
  if (size === null) return refuse('model.unknown_type', 'The header holds a list of an unknown type.')
  const expected = expectedLists.get(key)
  if (expected !== undefined && expected !== of) refuse('model.bad_tokenizer', 'The tokenizer holds a list of the wrong type.')
  const items = await reader.length(size, headerLimits.listItemsMax, 'model.absurd_length', 'items in a list')
  progress.lists.set(key, { of, items })
  if (of === valueType.string) {
    const isTokens = key === 'tokenizer.ggml.tokens'
    await reader.strings(items, (bytes, index) => {
      if (!isTokens || bytes.length > 16 || bytes[0] !== 0x3c || bytes[1] !== 0x30 || bytes[2] !== 0x78) return
      if (!byteToken.test(bytes.toString('latin1'))) progress.falseBytes.add(index)
    })
  } else if (key === 'tokenizer.ggml.token_type') await readTokenTypes(reader, items, progress)
  else await reader.skip(items * size)
}

const expectedLists: ReadonlyMap<string, number> = new Map([
  ['tokenizer.ggml.tokens', valueType.string],
  ['tokenizer.ggml.merges', valueType.string],
  ['tokenizer.ggml.scores', valueType.float32],
  ['tokenizer.ggml.token_type', valueType.int32],
])

async function readValues(reader: HeaderReader, count: number, progress: Progress): Promise<void> {
  for (let index = 0; index < count; index++) {
    const key = await reader.string(headerLimits.keyBytesMax, 'a key')
    if (!printable.test(key)) refuse('model.bad_key', 'The header holds an empty or unprintable key.')
    if (progress.scalars.has(key) || progress.lists.has(key)) refuse('model.duplicate_key', 'The header holds the same key twice.')
    const type = await reader.uint32()
    if (type === valueType.array) await readList(reader, key, progress)
    else if (expectedLists.has(key)) refuse('model.bad_tokenizer', 'The tokenizer holds a single value where a list belongs.')
    else progress.scalars.set(key, await readScalar(reader, type, progress))
    if (key === 'general.alignment' && type !== valueType.uint32)
      refuse('model.bad_alignment', 'The header gives its alignment in the wrong type.')
  }
}

/** Lists of the tokenizer must belong to each other, since native code indexes one by another. */
function checkTokenizer(progress: Progress): void {
  const tokens = progress.lists.get('tokenizer.ggml.tokens')?.items
  for (const key of ['tokenizer.ggml.scores', 'tokenizer.ggml.token_type']) {
    const items = progress.lists.get(key)?.items
    if (items !== undefined && items !== tokens)
      refuse('model.bad_tokenizer', 'The tokenizer has lists of different lengths for the same tokens.')
  }
  const hasTypes = progress.lists.has('tokenizer.ggml.token_type')
  for (const index of progress.falseBytes)
    if (!hasTypes || progress.bytes.has(index)) refuse('model.bad_tokenizer', 'The tokenizer holds a byte token that names no byte.')
}

function alignmentOf(progress: Progress): bigint {
  const alignment = Number(progress.scalars.get('general.alignment') ?? 32)
  if (alignment < 1 || alignment > headerLimits.alignmentBytesMax || (alignment & (alignment - 1)) !== 0)
    refuse('model.bad_alignment', 'The header gives an alignment that is no power of two up to 1 MiB.')
  return BigInt(alignment)
}

const padded = (bytes: bigint, alignment: bigint): bigint => ((bytes + alignment - 1n) / alignment) * alignment
const elementsMax = 2n ** 62n

interface TensorEntry {
  readonly type: string
  readonly elements: bigint
  readonly bytes: bigint
}

/** One tensor's name, shape, type and place. Its data must start exactly where the previous one's ended, as the format demands. */
async function readTensor(reader: HeaderReader, names: Set<string>, expectedOffset: bigint): Promise<TensorEntry> {
  const name = await reader.string(headerLimits.tensorNameBytesMax, 'a tensor name')
  if (!printable.test(name)) refuse('model.bad_tensor', 'The header holds a tensor with an empty or unprintable name.')
  if (names.has(name)) refuse('model.duplicate_tensor', 'The header holds two tensors of the same name.')
  names.add(name)
  const dimensions = await reader.uint32()
  if (dimensions < 1 || dimensions > 4) refuse('model.bad_tensor', 'The header holds a tensor with an impossible number of dimensions.')
  let elements = 1n
  let row = 1n
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const length = await reader.uint64()
    if (dimension === 0) row = length
    elements *= length
    if (length >= elementsMax || elements >= elementsMax) refuse('model.bad_tensor', 'The header holds a tensor of an impossible size.')
  }
  const type = tensorTypes.get(await reader.uint32()) ?? refuse('model.unknown_type', 'The header holds a tensor of an unknown type.')
  if (row % BigInt(type.block) !== 0n) refuse('model.bad_tensor', 'The header holds a tensor whose rows do not fit its type.')
  const bytes = (elements / BigInt(type.block)) * BigInt(type.bytes)
  const offset = await reader.uint64()
  if (offset !== expectedOffset) refuse('model.bad_offset', 'The header places a tensor where it cannot lie.')
  return { type: type.name, elements, bytes }
}

async function readTensors(reader: HeaderReader, count: number, alignment: bigint) {
  const names = new Set<string>()
  const bytesByType = new Map<string, number>()
  let next = 0n
  let end = 0n
  let elements = 0n
  for (let index = 0; index < count; index++) {
    const tensor = await readTensor(reader, names, next)
    end = next + tensor.bytes
    next += padded(tensor.bytes, alignment)
    elements += tensor.elements
    bytesByType.set(tensor.type, (bytesByType.get(tensor.type) ?? 0) + Number(tensor.bytes))
    if (end > BigInt(reader.fileBytes)) refuse('model.truncated', 'The file is too short for the weights that its header names.')
  }
  const dataStart = padded(BigInt(reader.position), alignment)
  if (count > 0 && dataStart + end > BigInt(reader.fileBytes))
    refuse('model.truncated', 'The file is too short for the weights that its header names.')
  return { tensors: count, elements, bytesByType }
}

async function readVersion(reader: HeaderReader): Promise<number> {
  if (reader.fileBytes < 4 || (await reader.bytes(4)).toString('latin1') !== 'GGUF')
    refuse('model.not_gguf', 'The file is not a GGUF model.')
  const version = await reader.uint32()
  if (version !== 0 && (version & 0xffff) === 0)
    refuse('model.wrong_byte_order', 'The model was made for machines of the other byte order.')
  if (version !== 2 && version !== 3)
    refuse('model.unknown_version', 'The file is of a GGUF version that is not known here (known: 2 and 3).')
  return version
}

/** The least bytes of a tensor's entry (name length, dimensions, one dimension, type, offset) and of a key with its value. */
const smallest = { tensorBytes: 33, valueBytes: 14 } as const

/** Reads and checks the whole header. Throws a HeaderRefusal. */
export async function readHeader(reader: HeaderReader): Promise<GgufHeader> {
  const version = await readVersion(reader)
  const tensors = await reader.length(smallest.tensorBytes, headerLimits.tensorsMax, 'model.absurd_counts', 'tensors')
  const values = await reader.length(smallest.valueBytes, headerLimits.keysMax, 'model.absurd_counts', 'keys')
  const progress: Progress = { scalars: new Map(), lists: new Map(), falseBytes: new Set(), bytes: new Set(), keptBytes: 0 }
  await readValues(reader, values, progress)
  checkTokenizer(progress)
  const found = await readTensors(reader, tensors, alignmentOf(progress))
  return { version, scalars: progress.scalars, lists: progress.lists, ...found }
}
