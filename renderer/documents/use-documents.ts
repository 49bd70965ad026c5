/** The list of documents as it is filtered, read as far as it is looked at. */
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { DocumentSummary } from '../../main/contract/holdings.ts'
import { useApi } from '../api.tsx'
import { stretchesFor, useStretches } from '../components/use-stretches.ts'

const limits = { stretch: 100, settleMs: 150 } as const

/** The value once it has stopped changing. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const later = setTimeout(() => setSettled(value), limits.settleMs)
    return () => clearTimeout(later)
  }, [value])
  return settled
}

/** `collection` null and `contains` empty stand for no filter. */
export function useDocuments(collection: string | null, contains: string) {
  const api = useApi()
  const [seen, setSeen] = useState({ from: 0, to: 0 })
  const filter = useMemo(
    () => ({ ...(collection === null ? {} : { collection }), ...(contains === '' ? {} : { contains }) }),
    [collection, contains],
  )
  const wanted = useMemo(() => stretchesFor(seen.from, seen.to, limits.stretch), [seen])
  const documents = useStretches<DocumentSummary>(wanted, {
    name: 'documents.list',
    input: filter,
    size: limits.stretch,
    load: (offset, limit) => api.call('documents.list', { ...filter, offset, limit }),
  })
  const onSee = useCallback((first: number, last: number) => {
    const from = Math.floor(first / limits.stretch) * limits.stretch
    const to = Math.floor(last / limits.stretch) * limits.stretch
    setSeen((was) => (was.from === from && was.to === to ? was : { from, to }))
  }, [])
  return { documents, onSee }
}
