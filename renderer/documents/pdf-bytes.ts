/** Feeds the PDF reader from the documents.bytes call, range by range. Never fetches an address. */
import { PDFDataRangeTransport } from 'pdfjs-dist'
import type { Api } from '../../main/contract/api.ts'
import type { Failure } from '../../main/domain/result.ts'
import { bytesFromBase64 } from './base64.ts'

/** The most one call may carry; the reader's own ranges are the same size, but it may ask for neighbours in one go. */
export const rangeBytes = 1024 * 1024

export class PdfBytes extends PDFDataRangeTransport {
  readonly #api: Api
  readonly #documentId: string
  readonly #onFailure: (error: Failure) => void
  #isAborted = false

  constructor(api: Api, documentId: string, totalBytes: number, onFailure: (error: Failure) => void) {
    super(totalBytes, null)
    this.#api = api
    this.#documentId = documentId
    this.#onFailure = onFailure
  }

  override requestDataRange(begin: number, end: number): void {
    void this.#deliver(begin, end)
  }

  override abort(): void {
    this.#isAborted = true
  }

  async #deliver(begin: number, end: number): Promise<void> {
    const bytes = new Uint8Array(end - begin)
    for (let at = begin; at < end; ) {
      const reply = await this.#api.call('documents.bytes', {
        documentId: this.#documentId,
        offset: at,
        length: Math.min(rangeBytes, end - at),
      })
      if (this.#isAborted) return
      if (!reply.ok) return this.#onFailure(reply.error)
      const chunk = bytesFromBase64(reply.value.data)
      if (chunk.length === 0 || at + chunk.length > end)
        return this.#onFailure({
          code: 'documents.bytes_missing',
          message: 'The stored file is shorter than it should be.',
          hint: 'Remove the document and import it again.',
        })
      bytes.set(chunk, at - begin)
      at += chunk.length
    }
    this.onDataRange(begin, bytes)
  }
}
