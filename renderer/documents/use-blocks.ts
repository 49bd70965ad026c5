/** Reads the blocks of a document as far as they are looked at. */
import { useMemo } from 'react'
import type { Block } from '../../main/domain/document.ts'
import { useApi } from '../api.tsx'
import { type Stretches, stretchesFor, useStretches } from '../components/use-stretches.ts'

const blocksPerStretch = 200

/** `first` and `last` are the blocks in view. */
export function useBlocks(documentId: string, first: number, last: number): Stretches<Block> {
  const api = useApi()
  const from = Math.floor(first / blocksPerStretch)
  const to = Math.floor(last / blocksPerStretch)
  const wanted = useMemo(() => stretchesFor(from * blocksPerStretch, to * blocksPerStretch, blocksPerStretch), [from, to])
  return useStretches(wanted, {
    name: 'documents.blocks',
    input: documentId,
    size: blocksPerStretch,
    load: async (offset, limit) => {
      const reply = await api.call('documents.blocks', { documentId, from: offset, limit })
      return reply.ok ? { ok: true, value: { items: reply.value.blocks, total: reply.value.total } } : reply
    },
  })
}
