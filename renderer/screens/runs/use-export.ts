/** Gathers the export of a run piece by piece, checks it against its hash, and hands it to the browser as a file. */
import { useState } from 'react'
import type { Failure } from '../../../main/domain/result.ts'
import { useApi } from '../../api.tsx'
import { saveFile } from '../../components/save-file.ts'

export type ExportState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'reading'; readonly share: number }
  | { readonly phase: 'done'; readonly fileName: string; readonly sizeBytes: number }
  | { readonly phase: 'failed'; readonly failure: Failure }

const broken: Failure = {
  code: 'export.changed',
  message: 'The file that arrived is not the one that was exported.',
  hint: 'Export it again; the run is not touched.',
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function useExport(runId: string) {
  const api = useApi()
  const [state, setState] = useState<ExportState>({ phase: 'idle' })
  const begin = async () => {
    setState({ phase: 'reading', share: 0 })
    const parts: string[] = []
    for (let offset = 0; ; ) {
      const chunk = await api.call('runs.export', { runId, offset })
      if (!chunk.ok) return setState({ phase: 'failed', failure: chunk.error })
      const { text, chars, fileName, digest } = chunk.value
      parts.push(text)
      offset += text.length
      if (offset < chars && text !== '') {
        setState({ phase: 'reading', share: offset / chars })
        continue
      }
      const bytes = new TextEncoder().encode(parts.join(''))
      if ((await sha256(bytes)) !== digest.value) return setState({ phase: 'failed', failure: broken })
      saveFile(bytes, fileName, 'application/json')
      return setState({ phase: 'done', fileName, sizeBytes: bytes.length })
    }
  }
  return { state, begin: () => void begin(), dismiss: () => setState({ phase: 'idle' }) }
}
