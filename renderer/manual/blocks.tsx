/** Blocks of a page as elements: paragraphs, lists, tables, quotes and lines of code. Nothing is ever put in as markup. */
import type { ReactNode } from 'react'
import { CodeBlock } from './code-block.tsx'
import { Inside } from './inline.tsx'
import { Table } from './table.tsx'
import { type MarkdownNode, textOf } from './token-tree.ts'

interface Props {
  readonly node: MarkdownNode
}

const Code = ({ node }: Props) => <CodeBlock text={node.token.content.replace(/\n$/, '')} />

/** Every kind of block there is. */
export const blockKinds: Readonly<Record<string, (props: Props) => ReactNode>> = {
  inline: Inside,
  // In a list without blank lines its paragraphs are not seen as such.
  paragraph: ({ node }) =>
    node.token.hidden ? (
      <Blocks nodes={node.children} />
    ) : (
      <p className="my-3">
        <Blocks nodes={node.children} />
      </p>
    ),
  // Headings of a page stand before its parts; one within a list or a quote is only strong.
  heading: ({ node }) => (
    <p className="my-3 font-semibold">
      <Blocks nodes={node.children} />
    </p>
  ),
  bullet_list: ({ node }) => (
    <ul className="my-3 list-disc space-y-1 pl-5 marker:text-ink-3">
      <Blocks nodes={node.children} />
    </ul>
  ),
  ordered_list: ({ node }) => (
    <ol start={Number(node.token.attrGet('start') ?? 1)} className="my-3 list-decimal space-y-1 pl-6 marker:text-ink-3">
      <Blocks nodes={node.children} />
    </ol>
  ),
  list_item: ({ node }) => (
    <li>
      <Blocks nodes={node.children} />
    </li>
  ),
  blockquote: ({ node }) => (
    <blockquote className="my-3 border-l-2 border-line-strong pl-4 text-ink-2">
      <Blocks nodes={node.children} />
    </blockquote>
  ),
  hr: () => <hr className="my-6" />,
  table: Table,
  fence: Code,
  code_block: Code,
}

/** A kind that is not known is shown as its text. */
export function Blocks({ nodes }: { readonly nodes: readonly MarkdownNode[] }) {
  return nodes.map((node) => {
    const Kind = blockKinds[node.kind]
    return Kind === undefined ? textOf(node) : <Kind key={node.at} node={node} />
  })
}
