/** What all runs together may spend, beside what they have spent, and how many may be under way at once. */
import { useState } from 'react'
import type { CallInput, CallOutput } from '../../../main/contract/calls.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { formatCount, formatShare } from '../../format.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { Read, Section, Setting } from './section.tsx'

type Status = CallOutput<'quota.get'>
type Limit = keyof CallInput<'quota.set'>

/** Cost is kept in millionths of the site's currency. */
const microsPerUnit = 1_000_000

interface Field {
  readonly limit: Limit
  readonly title: string
  readonly detail: string
  readonly unit: number
  readonly max?: number
  readonly absent: string
  readonly spent: (status: Status) => number | null
}

const fields: readonly Field[] = [
  {
    ...{ limit: 'tokensMax', title: 'Tokens', detail: 'Read and written by models.', unit: 1, absent: 'no limit' },
    spent: ({ tokensSpent }) => tokensSpent,
  },
  {
    ...{ limit: 'costMicrosMax', title: 'Cost', detail: 'Models on this machine cost nothing.', unit: microsPerUnit, absent: 'no limit' },
    spent: ({ costMicrosSpent }) => costMicrosSpent,
  },
  {
    ...{ limit: 'concurrentRunsMax', title: 'Runs at once', detail: 'The others wait in the queue.', unit: 1, max: 64 },
    ...{ absent: 'as usual for this machine', spent: () => null },
  },
]

const shown = (value: number, unit: number): string => (unit === 1 ? formatCount(value) : (value / unit).toFixed(2))

/** The stricter of what was set and what the policy says holds. */
const detailOf = ({ detail, limit, unit }: Field, { policy }: Status): string => {
  const most = policy[limit]
  return most === null ? detail : `${detail} The policy allows ${shown(most, unit)} at most.`
}

function Value({ status, field: { limit, unit, absent, spent } }: { status: Status; field: Field }) {
  const [used, max] = [spent(status), status[limit]]
  if (used === null) return <span className="tabular">{max === null ? absent : shown(max, unit)}</span>
  const isOver = max !== null && used >= max
  return (
    <span className="inline-flex items-center gap-2 tabular">
      {isOver && <Chip tone="bad">used up</Chip>}
      <span>
        {shown(used, unit)} spent,{' '}
        {max === null ? absent : `limit ${shown(max, unit)}${max === 0 || isOver ? '' : ` (${formatShare(used / max)})`}`}
      </span>
    </span>
  )
}

function ChangeQuota({ status, onClose }: { status: Status; onClose: () => void }) {
  const set = useAct('quota.set', { stales: ['quota.get'] })
  const textOf = ({ limit, unit }: Field): string => {
    const max = status[limit]
    return max === null || max === undefined ? '' : String(max / unit)
  }
  const [typed, setTyped] = useState<Partial<Record<Limit, string>>>({})
  const wanted = (field: Field): number | null => {
    const text = typed[field.limit] ?? textOf(field)
    return text.trim() === '' ? null : Math.round(Number(text) * field.unit)
  }
  const [tokensMax = null, costMicrosMax = null, concurrentRunsMax = null] = fields.map(wanted)
  const isChanged = fields.some((field) => wanted(field) !== status[field.limit])
  return (
    <ChangeDialog
      title="Limits of all runs together"
      description="A call of a model that would pass one is not made: its run ends or is held, and says so. The change is recorded with your account."
      act="Set the limits"
      note="Empty is no limit, or as usual."
      canAct={isChanged && !set.isPending}
      failure={set.error?.failure ?? null}
      onAct={() => set.mutate({ tokensMax, costMicrosMax, concurrentRunsMax }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {fields.map((field) => {
        const spent = field.spent(status)
        return (
          <label key={field.limit} className="grid grid-cols-[1fr_9rem_9rem] items-center gap-3">
            <span>{field.title}</span>
            <span className="text-right text-small text-ink-2 tabular">{spent !== null && `${shown(spent, field.unit)} spent`}</span>
            <input
              type="number"
              min={field.max === undefined ? 0 : 1}
              max={field.max}
              step={field.unit === 1 ? 1 : 'any'}
              placeholder={field.max === undefined ? 'no limit' : 'as usual'}
              value={typed[field.limit] ?? textOf(field)}
              onChange={(event) => setTyped({ ...typed, [field.limit]: event.target.value })}
              className="h-8 rounded-md border border-edge bg-surface px-2.5 text-right tabular"
            />
          </label>
        )
      })}
    </ChangeDialog>
  )
}

export function QuotaSettings() {
  const quota = useCall('quota.get', {})
  const [isOpen, setOpen] = useState(false)
  return (
    <Section
      id="quota"
      title="All runs together"
      detail="What they may spend, beside the budget of each."
      actions={
        <Button onClick={() => setOpen(true)} disabled={quota.data === undefined}>
          Change the limits…
        </Button>
      }
    >
      <Read query={quota} label="Reading the limits" rows={fields.length}>
        {(status) => (
          <>
            {fields.map((field) => (
              <Setting key={field.limit} title={field.title} detail={detailOf(field, status)}>
                <Value status={status} field={field} />
              </Setting>
            ))}
            {isOpen && <ChangeQuota status={status} onClose={() => setOpen(false)} />}
          </>
        )}
      </Read>
    </Section>
  )
}
