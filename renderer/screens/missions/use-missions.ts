/** The missions of a phase, newest first, read page by page as somebody comes to them. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import type { MissionPhase } from '../../../main/domain/mission/phases.ts'
import type { Failure } from '../../../main/domain/result.ts'
import { CallFailed, useApi } from '../../api.tsx'

const limits = { page: 100 } as const

export function useMissions(phase: MissionPhase, isWaiting: boolean) {
  const api = useApi()
  const found = useInfiniteQuery({
    queryKey: ['missions.list', { phase, isWaiting, isPaged: true }],
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) => {
      const page = await api.call('missions.list', { phases: [phase], isWaiting, limit: limits.page, offset: pageParam })
      if (page.ok) return page.value
      throw new CallFailed(page.error)
    },
    getNextPageParam: (last, pages) => {
      const read = pages.reduce((sum, page) => sum + page.items.length, 0)
      return last.items.length === 0 || read >= last.total ? undefined : read
    },
  })
  // One that moved on while pages were read may stand on two of them.
  const items = [...new Map((found.data?.pages ?? []).flatMap((page) => page.items).map((one) => [one.id, one])).values()]
  const failure: Failure | null =
    !found.isError || found.data !== undefined
      ? null
      : found.error instanceof CallFailed
        ? found.error.failure
        : { code: 'missions.unreadable', message: found.error.message, hint: 'Try again.' }
  return {
    ...{ phase, items, failure, isPending: found.isPending, total: found.data?.pages.at(-1)?.total ?? 0 },
    retry: () => void found.refetch(),
    /** Called with the last row in view. */
    reach: (index: number) => {
      if (index >= items.length - limits.page / 4 && found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage()
    },
  }
}
export type PhaseMissions = ReturnType<typeof useMissions>
