/** Holds one open PDF for as long as a component shows it, and ends its worker afterwards. */
import { useCallback, useEffect, useState } from 'react'
import type { Failure } from '../../main/domain/result.ts'
import { useApi } from '../api.tsx'
import { type OpenPdf, openPdf } from './pdf-document.ts'

export type PdfState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly pdf: OpenPdf }
  | { readonly kind: 'failed'; readonly failure: Failure }

const opening: PdfState = { kind: 'opening' }

export function usePdf(documentId: string, totalBytes: number): { readonly state: PdfState; readonly retry: () => void } {
  const api = useApi()
  const [state, setState] = useState<PdfState>(opening)
  const [attempt, setAttempt] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens the same document again
  useEffect(() => {
    let isGone = false
    setState(opening)
    const failed = (failure: Failure) => {
      if (!isGone) setState({ kind: 'failed', failure })
    }
    const task = openPdf(api, documentId, totalBytes, failed)
    void task.opened.then((result) => {
      if (isGone) return
      if (result.ok) setState({ kind: 'open', pdf: result.value })
      else failed(result.error)
    })
    return () => {
      isGone = true
      task.close()
    }
  }, [api, documentId, totalBytes, attempt])

  return { state, retry: useCallback(() => setAttempt((count) => count + 1), []) }
}
