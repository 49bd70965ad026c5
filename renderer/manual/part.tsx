/** One part of a page under its heading, as elements. Nothing of it is ever put in as markup. */
import { Blocks } from './blocks.tsx'
import { Inside } from './inline.tsx'
import type { ManualSection } from './read-page.ts'
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

export const Part = ({ section: { anchor, level, heading, nodes } }: { section: ManualSection }) => (
  <>
    {heading !== null && <Title level={level} anchor={anchor} heading={heading} />}
    <Blocks nodes={nodes} />
  </>
)
