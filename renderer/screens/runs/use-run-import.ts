/** Takes in a run that was exported elsewhere: sends the file, then has the core check and keep it. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import type { Failure } from '../../../main/domain/result.ts'
import { useApi } from '../../api.tsx'
import { uploadFile } from '../../upload.ts'

export type RunImport =
  | { readonly phase: 'idle' }
  | { readonly phase: 'busy'; readonly name: string }
  | { readonly phase: 'failed'; readonly name: string; readonly failure: Failure }

export function useRunImport(onImported: (run: RunSummary) => void) {
  const api = useApi()
  const client = useQueryClient()
  const [state, setState] = useState<RunImport>({ phase: 'idle' })
  const take = async (file: File) => {
    setState({ phase: 'busy', name: file.name })
    const sent = await uploadFile(api, file)
    const taken = sent.ok ? await api.call('runs.import', { source: { uploadId: sent.value } }) : sent
    if (!taken.ok) return setState({ phase: 'failed', name: file.name, failure: taken.error })
    setState({ phase: 'idle' })
    void client.invalidateQueries({ queryKey: ['runs.list'] })
    onImported(taken.value)
  }
  return { state, take: (file: File) => void take(file), dismiss: () => setState({ phase: 'idle' }) }
}
