/** A call that waits for approval: what it would change, how that is undone, and its exact arguments. */
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { Approval, ApprovalPreview } from '../../../main/contract/approvals.ts'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { countChanges, diffLines, placeOfDiff } from '../../components/diff-lines.ts'
import { DiffView } from '../../components/diff-view.tsx'
import { ExactJson } from '../../components/exact-json-view.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { plural } from '../../format.ts'
import { agentWords } from '../runs/run-words.ts'
import { Part } from './part.tsx'

export function Diff({ holdId, diff }: { holdId: string; diff: string }) {
  const [isOpen, setOpen] = useState(false)
  const lines = useMemo(() => diffLines(diff), [diff])
  const changes = useMemo(() => countChanges(lines), [lines])
  const place = placeOfDiff(lines.length)
  if (place === 'inline') return <DiffView lines={lines} />
  const sums = (
    <span className="flex items-center gap-2">
      <Chip>{plural(lines.length, 'line')}</Chip>
      <Chip tone="ok">+{changes.added}</Chip>
      <Chip tone="bad">−{changes.removed}</Chip>
    </span>
  )
  if (place === 'apart') {
    return (
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-line bg-sunken px-3 py-2.5">
        {sums}
        <span className="text-small text-ink-2">Too long to stand here.</span>
        <Link to="/approvals/$holdId/diff" params={{ holdId }} className={`${buttonLook()} ml-auto`}>
          Open the whole diff
        </Link>
      </div>
    )
  }
  return (
    <div>
      <div className="mb-2 flex items-center gap-3">
        {sums}
        <Button className="ml-auto" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Fold the diff' : 'Unfold the diff'}
        </Button>
      </div>
      {isOpen && <DiffView lines={lines} />}
    </div>
  )
}

function Change({ holdId, preview }: { holdId: string; preview: ApprovalPreview | null }) {
  if (preview === null) {
    return (
      <Part title="What it would change">
        <p className="text-ink-2">This tool says nothing beforehand. Decide by its arguments alone.</p>
      </Part>
    )
  }
  return (
    <>
      <Part title="What it would change">
        <p className="mb-2.5 [overflow-wrap:anywhere]">
          <SourceText text={preview.summary} />
        </p>
        {preview.diff !== null && preview.diff !== '' && <Diff holdId={holdId} diff={preview.diff} />}
      </Part>
      <Part title="What can be undone">
        {preview.undo === null ? (
          <p className="font-medium text-bad">Nothing. Once made, this call stands.</p>
        ) : (
          <p>
            <SourceText text={preview.undo} /> <span className="text-ink-2">From the page of the run, as long as the run is kept.</span>
          </p>
        )}
      </Part>
    </>
  )
}

export function Arguments({ approval, title = 'Exact arguments' }: { approval: Approval; title?: string }) {
  return (
    <Part title={title}>
      {approval.arguments === null ? (
        <p className="text-ink-2">They were purged. What is left proves what they were, but cannot be decided on.</p>
      ) : (
        <>
          <p className="mb-2 text-small text-ink-2">
            <span className="font-medium text-info">Written by {agentWords(approval.agent)}.</span> Exactly this is hashed, shown and, once
            approved, done.
          </p>
          <ExactJson text={approval.arguments} label={title} />
        </>
      )}
    </Part>
  )
}

export function CallRequest({ approval }: { approval: Approval }) {
  return (
    <>
      <Change holdId={approval.holdId} preview={approval.preview} />
      <Arguments approval={approval} />
    </>
  )
}
