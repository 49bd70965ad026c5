/** Takes a pack of agents in: sends the file, then has the core look at all of it and put it in place. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AgentPack } from '../../../main/contract/agents.ts'
import type { CallName } from '../../../main/contract/calls.ts'
import type { Label } from '../../../main/domain/label.ts'
import type { Failure } from '../../../main/domain/result.ts'
import { useApi } from '../../api.tsx'
import { uploadFile } from '../../upload.ts'

const stales: readonly CallName[] = ['agents.list', 'agents.get', 'agents.packs', 'prompts.list', 'prompts.get']

export type PackInstall = { readonly phase: 'idle' } | { readonly phase: 'busy' } | { readonly phase: 'failed'; readonly failure: Failure }

export function usePackInstall(onInstalled: (pack: AgentPack) => void) {
  const api = useApi()
  const client = useQueryClient()
  const [state, setState] = useState<PackInstall>({ phase: 'idle' })
  const install = async (file: File, words: { readonly label?: Label }) => {
    setState({ phase: 'busy' })
    const sent = await uploadFile(api, file)
    const installed = sent.ok ? await api.call('agents.install', { source: { uploadId: sent.value }, ...words }) : sent
    if (!installed.ok) return setState({ phase: 'failed', failure: installed.error })
    setState({ phase: 'idle' })
    for (const stale of stales) void client.invalidateQueries({ queryKey: [stale] })
    onInstalled(installed.value)
  }
  return {
    state,
    install: (file: File, words: { readonly label?: Label }) => void install(file, words),
    reset: () => setState({ phase: 'idle' }),
  }
}
