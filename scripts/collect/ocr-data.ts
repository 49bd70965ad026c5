/** OCR data comes in packages of the npm registry; the one file that the product reads is taken out of a package whose hash is known. */
import { gunzipSync } from 'node:zlib'
import { refuse } from '../refuse.ts'

export interface OcrPackage {
  readonly language: string
  readonly packageName: string
  readonly version: string
  /** As the registry publishes it. */
  readonly integrity: string
  readonly packageBytes: number
  /** The file in the package: the network alone, in whole numbers, which is the smallest and the one that is recognised with. */
  readonly member: string
  readonly fileSha256: string
  readonly fileBytes: number
  readonly licence: string
}

export const ocrPackages: readonly OcrPackage[] = [
  {
    language: 'eng',
    packageName: '@tesseract.js-data/eng',
    version: '1.0.0',
    integrity: 'sha512-mbTumm6KQPUHyzTPQaF3ObXYnx0SqqfV2nabqFVQBwD6Kl7PhGSLSzOlfFTWy0P3BjghaSKA2W9GB19Jk+ZcTg==',
    packageBytes: 13839644,
    member: 'package/4.0.0_best_int/eng.traineddata.gz',
    fileSha256: '45b4cb346724ac1774f1c36f42f182b887bcdb28ebe63e6fff90ac41f3fcff91',
    fileBytes: 2_952_873,
    licence: 'MIT',
  },
]

const blockBytes = 512
const unpackedBytesMax = 64 * 1024 * 1024

const text = (block: Buffer, from: number, length: number): string => block.toString('latin1', from, from + length).replace(/\0.*$/s, '')

/** The bytes of one regular file in a gzipped tar archive. Refuses when it is not there. */
export function readTarMember(archive: Buffer, member: string): Buffer {
  const tar = gunzipSync(archive, { maxOutputLength: unpackedBytesMax })
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const header = tar.subarray(at, at + blockBytes)
    const size = Number.parseInt(text(header, 124, 12).trim() || '0', 8)
    const isFile = ['', '0'].includes(text(header, 156, 1))
    if (!Number.isSafeInteger(size) || size < 0) break
    if (isFile && text(header, 0, 100) === member) return tar.subarray(at + blockBytes, at + blockBytes + size)
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes
  }
  return refuse(`The package has no ${member}.`, 'It is not the package that is on record.')
}
