/** A titled card of settings, and what it shows of a call in each of its states. */
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { CallFailed } from '../../api.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

interface Props {
  readonly id: string
  readonly title: string
  readonly detail?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Section({ id, title, detail, actions, children }: Props) {
  return (
    <section aria-labelledby={`${id}-title`} id={id} className="mb-8">
      <div className="mb-2 flex items-end gap-3">
        <div className="min-w-0">
          <h2 id={`${id}-title`} className="text-read font-semibold">
            {title}
          </h2>
          {detail !== undefined && <p className="text-small text-ink-2">{detail}</p>}
        </div>
        <div className="ml-auto flex shrink-0 items-center gap-1.5">{actions}</div>
      </div>
      <div className="overflow-hidden rounded-lg border border-line bg-surface">{children}</div>
    </section>
  )
}

export function Setting({ title, detail, children }: { title: ReactNode; detail?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-12 items-center gap-6 border-b border-line px-4 py-2.5 last:border-0">
      <div className="min-w-0 flex-1">
        <p>{title}</p>
        {detail != null && <p className="text-small text-ink-2">{detail}</p>}
      </div>
      <div className="max-w-[60%] min-w-0 text-right [overflow-wrap:anywhere]">{children}</div>
    </div>
  )
}

interface ReadProps<T> {
  readonly query: UseQueryResult<T, CallFailed>
  readonly label: string
  /** Rows that hold the place of what is read. */
  readonly rows: number
  readonly children: (value: T) => ReactNode
}

export function Read<T>({ query, label, rows, children }: ReadProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError)
    return (
      <div className="p-4">
        <FailureNotice failure={query.error.failure} onRetry={() => void query.refetch()} />
      </div>
    )
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without content have no other identity
        <div key={row} className="flex min-h-12 items-center justify-between gap-6 border-b border-line px-4 last:border-0">
          <Skeleton className="h-3.5 w-1/4" />
          <Skeleton className="h-3.5 w-1/3" />
        </div>
      ))}
    </div>
  )
}
