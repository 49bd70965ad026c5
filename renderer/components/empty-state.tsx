/** What stands where a list has nothing yet: what it will hold, and what to do first. */
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export function EmptyState({
  icon: Icon,
  title,
  children,
  actions,
}: {
  icon: LucideIcon
  title: string
  children: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="m-auto flex max-w-110 flex-col items-center gap-2 p-8 text-center">
      <span className="mb-2 flex size-12 items-center justify-center rounded-lg border border-line bg-surface text-ink-2 shadow-card">
        <Icon aria-hidden className="size-5" strokeWidth={1.6} />
      </span>
      <h2 className="text-read font-semibold">{title}</h2>
      <div className="text-ink-2 text-pretty">{children}</div>
      {actions !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
