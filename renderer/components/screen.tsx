/** What every screen has: a bar with its one title, and the room below it. */
import { type ReactNode, useEffect } from 'react'
import type { ManualPageName } from '../manual/page-names.ts'
import { ManualLink } from './manual-link.tsx'

export function Screen({
  title,
  chips,
  manual,
  actions,
  children,
}: {
  title: string
  chips?: ReactNode
  /** The page of the manual about it. */
  manual?: ManualPageName
  actions?: ReactNode
  children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Holdfast`
  }, [title])
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-6">
        <h1 className="truncate text-read font-semibold tracking-[-0.01em]" title={title}>
          {title}
        </h1>
        {chips}
        <div className="ml-auto flex shrink-0 items-center gap-1.5">
          {manual !== undefined && <ManualLink page={manual} />}
          {actions}
        </div>
      </header>
      <div className="flex min-h-0 flex-1 flex-col">{children}</div>
    </div>
  )
}
