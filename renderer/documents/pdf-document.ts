/** Opens a PDF for looking at: parsed in a worker, drawn on canvases, with no script, form, link or attachment of the document alive. */
import { getDocument, type PDFDocumentProxy, PDFWorker, VerbosityLevel } from 'pdfjs-dist'
import PdfReader from 'pdfjs-dist/build/pdf.worker.min.mjs?worker'
import type { Api } from '../../main/contract/api.ts'
import { type Failure, fail, ok, type Result } from '../../main/domain/result.ts'
import { PdfAssets } from './pdf-assets.ts'
import { PdfBytes, rangeBytes } from './pdf-bytes.ts'

/** A picture beyond this many pixels is left out of the page: a few hostile bytes can ask for gigabytes. */
const imagePixelsMax = 64 * 1024 * 1024

export interface OpenPdf {
  readonly document: PDFDocumentProxy
  /** Ends the worker and gives its memory back. */
  close(): void
}

export interface OpeningPdf {
  readonly opened: Promise<Result<OpenPdf>>
  close(): void
}

const unreadable = fail(
  'documents.not_shown',
  'This PDF cannot be drawn.',
  'Its text was read when it was imported and can still be searched and quoted.',
)

/** `onFailure` is called when bytes cannot be had any more, before or after opening. */
export function openPdf(api: Api, documentId: string, totalBytes: number, onFailure: (error: Failure) => void): OpeningPdf {
  const port = new PdfReader()
  // The library's types say that a port is always null; its reference says that it is a worker.
  const worker = new PDFWorker({ port: port as unknown as null, verbosity: VerbosityLevel.ERRORS })
  let failed: (error: Failure) => void = onFailure
  const task = getDocument({
    range: new PdfBytes(api, documentId, totalBytes, (error) => failed(error)),
    worker,
    rangeChunkSize: rangeBytes,
    disableAutoFetch: true,
    disableStream: true,
    enableXfa: false,
    useSystemFonts: false,
    useWorkerFetch: false,
    BinaryDataFactory: PdfAssets,
    maxImageSize: imagePixelsMax,
    verbosity: VerbosityLevel.ERRORS,
  })
  let isClosed = false
  const close = () => {
    if (isClosed) return
    isClosed = true
    void task.destroy().finally(() => {
      worker.destroy()
      port.terminate()
    })
  }
  const opened = new Promise<Result<OpenPdf>>((resolve) => {
    failed = (error) => {
      resolve({ ok: false, error })
      onFailure(error)
    }
    port.addEventListener('error', () => resolve(unreadable))
    task.promise.then(
      (document) => resolve(ok({ document, close })),
      () => resolve(unreadable),
    )
  })
  return { opened, close }
}
