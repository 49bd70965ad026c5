/** What stands within a line, as elements. A picture is shown by its words; text is text, whatever it looks like. */
import type { ReactNode } from 'react'
import { linkTarget } from './link-target.ts'
import { MarkedWords } from './marked-words.tsx'
import { useReading } from './reading.ts'
import { hrefOf, type MarkdownNode, textOf } from './token-tree.ts'

const limits = { unbrokenCharsMax: 32 } as const

interface Props {
  readonly node: MarkdownNode
}

function Words({ node }: Props) {
  return <MarkedWords text={node.token.content} words={useReading().words} />
}

/** Words of a command are not broken at their hyphens: half of an option is none. */
function Code({ node }: Props) {
  const { words } = useReading()
  const pieces = [...node.token.content.matchAll(/\S+\s*|\s+/g)]
  return (
    <code className="rounded-sm bg-sunken px-1 py-px font-mono text-[0.92em] [box-decoration-break:clone]">
      {pieces.map(({ 0: text, index }) => (
        <span key={index} className={text.length > limits.unbrokenCharsMax ? '' : 'whitespace-nowrap'}>
          <MarkedWords text={text} words={words} />
        </span>
      ))}
    </code>
  )
}

/** A link that names a file is shown by the title of its page: files are not what a person sees here. */
function LinkText({ node }: Props) {
  const { page, titleOf, Link } = useReading()
  const href = hrefOf(node)
  const target = linkTarget(href, page)
  if (target === null) return <Inside node={node} />
  const isFileName = textOf(node) === href
  return <Link target={target}>{isFileName ? titleOf(target.page) : <Inside node={node} />}</Link>
}

/** Every kind there is within a line. */
export const inlineKinds: Readonly<Record<string, (props: Props) => ReactNode>> = {
  text: Words,
  image: Words,
  softbreak: () => ' ',
  hardbreak: () => <br />,
  link: LinkText,
  strong: ({ node }) => (
    <strong className="font-semibold">
      <Inside node={node} />
    </strong>
  ),
  em: ({ node }) => (
    <em>
      <Inside node={node} />
    </em>
  ),
  s: ({ node }) => (
    <s>
      <Inside node={node} />
    </s>
  ),
  code_inline: Code,
}

/** The children of a node, in order. A kind that is not known is shown as its text. */
export function Inside({ node }: Props) {
  return node.children.map((child) => {
    const Kind = inlineKinds[child.kind]
    return Kind === undefined ? textOf(child) : <Kind key={child.at} node={child} />
  })
}
