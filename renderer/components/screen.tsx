/** What every screen has: a bar with its one title, and the room below it. */
import { type ReactNode, useEffect } from 'react'

export function Screen({
  title,
  chips,
  actions,
  children,
}: {
  title: string
  chips?: ReactNode
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
        <div className="ml-auto flex shrink-0 items-center gap-1.5">{actions}</div>
      </header>
      <div className="flex min-h-0 flex-1 flex-col">{children}</div>
    </div>
  )
}
