/** Markdown as a tree: the flat tokens of markdown-it, nested. HTML in a source is text like any other. Pure. */
import MarkdownIt, { type Token } from 'markdown-it'

export interface MarkdownNode {
  /** The type of its token, without `_open`. */
  readonly kind: string
  readonly token: Token
  /** Its place among its siblings, which never changes. */
  readonly at: number
  readonly children: readonly MarkdownNode[]
}

interface OpenNode extends MarkdownNode {
  readonly children: MarkdownNode[]
}

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false })

function nest(tokens: readonly Token[]): readonly MarkdownNode[] {
  const top: MarkdownNode[] = []
  const lists = [top]
  for (const token of tokens) {
    if (token.nesting === -1) {
      if (lists.length > 1) lists.pop()
      continue
    }
    const list = lists.at(-1) ?? top
    const inside = token.type === 'inline' ? [...nest(token.children ?? [])] : []
    const node: OpenNode = { kind: token.type.replace(/_open$/, ''), token, at: list.length, children: inside }
    list.push(node)
    if (token.nesting === 1) lists.push(node.children)
  }
  return top
}

export const readMarkdown = (source: string): readonly MarkdownNode[] => nest(markdown.parse(source, {}))

/** Where a link leads; empty for everything that is none. */
export const hrefOf = ({ token }: MarkdownNode): string => String(token.attrGet('href') ?? '')

const leaves = new Set(['text', 'code_inline', 'fence', 'code_block', 'image'])
const breaks = new Set(['softbreak', 'hardbreak'])
/** Their children are read one after the other, with a blank between them. */
const blocks = new Set(['table', 'thead', 'tbody', 'tr', 'bullet_list', 'ordered_list', 'list_item', 'blockquote'])

/** What a person reads of it, in one line. */
export function textOf({ kind, token, children }: MarkdownNode): string {
  if (leaves.has(kind)) return token.content
  if (breaks.has(kind)) return ' '
  return children.map(textOf).join(blocks.has(kind) ? ' ' : '')
}
