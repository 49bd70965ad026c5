/** Changes what a run may spend. Says beside each limit what was spent, since a limit below that stops it at once. */
import { type FormEvent, useState } from 'react'
import type { CallOutput } from '../../../main/contract/calls.ts'
import type { Budget } from '../../../main/domain/budget.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { formatCount } from '../../format.ts'

type Limit = 'tokensMax' | 'modelCallsMax' | 'toolCallsMax' | 'durationMsMax' | 'bytesWrittenMax'
type RunBudget = CallOutput<'runs.budget'>

interface Field {
  readonly limit: Limit
  readonly title: string
  /** How many of the stored unit one of the shown makes. */
  readonly unit: number
  readonly used: (budget: RunBudget) => number
}

const fields: readonly Field[] = [
  { limit: 'tokensMax', title: 'Tokens', unit: 1, used: ({ usage }) => usage.tokens },
  { limit: 'modelCallsMax', title: 'Model calls', unit: 1, used: ({ usage }) => usage.modelCalls },
  { limit: 'toolCallsMax', title: 'Tool calls', unit: 1, used: ({ usage }) => usage.toolCalls },
  { limit: 'durationMsMax', title: 'Minutes at work', unit: 60_000, used: ({ usage }) => usage.activeMs },
  { limit: 'bytesWrittenMax', title: 'Kilobytes written', unit: 1_000, used: ({ usage }) => usage.bytesWritten },
]

function Form({ runId, now, onClose }: { runId: string; now: RunBudget; onClose: () => void }) {
  const raise = useAct('runs.raise', { stales: ['runs.budget', 'runs.get', 'runs.list'] })
  const [typed, setTyped] = useState<Partial<Record<Limit, string>>>({})
  const changed: Partial<Budget> = {}
  for (const { limit, unit } of fields) {
    const value = typed[limit]
    if (value !== undefined && value !== '' && Number(value) >= 0) changed[limit] = Math.round(Number(value) * unit)
  }
  const hasChange = Object.keys(changed).length > 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (hasChange) raise.mutate({ runId, budget: changed }, { onSuccess: onClose })
  }
  return (
    <form onSubmit={submit}>
      <div className="space-y-2.5 px-5 py-4">
        {fields.map(({ limit, title, unit, used }) => (
          <label key={limit} className="grid grid-cols-[1fr_9rem_9rem] items-center gap-3">
            <span>{title}</span>
            <span className="text-right text-small text-ink-2 tabular">{formatCount(Math.ceil(used(now) / unit))} used</span>
            <input
              type="number"
              min={0}
              step="any"
              value={typed[limit] ?? String(Math.round(now.budget[limit] / unit))}
              onChange={(event) => setTyped({ ...typed, [limit]: event.target.value })}
              className="h-8 rounded-md border border-edge bg-surface px-2.5 text-right tabular"
            />
          </label>
        ))}
        {raise.error !== null && <FailureNotice failure={raise.error.failure} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <span className="mr-auto text-small text-ink-2">If a limit held it, it goes on.</span>
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={!hasChange || raise.isPending}>
          Change the limits
        </Button>
      </div>
    </form>
  )
}

export function RaiseDialog({ runId, isOpen, onClose }: { runId: string; isOpen: boolean; onClose: () => void }) {
  const budget = useCall('runs.budget', { runId }, { enabled: isOpen })
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && onClose()} title="What this run may spend">
      {budget.data !== undefined ? (
        <Form runId={runId} now={budget.data} onClose={onClose} />
      ) : budget.isError ? (
        <div className="p-5">
          <FailureNotice failure={budget.error.failure} onRetry={() => void budget.refetch()} />
        </div>
      ) : (
        <div className="p-5">
          <Skeleton className="h-40 w-full" />
        </div>
      )}
    </Dialog>
  )
}
