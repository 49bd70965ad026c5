/**
 * Writes GGUF files for tests: metadata and tensors in order, weights streamed, so that a file of real size needs little memory.
 * Knows nothing of any architecture.
 */
import { closeSync, openSync, writeSync } from 'node:fs'

export type Value =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'uint32' | 'int32' | 'float32' | 'uint64'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'float32s' | 'int32s' | 'uint32s'; readonly value: readonly number[] }
  /** Bytes as they stand, type included: for files that must be wrong. */
  | { readonly type: 'raw'; readonly value: Uint8Array }

export const string = (value: string): Value => ({ type: 'string', value })
export const uint32 = (value: number): Value => ({ type: 'uint32', value })
export const float32 = (value: number): Value => ({ type: 'float32', value })
export const bool = (value: boolean): Value => ({ type: 'bool', value })
export const strings = (value: readonly string[]): Value => ({ type: 'strings', value })

export interface Tensor {
  readonly name: string
  /** Row length first. */
  readonly shape: readonly number[]
  readonly type: keyof typeof tensorFormats
  /** Fills `bytes` with the next part of the weights, in order. Parts are whole blocks. */
  readonly fill: (bytes: Buffer) => void
}

export const tensorFormats = {
  F32: { id: 0, block: 1, bytes: 4 },
  Q4_0: { id: 2, block: 32, bytes: 18 },
  Q8_0: { id: 8, block: 32, bytes: 34 },
} as const

export interface GgufFile {
  readonly metadata: ReadonlyArray<readonly [key: string, value: Value]>
  readonly tensors: readonly Tensor[]
  readonly alignment?: number
}

const numbers = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9, uint64: 10 } as const

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const f32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}
export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([u64(bytes.length), bytes])
}

function encode(value: Value): Uint8Array {
  switch (value.type) {
    case 'raw':
      return value.value
    case 'string':
      return Buffer.concat([u32(numbers.string), text(value.value)])
    case 'bool':
      return Buffer.concat([u32(numbers.bool), Buffer.from([value.value ? 1 : 0])])
    case 'uint64':
      return Buffer.concat([u32(numbers.uint64), u64(value.value)])
    case 'float32':
      return Buffer.concat([u32(numbers.float32), f32(value.value)])
    case 'uint32':
    case 'int32':
      return Buffer.concat([u32(numbers[value.type]), u32(value.value)])
    case 'strings':
      return Buffer.concat([u32(numbers.array), u32(numbers.string), u64(value.value.length), ...value.value.map(text)])
    case 'float32s':
      return Buffer.concat([u32(numbers.array), u32(numbers.float32), u64(value.value.length), ...value.value.map(f32)])
    case 'int32s':
    case 'uint32s':
      return Buffer.concat([
        u32(numbers.array),
        u32(value.type === 'int32s' ? numbers.int32 : numbers.uint32),
        u64(value.value.length),
        ...value.value.map(u32),
      ])
  }
}

const padded = (bytes: number, alignment: number): number => Math.ceil(bytes / alignment) * alignment
const elementsOf = (tensor: Tensor): number => tensor.shape.reduce((product, length) => product * length, 1)
export const bytesOf = (tensor: Tensor): number =>
  (elementsOf(tensor) / tensorFormats[tensor.type].block) * tensorFormats[tensor.type].bytes

/** The header up to the padding before the weights. */
export function headerBytes(file: GgufFile): Buffer {
  const alignment = file.alignment ?? 32
  const parts: Uint8Array[] = [Buffer.from('GGUF'), u32(3), u64(file.tensors.length), u64(file.metadata.length)]
  for (const [key, value] of file.metadata) parts.push(text(key), encode(value))
  let offset = 0
  for (const tensor of file.tensors) {
    parts.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64), u32(tensorFormats[tensor.type].id), u64(offset))
    offset += padded(bytesOf(tensor), alignment)
  }
  const header = Buffer.concat(parts)
  return Buffer.concat([header, Buffer.alloc(padded(header.length, alignment) - header.length)])
}

const chunkBytesMax = 4 * 1024 * 1024

export function writeGguf(path: string, file: GgufFile): void {
  const alignment = file.alignment ?? 32
  const descriptor = openSync(path, 'w')
  try {
    writeSync(descriptor, headerBytes(file))
    for (const tensor of file.tensors) {
      const block = tensorFormats[tensor.type].bytes
      const total = bytesOf(tensor)
      for (let done = 0; done < total; ) {
        const chunk = Buffer.alloc(Math.min(total - done, Math.floor(chunkBytesMax / block) * block))
        tensor.fill(chunk)
        writeSync(descriptor, chunk)
        done += chunk.length
      }
      writeSync(descriptor, Buffer.alloc(padded(total, alignment) - total))
    }
  } finally {
    closeSync(descriptor)
  }
}

/** Normally distributed numbers of mean 0 and deviation 1 from even ones. */
export const normal = (random: () => number) => (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** A float tensor whose elements come from a function of their index. */
export function floats(name: string, shape: readonly number[], element: (index: number) => number): Tensor {
  let index = 0
  return {
    name,
    shape,
    type: 'F32',
    fill: (bytes) => {
      for (let at = 0; at < bytes.length; at += 4) bytes.writeFloatLE(element(index++), at)
    },
  }
}
