/** Holds the shape of what is being read, so that nothing moves when it arrives. */

export function Skeleton({ className = '' }: { className?: string }) {
  return <span aria-hidden className={`block animate-wait rounded-sm bg-line ${className}`} />
}

const widths = ['w-3/5', 'w-2/5', 'w-1/2', 'w-4/6', 'w-1/3'] as const

/** Rows of a list that is on its way. `label` says what is read. */
export function SkeletonRows({ rows = 6, rowClass = 'h-14', label }: { rows?: number; rowClass?: string; label: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without content have no other identity
        <div key={row} className={`flex flex-col justify-center gap-2 border-b border-line px-6 ${rowClass}`}>
          <Skeleton className={`h-3.5 ${widths[row % widths.length]}`} />
          <Skeleton className="h-2.5 w-1/5" />
        </div>
      ))}
    </div>
  )
}
