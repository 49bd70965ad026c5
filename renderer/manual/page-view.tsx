/** One page of the manual, to be read: its title, and its parts under headings that can be linked to. */
import { useLocation } from '@tanstack/react-router'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import { PageLink } from './page-link.tsx'
import type { ManualPageName } from './page-names.ts'
import { PageParts } from './page-parts.tsx'
import { manualPage } from './pages.ts'
import type { Reading } from './reading.ts'

interface Props {
  readonly name: ManualPageName
  readonly words: readonly string[]
  /** Set when the page was opened out of the search: it takes the focus once, so that the next keys scroll it. */
  readonly wantsFocus: RefObject<boolean>
}

export function PageView({ name, words, wantsFocus }: Props) {
  const scroller = useRef<HTMLElement>(null)
  const anchor = useLocation({ select: ({ hash }) => hash })
  const page = manualPage(name)
  const reading = useMemo<Reading>(
    () => ({ page: name, words, titleOf: (other) => manualPage(other).shortTitle, Link: PageLink }),
    [name, words],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page begins at its own top, too
  useEffect(() => {
    const part = anchor === '' ? null : document.getElementById(anchor)
    if (part === null) scroller.current?.scrollTo(0, 0)
    else part.scrollIntoView()
    if (!wantsFocus.current) return
    wantsFocus.current = false
    scroller.current?.focus({ preventScroll: true })
  }, [name, anchor, wantsFocus])
  return (
    <section
      ref={scroller}
      aria-label={page.title}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="min-h-0 min-w-0 flex-1 overflow-auto -outline-offset-2!"
    >
      <PageParts page={page} reading={reading} />
    </section>
  )
}
