/** Brings a model in: from a path on this machine, or sent from this window. Goes on while another screen is open, as long as the window is. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useSyncExternalStore } from 'react'
import type { Failure } from '../../../main/domain/result.ts'
import { useApi } from '../../api.tsx'
import { uploadFile } from '../../upload.ts'

export type ModelImport =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'sending'
      readonly name: string
      readonly sentBytes: number
      readonly allBytes: number
      readonly startedAtMs: number
    }
  | { readonly phase: 'checking'; readonly name: string }
  | { readonly phase: 'failed'; readonly name: string; readonly failure: Failure }
  | { readonly phase: 'done'; readonly name: string }

let now: ModelImport = { phase: 'idle' }
let stop: AbortController | null = null
const watchers = new Set<() => void>()

function set(next: ModelImport) {
  now = next
  for (const watch of watchers) watch()
}

const watch = (listen: () => void) => {
  watchers.add(listen)
  return () => watchers.delete(listen)
}

export function useModelImport() {
  const api = useApi()
  const client = useQueryClient()
  const state = useSyncExternalStore(watch, () => now)
  const latest = useRef(api)
  latest.current = api

  const admit = async (name: string, source: { path: string } | { uploadId: string }) => {
    set({ phase: 'checking', name })
    const admitted = await latest.current.call('models.import', { source })
    set(admitted.ok ? { phase: 'done', name: admitted.value.name } : { phase: 'failed', name, failure: admitted.error })
    for (const stale of ['models.list', 'station.status']) void client.invalidateQueries({ queryKey: [stale] })
  }
  return {
    state,
    fromPath: (path: string) => void admit(path.split(/[\\/]/).at(-1) ?? path, { path }),
    fromFile: async (file: File) => {
      stop = new AbortController()
      const begun = { phase: 'sending' as const, name: file.name, sentBytes: 0, allBytes: file.size, startedAtMs: Date.now() }
      set(begun)
      const onProgress = (sentBytes: number) => set({ ...begun, sentBytes })
      const sent = await uploadFile(latest.current, file, { onProgress, signal: stop.signal })
      if (sent.ok) await admit(file.name, { uploadId: sent.value })
      else set(sent.error.code === 'upload.stopped' ? { phase: 'idle' } : { phase: 'failed', name: file.name, failure: sent.error })
    },
    stop: () => stop?.abort(),
    dismiss: () => set({ phase: 'idle' }),
  }
}
