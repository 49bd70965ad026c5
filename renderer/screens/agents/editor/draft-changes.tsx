/** What saving would change, line by line; a long change is shown as far as a person reads. */
import { useMemo } from 'react'
import { Chip } from '../../../components/chip.tsx'
import { countChanges, diffLines } from '../../../components/diff-lines.ts'
import { DiffView } from '../../../components/diff-view.tsx'
import { plural } from '../../../format.ts'
import { draftDiff } from './draft-diff.ts'

const limits = { linesMax: 600 } as const

/** `before`: null where nothing lies there yet. */
export function DraftChanges({ file, before, after }: { file: string; before: string | null; after: string }) {
  const lines = useMemo(() => {
    const diff = draftDiff(file, before, after)
    return diff === null ? null : diffLines(diff)
  }, [file, before, after])
  if (lines === null) return <p className="p-5 text-ink-2">Too much has changed to say line by line what.</p>
  if (lines.length === 0) return <p className="p-5 text-ink-2">Nothing has changed.</p>
  const { added, removed } = countChanges(lines)
  const hidden = lines.length - limits.linesMax
  return (
    <div className="space-y-3 p-5">
      <p className="flex items-center gap-2">
        <Chip tone="ok">+{added}</Chip>
        <Chip tone="bad">−{removed}</Chip>
        <span className="text-small text-ink-2">{before === null ? 'The file is new.' : 'Against what lies there now.'}</span>
      </p>
      <DiffView lines={lines.slice(0, limits.linesMax)} />
      {hidden > 0 && <p className="text-small text-ink-2">… {plural(hidden, 'more line')}</p>}
    </div>
  )
}
