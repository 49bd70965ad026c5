/** Uploads: a window sends a file in pieces, and the whole is durable before its last piece is acknowledged. A name is a label here, never a path. */
import { mkdirSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Handlers } from '../dispatch.ts'
import { fail, ok } from '../domain/result.ts'
import type { Services } from './services.ts'

const limits = { uploadBytesMax: 64 * 1024 ** 3, staleMs: 24 * 60 * 60 * 1000 } as const

const unknown = fail('upload.unknown', 'There is no such upload.', 'Begin it again.')
const gap = fail('upload.gap', 'These bytes do not follow the last ones.', 'Go on from the offset that was acknowledged.')
const busy = fail('upload.busy', 'Another piece of this upload is being written.', 'Send the pieces one after another.')
const tooLarge = fail('upload.too_large', 'The file is larger than was announced or allowed.', 'Begin the upload again.')
const diskFull = fail(
  'upload.disk_full',
  'There is no room left on the disk of the data folder.',
  'Free some space, then send the file again.',
)

export const uploadPath = ({ paths }: Pick<Services, 'paths'>, id: string): string => join(paths.uploads, id)

/** A file name as a person may see it: no folders, no control characters. */
export const safeName = (name: string): string => basename(name.replaceAll('\\', '/')).replaceAll(/\p{C}/gu, '').trim() || 'unnamed'

/** Drops uploads that nobody came back for. At boot. */
export async function dropStaleUploads(services: Services): Promise<void> {
  const { uploads, clock } = services
  for (const id of uploads.stale(clock() - limits.staleMs)) {
    await rm(uploadPath(services, id), { force: true })
    uploads.remove(id)
  }
}

export const uploadHandlers = (services: Services): Pick<Handlers, 'uploads.begin' | 'uploads.append'> => {
  const { uploads, newId, clock, paths } = services
  /** Uploads of which a piece is being written. */
  const writing = new Set<string>()
  return {
    'uploads.begin': async ({ name, size }) => {
      if (size > limits.uploadBytesMax) return tooLarge
      mkdirSync(paths.uploads, { recursive: true, mode: 0o700 })
      const uploadId = newId('upl')
      const file = await open(uploadPath(services, uploadId), 'wx', 0o600)
      await file.close()
      uploads.create({ id: uploadId, name: safeName(name), size, received: 0 }, clock())
      return ok({ uploadId })
    },
    'uploads.append': async ({ uploadId, offset, data }) => {
      const upload = uploads.get(uploadId)
      if (upload === null) return unknown
      if (offset !== upload.received) return gap
      const bytes = Buffer.from(data, 'base64')
      const received = offset + bytes.length
      if (received > upload.size) return tooLarge
      if (writing.has(uploadId)) return busy
      writing.add(uploadId)
      try {
        await using file = await open(uploadPath(services, uploadId), 'r+')
        for (let done = 0; done < bytes.length; ) {
          done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
        }
        // The last piece makes the whole durable; until then a crash only costs the upload.
        if (received === upload.size) await file.sync()
        uploads.advance(uploadId, received)
        return ok({ received })
      } catch (error) {
        if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return diskFull
        throw error
      } finally {
        writing.delete(uploadId)
      }
    },
  }
}
