/** The runbook of an agent, which is whoever's who wrote its file: Markdown as elements, never as markup, with hidden characters named. */
import { useMemo } from 'react'
import { visibleString } from '../../documents/visible-text.ts'
import { Blocks } from '../../manual/blocks.tsx'
import { PageLink } from '../../manual/page-link.tsx'
import { type Reading, ReadingContext } from '../../manual/reading.ts'
import { readMarkdown } from '../../manual/token-tree.ts'

/** Links lead to pages of the manual or nowhere. */
const reading: Reading = { page: 'agents', words: [], titleOf: (page) => page, Link: PageLink }

export function Runbook({ text }: { text: string }) {
  const nodes = useMemo(() => readMarkdown(visibleString(text)), [text])
  if (nodes.length === 0) return <p className="text-ink-2">It has none.</p>
  return (
    <ReadingContext value={reading}>
      <div className="max-w-160 [overflow-wrap:anywhere] [&>:first-child]:mt-0">
        <Blocks nodes={nodes} />
      </div>
    </ReadingContext>
  )
}
