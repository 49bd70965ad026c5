/** Sends a file to this machine's core piece by piece, so that no whole file is ever in memory, and says how far it is. */
import type { Api } from '../main/contract/api.ts'
import { fail, ok, type Result } from '../main/domain/result.ts'
import { base64FromBlob } from './documents/base64.ts'

const limits = { chunkBytes: 1024 * 1024 } as const

export interface UploadOptions {
  readonly onProgress?: (sentBytes: number) => void
  readonly signal?: AbortSignal
}

/** The id of the upload, to hand to an import. Stops between two pieces when the signal says so. */
export async function uploadFile(api: Pick<Api, 'call'>, file: File, options: UploadOptions = {}): Promise<Result<string>> {
  const begun = await api.call('uploads.begin', { name: file.name, size: file.size })
  if (!begun.ok) return begun
  const { uploadId } = begun.value
  for (let offset = 0; offset < file.size; ) {
    if (options.signal?.aborted === true) return fail('upload.stopped', 'You stopped the upload.', 'Choose the file again to send it.')
    const data = await base64FromBlob(file.slice(offset, offset + limits.chunkBytes)).catch(() => null)
    if (data === null)
      return fail('upload.unreadable', 'The file could not be read to its end.', 'Check that it is still there and was not changed.')
    const sent = await api.call('uploads.append', { uploadId, offset, data })
    if (!sent.ok) return sent
    if (sent.value.received <= offset) return fail('upload.stuck', 'The upload did not go on.', 'Send the file again.')
    offset = sent.value.received
    options.onProgress?.(offset)
  }
  return ok(uploadId)
}
