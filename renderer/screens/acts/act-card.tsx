/** One act that wants a second person: exactly what was asked, by whom, and the decision of somebody else. */
import { type FormEvent, useState } from 'react'
import type { Act } from '../../../main/contract/acts.ts'
import { isSamePerson } from '../../../main/domain/act.ts'
import { formatDigest } from '../../../main/domain/digest.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { ExactJson } from '../../components/exact-json-view.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TextField } from '../../components/text-field.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { TimeLeft } from '../../components/time-left.tsx'
import { actStateWords, actTitles, actTones } from './act-words.ts'

const stales = ['acts.list', 'acts.get'] as const

function Decide({ act, account }: { act: Act; account: string }) {
  const confirm = useAct('acts.confirm', { stales: [...stales, 'tiers.list', 'serve.status', 'documents.list'] })
  const reject = useAct('acts.reject', { stales })
  const [isRejecting, setRejecting] = useState(false)
  const [reason, setReason] = useState('')
  const isOwn = isSamePerson(act.requestedBy, account)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (reason.trim() !== '') reject.mutate({ actId: act.id, reason: reason.trim() })
  }
  const failure = confirm.error?.failure ?? confirm.data?.failure ?? reject.error?.failure ?? null
  return (
    <div className="mt-3.5 space-y-3">
      {failure !== null && <FailureNotice failure={failure} />}
      {isRejecting ? (
        <form onSubmit={send} className="space-y-2.5">
          <TextField title={isOwn ? 'Why is it taken back?' : 'Why is it rejected?'} value={reason} onChange={setReason} rows={2} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setRejecting(false)}>Cancel</Button>
            <Button kind="danger" type="submit" disabled={reason.trim() === '' || reject.isPending}>
              {isOwn ? 'Take it back' : 'Reject it'}
            </Button>
          </div>
        </form>
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          {!isOwn && (
            <Button
              kind="main"
              disabled={confirm.isPending}
              onClick={() => confirm.mutate({ actId: act.id, argumentsHash: act.argumentsHash })}
            >
              {confirm.isPending ? 'Doing it…' : 'Confirm exactly this'}
            </Button>
          )}
          <Button kind={isOwn ? 'plain' : 'danger'} onClick={() => setRejecting(true)}>
            {isOwn ? 'Take it back…' : 'Reject…'}
          </Button>
          {isOwn && <span className="text-small text-ink-2">You asked for it: another person must confirm.</span>}
        </div>
      )}
    </div>
  )
}

export function ActCard({ act, account }: { act: Act; account: string }) {
  const detail = useCall('acts.get', { actId: act.id })
  return (
    <li className="rounded-lg border border-line bg-surface px-4.5 py-4">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">{actTitles[act.act]}</h2>
        <Chip tone={actTones[act.state]}>{actStateWords[act.state]}</Chip>
        <LabelChip label={act.label} />
        <span className="ml-auto text-small text-ink-2">
          asked by {act.requestedBy}, <TimeAgo atMs={act.requestedAt} />
          {act.state === 'waiting' && (
            <>
              {' '}
              · runs out <TimeLeft atMs={act.expiresAt} />
            </>
          )}
          {act.decidedBy !== null && ` · decided by ${act.decidedBy}`}
        </span>
      </div>
      <div className="mt-3">
        {detail.data === undefined ? (
          detail.isError ? (
            <FailureNotice failure={detail.error.failure} onRetry={() => void detail.refetch()} />
          ) : (
            <Skeleton className="h-16 w-full" />
          )
        ) : detail.data.arguments === null ? (
          <p className="text-ink-2">What was asked has been purged.</p>
        ) : (
          <ExactJson text={detail.data.arguments} label="Exactly what was asked" />
        )}
        {detail.data?.reason != null && <p className="mt-2 text-ink-2">“{detail.data.reason}”</p>}
      </div>
      <p className="mt-2 flex items-center gap-1.5 text-small text-ink-2">
        Hash <Hash value={formatDigest(act.argumentsHash)} label="the hash of what was asked" />
        {act.failure !== null && <span className="font-mono">{act.failure}</span>}
      </p>
      {act.state === 'waiting' && <Decide act={act} account={account} />}
    </li>
  )
}
