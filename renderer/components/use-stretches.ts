/** Reads a long list in stretches, as they come into view. Only what was looked at is ever read. */
import { useQueries } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { CallName } from '../../main/contract/calls.ts'
import type { Failure, Result } from '../../main/domain/result.ts'
import { CallFailed } from '../api.tsx'

interface Stretch<T> {
  readonly items: readonly T[]
  readonly total: number
}

interface Reading<T> {
  /** The call that is read, so that what makes it stale has it read again, and what tells one list from another. */
  readonly name: CallName
  readonly input: unknown
  readonly size: number
  readonly load: (offset: number, limit: number) => Promise<Result<Stretch<T>>>
}

export interface Stretches<T> {
  /** Undefined while it is on its way. */
  at(index: number): T | undefined
  /** All that were read, in order. */
  readonly read: readonly T[]
  /** Null before the first answer. */
  readonly total: number | null
  /** Only while nothing at all could be read. */
  readonly failure: Failure | null
  readonly isWaiting: boolean
  retry(): void
}

/** Numbers of the stretches that rows `first` to `last` lie in, and of the first one. */
export const stretchesFor = (first: number, last: number, size: number): readonly number[] => [
  ...new Set([0, Math.floor(first / size), Math.floor(last / size)]),
]

const failureOf = (error: Error): Failure =>
  error instanceof CallFailed ? error.failure : { code: 'list.unreadable', message: 'This list could not be read.', hint: 'Try again.' }

export function useStretches<T>(wanted: readonly number[], { name, input, size, load }: Reading<T>): Stretches<T> {
  const queries = useQueries({
    queries: wanted.map((stretch) => ({
      queryKey: [name, { input, offset: stretch * size, limit: size }],
      queryFn: async () => {
        const reply = await load(stretch * size, size)
        if (!reply.ok) throw new CallFailed(reply.error)
        return reply.value
      },
    })),
  })
  const loaded = new Map(wanted.map((stretch, i) => [stretch, queries[i]?.data]))
  const signature = queries.map((query) => query.dataUpdatedAt).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for what was read
  const read = useMemo(() => wanted.toSorted((a, b) => a - b).flatMap((stretch) => loaded.get(stretch)?.items ?? []), [wanted, signature])
  const failed = queries.find((query) => query.error !== null)
  const total = queries.find((query) => query.data !== undefined)?.data?.total ?? null
  return {
    at: (index) => loaded.get(Math.floor(index / size))?.items[index % size],
    read,
    total,
    failure: failed?.error instanceof Error && total === null ? failureOf(failed.error) : null,
    isWaiting: queries.some((query) => query.isPending),
    retry: useCallback(() => void failed?.refetch(), [failed]),
  }
}
