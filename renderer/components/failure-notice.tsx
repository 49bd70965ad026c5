/** A failure as a person needs it: what happened, what to do, and the code small, for whoever helps. Never a bare code. */
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Failure } from '../../main/domain/result.ts'
import { Button } from './button.tsx'

interface Props {
  readonly failure: Failure
  readonly onRetry?: () => void
  readonly children?: ReactNode
}

/** Fills the place of what could not be shown. */
export function FailurePanel({ failure, onRetry, children }: Props) {
  return (
    <div role="alert" className="m-auto flex max-w-110 flex-col items-center gap-3 p-8 text-center">
      <TriangleAlert aria-hidden className="size-6 text-bad" strokeWidth={1.6} />
      <p className="text-read font-medium">{failure.message}</p>
      <p className="text-ink-2">{failure.hint}</p>
      <div className="mt-1 flex items-center gap-2">
        {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
        {children}
      </div>
      <p className="font-mono text-small text-ink-3">{failure.code}</p>
    </div>
  )
}

/** Stands beside something that otherwise works. */
export function FailureNotice({ failure, onRetry, children }: Props) {
  return (
    <div role="alert" className="flex gap-3 rounded-md border border-bad/40 bg-bad-soft px-3.5 py-3">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" strokeWidth={1.8} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{failure.message}</p>
        <p className="mt-0.5 text-ink-2">{failure.hint}</p>
        <p className="mt-1 font-mono text-small text-ink-2">{failure.code}</p>
        {children}
      </div>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}
