/** A diff as text: signs and colours say what comes and goes, numbers where, and no character hides. */
import { SourceText } from '../documents/source-text.tsx'
import type { DiffLine } from './diff-lines.ts'

const looks: Readonly<Record<DiffLine['kind'], string>> = {
  added: 'bg-ok-soft text-ok',
  removed: 'bg-bad-soft text-bad',
  same: 'text-ink-2',
  place: 'text-info',
  file: 'text-ink-3',
}

export function DiffRow({ line }: { line: DiffLine }) {
  return (
    <div className={`flex px-2 ${looks[line.kind]}`} data-diff={line.kind}>
      <span aria-hidden className="w-16 shrink-0 pr-3 text-right text-ink-3 tabular select-none">
        {line.after ?? line.before ?? ''}
      </span>
      <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">
        <SourceText text={line.text === '' ? ' ' : line.text} />
      </span>
    </div>
  )
}

export function DiffView({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <section aria-label="Diff" className="overflow-hidden rounded-md border border-line bg-sunken py-2 font-mono text-small leading-5">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a diff never change places
        <DiffRow key={i} line={line} />
      ))}
    </section>
  )
}
