/**
 * Bodies: the texts that events point at, and the original files. Content-addressed; small ones lie in the database, large
 * ones in the blob folder, named by their hash. An event never holds their plain hash, which could be guessed back.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BodyRef } from '../domain/body-ref.ts'
import type { Label } from '../domain/label.ts'
import type { NewId } from '../world.ts'
import { packBytes, unpackBytes } from './inline-bytes.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'

const limits = { inlineBytesMax: 256 * 1024, copyChunkBytes: 1024 * 1024 } as const

/** A text with what its commitment was made of; the salt is hex. */
export interface RecordedBody {
  readonly body: string
  readonly salt: string
  readonly label: Label
  readonly text: string
}

export interface Bodies {
  /** Stores a text and returns how an event may point at it. Call it inside the transaction that records the event. */
  put(text: string, label: Label): BodyRef
  /** Whether a body that was recorded elsewhere is here: the same text, salt and label under its id, or something else. */
  compareRecorded(body: RecordedBody): 'absent' | 'same' | 'other'
  /** Stores a body under the id and salt that it was recorded with elsewhere. Inside the transaction that records its events. */
  putRecorded(body: RecordedBody): void
  /** Destroys a text and its salt: what its commitment was made of cannot be found out any more. Inside a transaction. */
  drop(body: string): void
  /** The text, or null after a purge. */
  read(body: string): string | null
  /** How long the text is in UTF-8, or null after a purge. */
  sizeOf(body: string): number | null
  labelOf(body: string): Label | null
  /** Whether the text is what the reference was made of. */
  matches(reference: BodyRef): boolean
  /**
   * Copies an open file into the store while hashing it, so that what is parsed later is what was hashed. Returns its digest
   * as `sha256:…`. Not yet known to the database: a crash leaves a file that `sweep` removes. Rejects when the disk is full. The file
   * stays until `releaseFile`, whatever else is removed meanwhile.
   */
  keepFile(source: FileHandle, signal?: AbortSignal): Promise<{ readonly digest: string; readonly size: number }>
  /** Makes a kept file known. Inside the transaction that needs it. */
  adoptFile(digest: string, size: number): void
  /** Absolute path of a kept file. It is never written again. */
  pathOf(digest: string): string
  /** Bytes of a kept file from `offset`. */
  readFile(digest: string, offset: number, length: number): Buffer
  /** Deletes a file that no row needs any more. After the transaction that dropped the last need. */
  dropFileIfUnused(digest: string): void
  /** Whoever kept the file is done with it: it stays only where a row needs it. */
  releaseFile(digest: string): void
  /**
   * Removes what a crash left: bytes that no row needs, and files half-written or unknown to the database. At boot only. After a
   * restore, files that the older database does not know are moved to `aside` instead.
   */
  sweep(aside: string | null): void
}

const sha256 = (...parts: ReadonlyArray<Uint8Array | string>): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Salts come from a pool: to ask the system for each costs more than the rest of a small body. A byte of it is used once. */
function createSalts(): () => Buffer {
  const [saltBytes, salts] = [32, 128]
  let pool = Buffer.alloc(0)
  return () => {
    if (pool.length === 0) pool = randomBytes(saltBytes * salts)
    const salt = Buffer.from(pool.subarray(0, saltBytes))
    pool = pool.subarray(saltBytes)
    return salt
  }
}

export function createBodies(db: Db, labels: Labels, folder: string, newId: NewId, tenant: string): Bodies {
  const putBlob = db.prepare('INSERT INTO blobs (digest, size, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const putBody = db.prepare('INSERT INTO bodies (id, tenant_id, label_id, salt, digest) VALUES (?, ?, ?, ?, ?)')
  const sizeOfBody = db.prepare<[string, string], { size: number }>(
    'SELECT size FROM bodies JOIN blobs ON blobs.digest = bodies.digest WHERE tenant_id = ? AND id = ?',
  )
  const findBody = db.prepare<[string, string], { salt: Buffer; digest: string; label_id: number; size: number; bytes: Buffer | null }>(
    `SELECT salt, bodies.digest AS digest, label_id, size, bytes FROM bodies JOIN blobs ON blobs.digest = bodies.digest
     WHERE tenant_id = ? AND id = ?`,
  )
  // Bytes are kept once for the whole station: they go when no tenant needs them.
  const isNeeded = db.prepare<[string, string], { n: number }>(
    'SELECT (SELECT count(*) FROM documents WHERE digest = ?) + (SELECT count(*) FROM bodies WHERE digest = ?) AS n',
  )
  /** An id is given once on the whole station. */
  const isTaken = db.prepare<[string], { id: string }>('SELECT id FROM bodies WHERE id = ?')
  const isBlob = db.prepare<[string], { digest: string }>('SELECT digest FROM blobs WHERE digest = ?')
  const dropUnneeded = db.prepare(
    'DELETE FROM blobs WHERE digest NOT IN (SELECT digest FROM documents) AND digest NOT IN (SELECT digest FROM bodies)',
  )
  const dropBody = db.prepare('DELETE FROM bodies WHERE tenant_id = ? AND id = ?')
  const dropBlob = db.prepare('DELETE FROM blobs WHERE digest = ?')
  const nextSalt = createSalts()
  const fileOf = (digest: string) => join(folder, digest.slice(7, 9), digest.slice(7))
  /** Files that were kept and are still being worked on. */
  const held = new Set<string>()

  /** A name is durable only with its folder; a row that points at the file may be committed next. */
  function moveInto(partial: string, target: string): void {
    const isNew = mkdirSync(dirname(target), { recursive: true, mode: 0o700 }) !== undefined
    renameSync(partial, target)
    if (process.platform === 'win32') return
    for (const path of isNew ? [dirname(target), folder] : [dirname(target)]) {
      const descriptor = openSync(path, 'r')
      try {
        fsyncSync(descriptor)
      } finally {
        closeSync(descriptor)
      }
    }
  }

  function dropFileIfUnused(digest: string): void {
    if (held.has(digest) || (isNeeded.get(digest, digest)?.n ?? 0) > 0) return
    dropBlob.run(digest)
    rmSync(fileOf(digest), { force: true })
  }

  /** Writes beside, syncs, then renames: a file under its hash is always whole. */
  function writeWhole(digest: string, bytes: Uint8Array): void {
    const target = fileOf(digest)
    if (existsSync(target)) return
    const partial = join(folder, `${randomBytes(8).toString('hex')}.partial`)
    const descriptor = openSync(partial, 'wx', 0o600)
    try {
      // Unlike one write, this goes on until all is written, or fails.
      writeFileSync(descriptor, bytes)
      fsyncSync(descriptor)
    } catch (error) {
      rmSync(partial, { force: true })
      throw error
    } finally {
      closeSync(descriptor)
    }
    moveInto(partial, target)
  }

  function insert(body: string, salt: Buffer, bytes: Buffer, label: Label): void {
    const digest = `sha256:${sha256(bytes)}`
    const isInline = bytes.length <= limits.inlineBytesMax
    if (!isInline) writeWhole(digest, bytes)
    putBlob.run(digest, bytes.length, isInline ? packBytes(bytes) : null)
    putBody.run(body, tenant, labels.idOf(label), salt, digest)
  }

  function bytesOf(body: string): { readonly bytes: Buffer; readonly salt: Buffer } | null {
    const row = findBody.get(tenant, body)
    if (row === undefined) return null
    return { bytes: row.bytes === null ? readFileSync(fileOf(row.digest)) : unpackBytes(row.bytes, row.size), salt: row.salt }
  }

  return {
    put: (text, label) => {
      const salt = nextSalt()
      const body = newId('bdy')
      const bytes = Buffer.from(text, 'utf8')
      insert(body, salt, bytes, label)
      return { body, commitment: { alg: 'sha256', value: sha256(salt, bytes) } }
    },
    compareRecorded: ({ body, salt, label, text }) => {
      const row = findBody.get(tenant, body)
      if (row === undefined) return isTaken.get(body) === undefined ? 'absent' : 'other'
      const isSame = row.salt.toString('hex') === salt && row.digest === `sha256:${sha256(text)}` && row.label_id === labels.idOf(label)
      return isSame ? 'same' : 'other'
    },
    putRecorded: ({ body, salt, label, text }) => insert(body, Buffer.from(salt, 'hex'), Buffer.from(text, 'utf8'), label),
    drop: (body) => {
      const row = findBody.get(tenant, body)
      if (row === undefined) return
      dropBody.run(tenant, body)
      dropFileIfUnused(row.digest)
    },
    read: (body) => bytesOf(body)?.bytes.toString('utf8') ?? null,
    sizeOf: (body) => sizeOfBody.get(tenant, body)?.size ?? null,
    labelOf: (body) => {
      const row = findBody.get(tenant, body)
      return row === undefined ? null : labels.labelOf(row.label_id)
    },
    matches: ({ body, commitment }) => {
      const found = bytesOf(body)
      return found !== null && sha256(found.salt, found.bytes) === commitment.value
    },
    keepFile: async (source, signal) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const partial = join(folder, `${randomBytes(8).toString('hex')}.partial`)
      const target = await open(partial, 'wx', 0o600)
      try {
        const hash = createHash('sha256')
        const chunk = Buffer.alloc(limits.copyChunkBytes)
        let size = 0
        for (;;) {
          signal?.throwIfAborted()
          const { bytesRead } = await source.read(chunk, 0, chunk.length, size)
          if (bytesRead === 0) break
          const bytes = chunk.subarray(0, bytesRead)
          hash.update(bytes)
          await target.writeFile(bytes)
          size += bytesRead
        }
        await target.sync()
        const digest = `sha256:${hash.digest('hex')}`
        moveInto(partial, fileOf(digest))
        held.add(digest)
        return { digest, size }
      } finally {
        await target.close()
        rmSync(partial, { force: true })
      }
    },
    adoptFile: (digest, size) => void putBlob.run(digest, size, null),
    pathOf: fileOf,
    readFile: (digest, offset, length) => {
      const descriptor = openSync(fileOf(digest), 'r')
      try {
        const bytes = Buffer.alloc(length)
        return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset))
      } finally {
        closeSync(descriptor)
      }
    },
    dropFileIfUnused,
    releaseFile: (digest) => {
      held.delete(digest)
      dropFileIfUnused(digest)
    },
    sweep: (aside) => {
      dropUnneeded.run()
      if (aside !== null) mkdirSync(aside, { recursive: true, mode: 0o700 })
      for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
        const isKnown = /^[0-9a-f]{64}$/.test(entry.name) && isBlob.get(`sha256:${entry.name}`) !== undefined
        if (!entry.isFile() || isKnown) continue
        if (aside === null) rmSync(join(entry.parentPath, entry.name))
        else renameSync(join(entry.parentPath, entry.name), join(aside, entry.name))
      }
    },
  }
}
