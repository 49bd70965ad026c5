/** Reads the blocks of a document in stretches, as they come into view. What was read stays for as long as the document is open. */
import { useQueries } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { Block } from '../../main/domain/document.ts'
import { CallFailed, useApi } from '../api.tsx'

export const blocksPerStretch = 200

export interface Blocks {
  /** Undefined while it is on its way. */
  at(index: number): Block | undefined
  /** All that were read, in order, for what is laid out over many rows. */
  readonly read: readonly Block[]
  readonly failed: CallFailed | null
  readonly isWaiting: boolean
  retry(): void
}

/** `wanted` are stretches by number: those on screen, and those a layout needs. */
export function useBlocks(documentId: string, wanted: readonly number[]): Blocks {
  const api = useApi()
  const stretches = useMemo(() => [...new Set(wanted)].toSorted((a, b) => a - b), [wanted])
  const queries = useQueries({
    queries: stretches.map((stretch) => ({
      queryKey: ['documents.blocks', { documentId, from: stretch * blocksPerStretch }],
      staleTime: Number.POSITIVE_INFINITY,
      queryFn: async () => {
        const reply = await api.call('documents.blocks', { documentId, from: stretch * blocksPerStretch, limit: blocksPerStretch })
        if (!reply.ok) throw new CallFailed(reply.error)
        return reply.value.blocks
      },
    })),
  })
  const loaded = new Map<number, readonly Block[]>()
  stretches.forEach((stretch, i) => {
    const blocks = queries[i]?.data
    if (blocks !== undefined) loaded.set(stretch, blocks)
  })
  const failed = queries.find((query) => query.error !== null)
  const signature = queries.map((query) => query.dataUpdatedAt).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for what was read
  const read = useMemo(() => stretches.flatMap((stretch) => loaded.get(stretch) ?? []), [stretches, signature])
  return {
    at: (index) => loaded.get(Math.floor(index / blocksPerStretch))?.[index % blocksPerStretch],
    read,
    failed: failed?.error instanceof CallFailed ? failed.error : null,
    isWaiting: queries.some((query) => query.isPending),
    retry: useCallback(() => void failed?.refetch(), [failed]),
  }
}
