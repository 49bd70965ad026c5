/** Takes a pack of agents in: sends the file, then has the core look at all of it and put it in place. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { AgentPack } from '../../../main/contract/agents.ts'
import type { CallName } from '../../../main/contract/calls.ts'
import type { Label } from '../../../main/domain/label.ts'
import type { Failure } from '../../../main/domain/result.ts'
import { useApi } from '../../api.tsx'
import { uploadFile } from '../../upload.ts'

const stales: readonly CallName[] = ['agents.list', 'agents.get', 'agents.packs', 'prompts.list', 'prompts.get']

/** `sending` can be stopped; what is `installing` is in the hands of the core, and goes on to its end. */
export type PackInstall = { readonly phase: 'idle' | 'sending' | 'installing' } | { readonly phase: 'failed'; readonly failure: Failure }

export function usePackInstall(onInstalled: (pack: AgentPack) => void) {
  const api = useApi()
  const client = useQueryClient()
  const [state, setState] = useState<PackInstall>({ phase: 'idle' })
  const stopping = useRef<AbortController | null>(null)
  useEffect(() => () => stopping.current?.abort(), [])
  const install = async (file: File, words: { readonly label?: Label }) => {
    const stop = new AbortController()
    stopping.current = stop
    setState({ phase: 'sending' })
    const sent = await uploadFile(api, file, { signal: stop.signal })
    if (stop.signal.aborted) return
    if (!sent.ok) return setState({ phase: 'failed', failure: sent.error })
    setState({ phase: 'installing' })
    const installed = await api.call('agents.install', { source: { uploadId: sent.value }, ...words })
    if (installed.ok) for (const stale of stales) void client.invalidateQueries({ queryKey: [stale] })
    // Whoever asked for it has gone elsewhere, and is not fetched back.
    if (stop.signal.aborted) return
    if (!installed.ok) return setState({ phase: 'failed', failure: installed.error })
    setState({ phase: 'idle' })
    onInstalled(installed.value)
  }
  return {
    state,
    install: (file: File, words: { readonly label?: Label }) => void install(file, words),
    /** Also of what failed. */
    stop: () => {
      stopping.current?.abort()
      setState({ phase: 'idle' })
    },
  }
}
