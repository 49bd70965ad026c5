/** Incidents page by page, newest first: those that are open, or those that were closed. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { CallFailed, useApi } from '../../api.tsx'

const limits = { page: 100 } as const

export function useIncidents(isOpen: boolean) {
  const api = useApi()
  const list = useInfiniteQuery({
    queryKey: ['incidents.list', { isOpen, isPaged: true }],
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) => {
      const page = await api.call('incidents.list', { isOpen, limit: limits.page, offset: pageParam })
      if (page.ok) return page.value
      throw new CallFailed(page.error)
    },
    getNextPageParam: (last, pages) => {
      const read = pages.reduce((sum, page) => sum + page.items.length, 0)
      return last.items.length === 0 || read >= last.total ? undefined : read
    },
  })
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  return {
    ...{ items, isPending: list.isPending, total: list.data?.pages.at(-1)?.total ?? 0, retry: () => void list.refetch() },
    failure: list.error instanceof CallFailed && list.data === undefined ? list.error.failure : null,
    onReach: (index: number) => {
      if (index >= items.length - limits.page / 4 && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
    },
  }
}
