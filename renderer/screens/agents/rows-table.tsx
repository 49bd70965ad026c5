/** A small table with a header. Its columns keep their widths, and what is too long for one breaks rather than pushes it sideways. */
import type { ReactNode } from 'react'

const cell = 'px-3.5 py-2 text-left align-top'

interface Props {
  readonly label: string
  /** `width` is a share of the table, such as `w-1/3`. */
  readonly heads: ReadonlyArray<{ readonly title: string; readonly width: string }>
  readonly children: ReactNode
}

export function RowsTable({ label, heads, children }: Props) {
  return (
    <div className="overflow-hidden rounded-md border border-line bg-surface">
      <table aria-label={label} className="w-full table-fixed border-collapse">
        <thead className="border-b border-line text-small text-ink-2">
          <tr>
            {heads.map(({ title, width }) => (
              <th key={title} scope="col" className={`${cell} ${width} font-medium`}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

export function TableRow({ cells }: { cells: ReadonlyArray<{ readonly of: string; readonly shows: ReactNode }> }) {
  return (
    <tr className="border-b border-line last:border-0">
      {cells.map(({ of, shows }) => (
        <td key={of} className={`${cell} [overflow-wrap:anywhere]`}>
          {shows}
        </td>
      ))}
    </tr>
  )
}
