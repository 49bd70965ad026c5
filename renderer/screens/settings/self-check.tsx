/** The self-check: each part of this machine, what was found, and what to do. */
import { CircleAlert, CircleCheck, CircleMinus, CircleX, type LucideIcon } from 'lucide-react'
import type { DoctorReport } from '../../../main/contract/models.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { ManualLink } from '../../components/manual-link.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { countOutcomes, outcomeWords, reportAsText } from './doctor-report.ts'
import { Section } from './section.tsx'

type Check = DoctorReport['checks'][number]

const looks: Readonly<Record<Check['outcome'], { readonly icon: LucideIcon; readonly colour: string }>> = {
  passed: { icon: CircleCheck, colour: 'text-ok' },
  warning: { icon: CircleAlert, colour: 'text-warn' },
  failed: { icon: CircleX, colour: 'text-bad' },
  skipped: { icon: CircleMinus, colour: 'text-ink-3' },
}

function Row({ check }: { check: Check }) {
  const { icon: Icon, colour } = looks[check.outcome]
  return (
    <li className="flex gap-3 border-b border-line px-4 py-2.5 last:border-0">
      <Icon aria-label={outcomeWords[check.outcome]} className={`mt-0.5 size-4 shrink-0 ${colour}`} strokeWidth={1.8} />
      <div className="min-w-0">
        <p className="font-medium">{check.title}</p>
        <p className="text-small text-ink-2">{check.detail}</p>
        {check.hint !== null && check.outcome !== 'passed' && <p className="mt-0.5 text-small">{check.hint}</p>}
      </div>
    </li>
  )
}

export function SelfCheck() {
  const doctor = useCall('station.doctor', {})
  return (
    <Section
      id="self-check"
      title="Self-check"
      detail={
        doctor.data === undefined ? (
          'Storage, search, readers, models and isolation.'
        ) : (
          <>
            {countOutcomes(doctor.data)}, <TimeAgo atMs={doctor.data.checkedAt} />
          </>
        )
      }
      actions={
        <>
          <ManualLink page="troubleshooting" />
          {doctor.data !== undefined && <CopyButton title="Copy report" text={() => reportAsText(doctor.data)} />}
          <Button onClick={() => void doctor.refetch()} disabled={doctor.isFetching}>
            {doctor.isFetching ? 'Checking…' : 'Check again'}
          </Button>
        </>
      }
    >
      {doctor.isPending ? (
        <div role="status" aria-label="Checking this machine" className="space-y-5 px-4 py-4">
          {['w-1/2', 'w-2/3', 'w-2/5', 'w-3/5', 'w-1/2', 'w-2/3'].map((width, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows without content have no other identity
            <Skeleton key={i} className={`h-4 ${width}`} />
          ))}
        </div>
      ) : doctor.isError ? (
        <div className="p-4">
          <FailureNotice failure={doctor.error.failure} onRetry={() => void doctor.refetch()} />
        </div>
      ) : (
        <ul>
          {doctor.data.checks.map((check) => (
            <Row key={check.id} check={check} />
          ))}
        </ul>
      )}
    </Section>
  )
}
