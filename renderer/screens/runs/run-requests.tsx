/** What this run asked of people, and what they said. */
import { Link } from '@tanstack/react-router'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { ExistingRun } from '../../../main/domain/run/state.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { decisionTones, decisionWords, kindWords, requestTitle } from '../approvals/approval-words.ts'
import { type Asked, requestsOf } from './fold-run.ts'

/** What the events alone tell of a request that is not here, as in a run from another machine. */
function Told({ asked: { closed, atMs }, name }: { asked: Asked; name: string }) {
  return (
    <div className="rounded-lg border border-line bg-surface px-4 py-2.5">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-mono text-small font-medium">{name}</span>
        {closed !== null && <Chip tone={decisionTones[closed.decision]}>{decisionWords[closed.decision]}</Chip>}
        <span className="ml-auto text-small text-ink-2">
          <TimeAgo atMs={closed?.atMs ?? atMs} />
        </span>
      </p>
      <p className="mt-0.5 text-small text-ink-2">
        {closed !== null && `By ${closed.account}. `}The request itself is not on this machine; the events tell so much of it.
      </p>
    </div>
  )
}

function Request({ asked, name, isOpenHere }: { asked: Asked; name: string; isOpenHere: boolean }) {
  const read = useCall('approvals.get', { holdId: asked.holdId })
  if (read.isPending) return <Skeleton className="h-16 w-full" />
  const request = read.data
  if (request === undefined) return <Told asked={asked} name={name} />
  const { decision } = request
  return (
    <Link
      to="/approvals/$holdId"
      params={{ holdId: asked.holdId }}
      search={decision === null ? {} : { show: 'decided' }}
      className="block rounded-lg border border-line bg-surface px-4 py-2.5 transition-colors hover:bg-hover"
    >
      <span className="flex flex-wrap items-center gap-2">
        <span className={request.kind === 'approval' ? 'font-mono text-small font-medium' : 'font-medium'}>{requestTitle(request)}</span>
        {isOpenHere ? (
          <Chip tone="warn">waiting</Chip>
        ) : (
          decision !== null && <Chip tone={decisionTones[decision]}>{decisionWords[decision]}</Chip>
        )}
        <span className="text-small text-ink-2">{kindWords[request.kind]}</span>
        <span className="ml-auto text-small text-ink-2">
          <TimeAgo atMs={request.decidedAt ?? request.openedAt} />
        </span>
      </span>
      {request.preview !== null && (
        <span className="mt-0.5 block truncate text-small">
          <SourceText text={request.preview.summary} />
        </span>
      )}
      {!isOpenHere && decision !== null && (
        <span className="mt-0.5 block text-small text-ink-2 [overflow-wrap:anywhere]">
          {request.decidedBy === null ? 'Nobody decided in time.' : `By ${request.decidedBy}.`}
          {request.feedback !== null && (
            <>
              {' '}
              “<SourceText text={request.feedback} />”
            </>
          )}
        </span>
      )}
    </Link>
  )
}

export function RunRequests({ state, events }: { state: ExistingRun; events: readonly RecordedEvent[] }) {
  const asked = requestsOf(events)
  if (asked.length === 0) {
    return <p className="text-ink-2">It asked nobody. Calls that only read or calculate need no person.</p>
  }
  return (
    <ul className="space-y-2">
      {asked.map((one) => (
        <li key={one.holdId}>
          <Request
            asked={one}
            name={state.steps.find(({ id }) => id === one.stepId)?.name ?? 'A call'}
            isOpenHere={state.holds.some(({ id }) => id === one.holdId)}
          />
        </li>
      ))}
    </ul>
  )
}
