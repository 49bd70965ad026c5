/** A link to a page of the manual, or to a part of one. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { LinkTarget } from './link-target.ts'

interface Props {
  readonly target: LinkTarget
  /** Whether it leads to the page that is read, whatever part of it. */
  readonly isCurrent?: boolean
  readonly className?: string
  readonly children: ReactNode
}

const usual = 'text-accent underline decoration-accent/40 underline-offset-3 transition-colors hover:decoration-accent'

const exactly = { exact: true, includeHash: true } as const

export function PageLink({ target: { page, anchor }, isCurrent = false, className = usual, children }: Props) {
  return (
    <Link
      to="/manual/$page"
      params={{ page }}
      {...(anchor === null ? {} : { hash: anchor })}
      activeOptions={exactly}
      aria-current={isCurrent ? 'page' : undefined}
      className={className}
    >
      {children}
    </Link>
  )
}
