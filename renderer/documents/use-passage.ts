/**
 * Reads the passage that an address names. A quote that does not stand in it is no reason to show nothing: then the passage
 * itself is shown, and it is said.
 */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { PassageDetail } from '../../main/contract/holdings.ts'
import type { Failure, Result } from '../../main/domain/result.ts'
import { CallFailed, useApi } from '../api.tsx'
import { type Quoted, quotedFrom } from './quoted.ts'

export interface PassageShown {
  readonly isWaiting: boolean
  /** Null when none was asked for, or it is gone. */
  readonly passage: PassageDetail | null
  readonly quoted: Quoted | null
  readonly failure: Failure | null
}

interface Found {
  readonly passage: PassageDetail
  readonly isQuoteFound: boolean
}

export function usePassage(passageId: string | null, quote: string | null): PassageShown {
  const api = useApi()
  const query = useQuery<Found, CallFailed>({
    queryKey: ['passages.get', { passageId, quote }],
    enabled: passageId !== null,
    queryFn: async () => {
      const unwrap = (reply: Result<PassageDetail>, isQuoteFound: boolean): Found => {
        if (!reply.ok) throw new CallFailed(reply.error)
        return { passage: reply.value, isQuoteFound }
      }
      const id = passageId ?? ''
      if (quote === null) return unwrap(await api.call('passages.get', { passageId: id }), true)
      const reply = await api.call('passages.get', { passageId: id, quote })
      if (reply.ok || reply.error.code !== 'passage.quote_not_found') return unwrap(reply, true)
      return unwrap(await api.call('passages.get', { passageId: id }), false)
    },
  })
  const { data } = query
  const quoted = useMemo(() => (data === undefined ? null : quotedFrom(data.passage, quote, data.isQuoteFound)), [data, quote])
  return {
    isWaiting: passageId !== null && query.isPending,
    passage: data?.passage ?? null,
    quoted,
    failure: query.error === null ? null : query.error.failure,
  }
}
