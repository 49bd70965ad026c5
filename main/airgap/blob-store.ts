/** Verified files under their own SHA-256. A name here is a promise of the bytes: it was given after they had been read back. */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../domain/result.ts'
import { hashOfFile, type Watch } from './copy-part.ts'
import { syncFolder } from './durable.ts'

const blobName = /^[0-9a-f]{64}$/

export interface Blob {
  readonly sha256: string
  readonly size: number
}

export interface BlobStore {
  readonly path: (sha256: string) => string
  /** Whether a file of this name and length lies here; its bytes are looked at by `check`. */
  has(blob: Blob): boolean
  list(): readonly Blob[]
  /** Renames a verified file of the same file system into its place. */
  take(file: string, sha256: string): void
  /** False when it is not there, or its bytes are no longer those of its name. A file that cannot be read is a failure, and no verdict. */
  check(blob: Blob, watch: Watch): Promise<Result<boolean>>
  remove(sha256: string): void
}

export function createBlobStore(folder: string): BlobStore {
  const path = (sha256: string) => join(folder, sha256)
  return {
    path,
    has: ({ sha256, size }) => statSync(path(sha256), { throwIfNoEntry: false })?.size === size,
    list: () =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .filter((name) => blobName.test(name))
        .map((sha256) => ({ sha256, size: statSync(path(sha256)).size })),
    take: (file, sha256) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      chmodSync(file, 0o400)
      renameSync(file, path(sha256))
      syncFolder(folder)
    },
    check: async ({ sha256, size }, watch) => {
      if (statSync(path(sha256), { throwIfNoEntry: false })?.size !== size) return ok(false)
      const hash = await hashOfFile(path(sha256), sha256, size, watch)
      return hash.ok ? ok(hash.value === sha256) : hash
    },
    remove: (sha256) => rmSync(path(sha256), { force: true }),
  }
}
