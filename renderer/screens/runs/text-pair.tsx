/** Two bodies next to each other, with what differs marked on both sides. */
import { useMemo } from 'react'
import { useCall } from '../../api.tsx'
import { jsonLines } from '../../components/exact-json.ts'
import { Skeleton } from '../../components/skeleton.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { plural } from '../../format.ts'
import { foldSame, type SidePair, type SideRow, sideBySide } from './side-by-side.ts'

const limits = { linesMax: 400, contextLines: 3 } as const

const linesOf = (text: string): readonly string[] =>
  /^\s*[{[]/.test(text)
    ? jsonLines(text).map(
        ({ depth, isContinued, pieces }) => '  '.repeat(depth + (isContinued ? 1 : 0)) + pieces.map((piece) => piece.text).join(''),
      )
    : text.split('\n')

function useText(runId: string, body: string | null): { readonly isPending: boolean; readonly lines: readonly string[] } {
  const read = useCall('bodies.read', { runId, body: body ?? '' }, { enabled: body !== null })
  const text = read.data?.text ?? null
  const lines = useMemo(() => (text === null ? [] : linesOf(text)), [text])
  if (body === null) return { isPending: false, lines: [] }
  if (read.data !== undefined && text === null) return { isPending: false, lines: ['(purged)'] }
  return { isPending: read.isPending, lines: read.isError ? [`(could not be read: ${read.error.failure.message})`] : lines }
}

const look = (pair: SidePair, side: 'a' | 'b'): string =>
  pair.isSame ? 'text-ink-2' : pair[side] === null ? '' : side === 'a' ? 'bg-bad-soft text-bad' : 'bg-ok-soft text-ok'

function Cell({ pair, side }: { pair: SidePair; side: 'a' | 'b' }) {
  const text = pair[side]
  return (
    <div className={`min-w-0 px-2.5 whitespace-pre-wrap [overflow-wrap:anywhere] ${look(pair, side)}`}>
      {text === null ? ' ' : <SourceText text={text === '' ? ' ' : text} />}
    </div>
  )
}

function Row({ row }: { row: SideRow }) {
  if ('same' in row)
    return <p className="border-y border-line bg-surface px-2.5 font-sans text-ink-3">{plural(row.same, 'line')} the same</p>
  return (
    <div className="grid grid-cols-2 divide-x divide-line">
      <Cell pair={row} side="a" />
      <Cell pair={row} side="b" />
    </div>
  )
}

interface Props {
  readonly title: string
  readonly a: { readonly runId: string; readonly body: string | null }
  readonly b: { readonly runId: string; readonly body: string | null }
}

export function TextPair({ title, a, b }: Props) {
  const left = useText(a.runId, a.body)
  const right = useText(b.runId, b.body)
  const rows = useMemo(() => foldSame(sideBySide(left.lines, right.lines), limits.contextLines), [left.lines, right.lines])
  if (left.isPending || right.isPending) return <Skeleton className="mt-2 h-16 w-full" />
  const hidden = rows.length - limits.linesMax
  return (
    <section aria-label={title} className="mt-2.5">
      <h4 className="mb-1 text-small font-semibold text-ink-2">{title}</h4>
      <div className="overflow-hidden rounded-md border border-line bg-sunken py-1.5 font-mono text-small leading-5">
        {rows.slice(0, limits.linesMax).map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of two texts never change places
          <Row key={i} row={row} />
        ))}
        {hidden > 0 && <p className="px-2.5 pt-1 font-sans text-ink-2">… {plural(hidden, 'more line')}</p>}
      </div>
    </section>
  )
}
