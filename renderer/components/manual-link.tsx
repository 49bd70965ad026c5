/** The way from a screen to the page of the manual about it: small, and quiet until it is wanted. */
import { Link } from '@tanstack/react-router'
import { BookOpen } from 'lucide-react'
import type { ManualPageName } from '../manual/page-names.ts'

export function ManualLink({ page, title = 'Manual' }: { readonly page: ManualPageName; readonly title?: string }) {
  return (
    <Link
      to="/manual/$page"
      params={{ page }}
      aria-label={`${title}: ${page}`}
      className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2 text-small text-ink-3 transition-colors hover:bg-hover hover:text-ink [&_svg]:size-3.5"
    >
      <BookOpen aria-hidden strokeWidth={1.6} />
      {title}
    </Link>
  )
}
