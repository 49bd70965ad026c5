/** One page of the manual, to be read: its title, and its parts under headings that can be linked to. */
import { useLocation } from '@tanstack/react-router'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import { Blocks } from './blocks.tsx'
import { Inside } from './inline.tsx'
import { PageLink } from './page-link.tsx'
import type { ManualPageName } from './page-names.ts'
import { manualPage } from './pages.ts'
import type { ManualSection } from './read-page.ts'
import { type Reading, ReadingContext } from './reading.ts'
import type { MarkdownNode } from './token-tree.ts'

/** The bar of the screen has the first heading, so that those of the page are each one lower. */
function Title({ level, anchor, heading }: { level: number; anchor: string | null; heading: MarkdownNode }) {
  const [inline] = heading.children
  const text = inline !== undefined && <Inside node={inline} />
  if (level === 1) return <h2 className="mb-4 text-title font-semibold tracking-[-0.015em] text-balance">{text}</h2>
  if (level === 2) {
    return (
      <h3 id={anchor ?? undefined} className="mt-8 mb-2 scroll-mt-6 text-read font-semibold">
        {text}
      </h3>
    )
  }
  return (
    <h4 id={anchor ?? undefined} className="mt-6 mb-1.5 scroll-mt-6 font-semibold">
      {text}
    </h4>
  )
}

const Part = ({ section: { anchor, level, heading, nodes } }: { section: ManualSection }) => (
  <>
    {heading !== null && <Title level={level} anchor={anchor} heading={heading} />}
    <Blocks nodes={nodes} />
  </>
)

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
      <article className="mx-auto max-w-184 px-7 pt-7 pb-16 leading-5.5 [&_mark]:text-ink">
        <ReadingContext value={reading}>
          {page.sections.map((section) => (
            <Part key={section.anchor ?? ''} section={section} />
          ))}
        </ReadingContext>
      </article>
    </section>
  )
}
