/** A small table with a header, in which cells break rather than push it sideways. */
import type { ReactNode } from 'react'

const cell = 'px-3.5 py-2 text-left align-top first:w-1/4'

export function RowsTable({ label, heads, children }: { label: string; heads: readonly string[]; children: ReactNode }) {
  return (
    <div className="overflow-hidden rounded-md border border-line bg-surface">
      <table aria-label={label} className="w-full border-collapse">
        <thead className="border-b border-line text-small text-ink-2">
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className={`${cell} font-medium`}>
                {head}
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
