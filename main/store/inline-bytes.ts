/** Texts that lie in the database itself, deflated where that makes them smaller. A row's `size` is that of the text: fewer bytes are packed ones. */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'

/** Packing costs more time than a short text is worth; the fastest level keeps a step's own time small. */
const limits = { packFromBytes: 1_024, level: constants.Z_BEST_SPEED } as const

export function packBytes(bytes: Buffer): Buffer {
  if (bytes.length < limits.packFromBytes) return bytes
  const packed = deflateRawSync(bytes, { level: limits.level })
  return packed.length < bytes.length ? packed : bytes
}

/** Throws when the bytes are damaged, or are more than `size` says. */
export function unpackBytes(bytes: Buffer, size: number): Buffer {
  if (bytes.length === size) return bytes
  const unpacked = inflateRawSync(bytes, { maxOutputLength: size })
  if (unpacked.length !== size) throw new Error(`a text of ${size} bytes unpacks to ${unpacked.length}`)
  return unpacked
}
