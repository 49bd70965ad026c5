/** A table of the manual. Where it is wider than the page it scrolls by itself; a header without words is not shown. */
import { Inside } from './inline.tsx'
import { type MarkdownNode, textOf } from './token-tree.ts'

interface Props {
  readonly node: MarkdownNode
}

const rowsOf = ({ children }: MarkdownNode, part: string): readonly MarkdownNode[] =>
  children.filter(({ kind }) => kind === part).flatMap((found) => found.children)

function Cell({ node }: Props) {
  const isHeader = node.kind === 'th'
  const [inline] = node.children
  const text = inline !== undefined && <Inside node={inline} />
  const look = 'px-3 py-1.5 text-left align-top first:pl-0 last:pr-0'
  // A header without words names no column.
  if (isHeader && textOf(node) !== '') {
    return (
      <th scope="col" className={`${look} font-semibold whitespace-nowrap`}>
        {text}
      </th>
    )
  }
  return <td className={look}>{text}</td>
}

const Row = ({ node }: Props) => (
  <tr className="border-b border-line last:border-0">
    {node.children.map((cell) => (
      <Cell key={cell.at} node={cell} />
    ))}
  </tr>
)

const Rows = ({ nodes }: { readonly nodes: readonly MarkdownNode[] }) => nodes.map((row) => <Row key={row.at} node={row} />)

export function Table({ node }: Props) {
  const heads = rowsOf(node, 'thead')
  const hasHeader = heads.some((row) => textOf(row).trim() !== '')
  return (
    <section
      aria-label="Table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="my-4 overflow-x-auto border-y border-line"
    >
      <table className="w-full border-collapse text-base break-words">
        {hasHeader && (
          <thead className="border-b border-line-strong">
            <Rows nodes={heads} />
          </thead>
        )}
        <tbody>
          <Rows nodes={rowsOf(node, 'tbody')} />
        </tbody>
      </table>
    </section>
  )
}
