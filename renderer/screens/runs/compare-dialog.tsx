/** Chooses the run to put beside this one: another attempt first, then whatever the same agent did. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { statusText, statusTones } from './run-words.ts'

const limits = { runs: 50 } as const

function Runs({ run, contains, onChosen }: { run: RunSummary; contains: string; onChosen: () => void }) {
  const navigate = useNavigate()
  const trimmed = contains.trim()
  const runs = useCall('runs.list', { agent: run.agent, limit: limits.runs, ...(trimmed === '' ? {} : { contains: trimmed }) })
  if (runs.isPending) return <SkeletonRows label="Reading the runs" rows={4} />
  if (runs.isError) return <FailureNotice failure={runs.error.failure} onRetry={() => void runs.refetch()} />
  const isKin = (one: RunSummary) => one.title === run.title || one.forkedFrom?.runId === run.id || run.forkedFrom?.runId === one.id
  const others = runs.data.items.filter(({ id }) => id !== run.id).toSorted((a, b) => Number(isKin(b)) - Number(isKin(a)))
  if (others.length === 0) return <p className="px-5 py-6 text-center text-ink-2">There is no other run of this agent.</p>
  return (
    <ul>
      {others.map((other) => (
        <li key={other.id} className="border-b border-line last:border-0">
          <button
            type="button"
            onClick={() => {
              onChosen()
              void navigate({ to: '/runs/$runId/against/$otherId', params: { runId: run.id, otherId: other.id } })
            }}
            className="flex w-full items-center gap-3 px-5 py-2.5 text-left transition-colors hover:bg-hover focus-visible:-outline-offset-2"
          >
            <span className="min-w-0 flex-1 truncate">{visibleString(other.title ?? 'A run whose text was purged')}</span>
            {isKin(other) && <Chip tone="info">same task</Chip>}
            <Chip tone={statusTones[other.status]}>{statusText(other)}</Chip>
            <span className="w-20 text-right text-small text-ink-2">
              <TimeAgo atMs={other.createdAt} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

export function CompareDialog({ run, isOpen, onClose }: { run: RunSummary; isOpen: boolean; onClose: () => void }) {
  const [contains, setContains] = useState('')
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && onClose()} title="Compare with which run?" width="w-170">
      <div className="border-b border-line px-5 py-3">
        <input
          type="search"
          aria-label="Find a run by what was asked"
          placeholder="Find by what was asked"
          value={contains}
          maxLength={200}
          onChange={(event) => setContains(event.target.value)}
          className="h-8 w-full rounded-md border border-edge bg-surface px-2.5 placeholder:text-ink-3"
        />
      </div>
      <div className="min-h-60 overflow-auto">
        <Runs run={run} contains={contains} onChosen={onClose} />
      </div>
    </Dialog>
  )
}
