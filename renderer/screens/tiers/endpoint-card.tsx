/** One endpoint: whether it may be asked now and why not, how it does, and what it costs. */
import { useState } from 'react'
import type { EndpointStatus } from '../../../main/contract/tiers.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip, type Tone } from '../../components/chip.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { formatCount, formatDuration, formatExact } from '../../format.ts'
import { refusalWords } from '../../route-words.ts'
import { EndpointDialog } from './endpoint-dialog.tsx'
import { SecretDialog } from './secret-dialog.tsx'

const stales = ['tiers.list', 'station.status'] as const
const breakerWords = { closed: 'answers', half_open: 'being tried again', open: 'does not answer' } as const
const breakerTones: Readonly<Record<EndpointStatus['breaker'], Tone>> = { closed: 'ok', half_open: 'warn', open: 'bad' }

const Figure = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-small text-ink-2">{name}</dt>
    <dd className="truncate tabular">{children}</dd>
  </div>
)

function RemoveDialog({ status, isOpen, onClose }: { status: EndpointStatus; isOpen: boolean; onClose: () => void }) {
  const remove = useAct('tiers.remove', { stales })
  const { endpoint } = status
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={`Forget ${endpoint.name}?`}
      description="Its keys are destroyed. Runs that were there stay on record; what needs it falls back to this machine."
      act={`Forget ${endpoint.name}`}
      doing={remove}
      onAct={() => remove.mutate({ endpointId: endpoint.id }, { onSuccess: onClose })}
      onClose={onClose}
    />
  )
}

function Tested({ test }: { test: ReturnType<typeof useAct<'tiers.test'>> }) {
  if (test.isError) return <FailureNotice failure={test.error.failure} />
  if (test.data === undefined) return null
  const { failure, firstTokenMs, totalMs, model, testedAt } = test.data
  if (failure !== null) return <FailureNotice failure={failure} />
  return (
    <p role="status" className="text-small text-ok">
      {model} answered in {formatDuration(totalMs)}
      {firstTokenMs === null ? '' : `, first word after ${formatDuration(firstTokenMs)}`}, <TimeAgo atMs={testedAt} />.
    </p>
  )
}

export function EndpointCard({ status }: { status: EndpointStatus }) {
  const { endpoint, breaker, firstTokenMs, refusal, certificatesEndAt } = status
  const [open, setOpen] = useState<'change' | 'secret' | 'remove' | null>(null)
  const test = useAct('tiers.test', { stales })
  const close = () => setOpen(null)
  return (
    <li className="border-b border-line px-4.5 py-4 last:border-0">
      <div className="flex items-start gap-3">
        <div className="min-w-0">
          <h3 className="font-semibold [overflow-wrap:anywhere]">{endpoint.name}</h3>
          <p className="truncate font-mono text-small text-ink-2">
            {endpoint.isTls ? 'https' : 'http'}://{endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:{endpoint.port}
            {endpoint.basePath}
          </p>
        </div>
        <div className="ml-auto flex shrink-0 items-center gap-1.5">
          {refusal === null ? <Chip tone="ok">may be asked</Chip> : <Chip tone="warn">not asked: {refusalWords[refusal]}</Chip>}
          {refusal !== 'unhealthy' && <Chip tone={breakerTones[breaker]}>{breakerWords[breaker]}</Chip>}
        </div>
      </div>
      <dl className="mt-3 grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-x-6 gap-y-3">
        <Figure name="May be given up to">
          <LabelChip label={endpoint.clearance} />
        </Figure>
        <Figure name="First word">
          {firstTokenMs === null ? 'not measured yet' : formatDuration(firstTokenMs)}
          <span className="text-ink-2">, aim {formatDuration(endpoint.firstTokenMsMax)}</span>
        </Figure>
        <Figure name="Key">{endpoint.hasSecret ? 'kept sealed' : 'none'}</Figure>
        {certificatesEndAt !== null && (
          <Figure name="Certificates end">
            <span title={formatExact(certificatesEndAt)}>{new Date(certificatesEndAt).toISOString().slice(0, 10)}</span>
          </Figure>
        )}
      </dl>
      <ul className="mt-3 space-y-0.5 text-small text-ink-2">
        {endpoint.models.map((model) => (
          <li key={model.name} className="tabular">
            <span className="font-mono text-ink">{model.name}</span> · window {formatCount(model.contextTokens)} tokens ·{' '}
            {model.promptMicros + model.completionMicros === 0
              ? 'no charge'
              : `${formatCount(model.promptMicros / 1e6)} in and ${formatCount(model.completionMicros / 1e6)} out for a million tokens`}
          </li>
        ))}
      </ul>
      <div className="mt-3.5 flex flex-wrap items-center gap-2">
        <Button onClick={() => test.mutate({ endpointId: endpoint.id })} disabled={test.isPending || refusal !== null}>
          {test.isPending ? 'Asking for a word…' : 'Test'}
        </Button>
        <Button onClick={() => setOpen('change')}>Change…</Button>
        <Button onClick={() => setOpen('secret')}>Keys…</Button>
        <Button kind="quiet" onClick={() => setOpen('remove')}>
          Forget…
        </Button>
        <span className="ml-auto text-small text-ink-3">
          added by {endpoint.addedBy}, <TimeAgo atMs={endpoint.addedAt} />
        </span>
      </div>
      <div className="mt-3 empty:hidden">
        <Tested test={test} />
      </div>
      <EndpointDialog endpoint={endpoint} isOpen={open === 'change'} onClose={close} />
      <SecretDialog endpoint={endpoint} isOpen={open === 'secret'} onClose={close} />
      <RemoveDialog status={status} isOpen={open === 'remove'} onClose={close} />
    </li>
  )
}
