/** Where tasks went and why, newest first; how often people agreed; and what they closed for an hour. */
import { Link } from '@tanstack/react-router'
import { Route } from 'lucide-react'
import { useState } from 'react'
import type { RecordedDecision, RouteStatistics } from '../../../main/contract/tiers.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip, type Tone } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { TimeLeft } from '../../components/time-left.tsx'
import { formatCount, formatDuration, formatShare, plural } from '../../format.ts'
import { causeWords, refusalWords, routeTitles, tierTitles } from '../../route-words.ts'
import { Section, Setting } from '../settings/section.tsx'
import { OverrideDialog } from './override-dialog.tsx'
import { useEndpointNames } from './use-endpoint-names.ts'

const limits = { shown: 50 } as const
const modeTones: Readonly<Record<RecordedDecision['decision']['mode'], Tone>> = {
  local: 'plain',
  automatic: 'warn',
  suggest: 'info',
  ask: 'info',
}

export function Why({ decision }: { decision: Pick<RecordedDecision['decision'], 'causes' | 'refused' | 'confidence' | 'mode'> }) {
  const refused = [...new Set(decision.refused.filter(({ reason }) => reason !== 'not_needed').map(({ reason }) => refusalWords[reason]))]
  return (
    <p className="text-small text-ink-2">
      {decision.causes.length === 0
        ? 'Nothing speaks for going up.'
        : `Going up would help, ${formatShare(decision.confidence)} sure: ${decision.causes.map((cause) => causeWords[cause]).join(', ')}.`}
      {refused.length > 0 && ` Not elsewhere: ${refused.join('; ')}.`}
    </p>
  )
}

function Row({ item: { runId, at, decision } }: { item: RecordedDecision }) {
  return (
    <li className="flex items-start gap-4 border-b border-line px-4.5 py-3 last:border-0">
      <span className="w-36 shrink-0">
        <Chip tone={modeTones[decision.mode]}>{routeTitles[decision.mode]}</Chip>
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate">
          {tierTitles[decision.tier]}
          {decision.model !== null && <span className="font-mono text-small"> · {decision.model}</span>}
        </p>
        <Why decision={decision} />
      </div>
      <div className="shrink-0 text-right text-small text-ink-2">
        <TimeAgo atMs={at} />
        <Link to="/runs/$runId" params={{ runId }} className="block text-accent hover:underline">
          the run
        </Link>
      </div>
    </li>
  )
}

function Figures({ figures }: { figures: RouteStatistics }) {
  const { accuracy, overrides, tiers } = figures
  return (
    <Section id="figures" title="How it does" detail={`Counted over the last ${plural(figures.events, 'event')} of the record.`}>
      <Setting title="Proposals that people approved" detail={`Aim: above ${formatShare(accuracy.target)}.`}>
        {accuracy.share === null
          ? 'none was decided yet'
          : `${formatShare(accuracy.share)} of ${formatCount(accuracy.approved + accuracy.refused)}`}
      </Setting>
      <Setting title="Decisions that people closed" detail={`Aim: below ${formatShare(overrides.target)}.`}>
        {overrides.share === null ? 'none' : `${formatShare(overrides.share)}, ${formatCount(overrides.total)} in all`}
      </Setting>
      {tiers
        .filter(({ calls }) => calls > 0)
        .map(({ tier, calls, failures, firstTokenMs, costMicros }) => (
          <Setting
            key={tier}
            title={tierTitles[tier]}
            detail={`${plural(calls, 'call')}, ${formatCount(failures)} failed, cost ${formatCount(costMicros / 1e6)}`}
          >
            {firstTokenMs.median === null
              ? 'no first word was measured'
              : `first word ${formatDuration(firstTokenMs.median)}${firstTokenMs.metShare === null ? '' : `, in time ${formatShare(firstTokenMs.metShare)}`}`}
          </Setting>
        ))}
    </Section>
  )
}

function Overrides() {
  const overrides = useCall('route.overrides', { limit: 20 })
  const nameOf = useEndpointNames()
  const [isOpen, setOpen] = useState(false)
  const inForce = overrides.data?.items.filter(({ isInForce }) => isInForce) ?? []
  return (
    <Section
      id="overrides"
      title="Closed for now"
      detail="You can keep tasks here for an hour, and say why. It only ever narrows."
      actions={<Button onClick={() => setOpen(true)}>Close a way…</Button>}
    >
      {inForce.length === 0 ? (
        <p className="px-4.5 py-3.5 text-ink-2">Nothing is closed.</p>
      ) : (
        inForce.map(({ id, away, justification, madeBy, expiresAt }) => (
          <Setting
            key={id}
            title={away.kind === 'outside' ? 'Everything outside' : away.kind === 'tier' ? tierTitles[away.tier] : nameOf(away.endpointId)}
            detail={`${justification ?? 'The reason was purged.'} — ${madeBy}`}
          >
            <TimeLeft atMs={expiresAt} />
          </Setting>
        ))
      )}
      <OverrideDialog isOpen={isOpen} onClose={() => setOpen(false)} />
    </Section>
  )
}

export function Decisions() {
  const list = useCall('route.list', { limit: limits.shown })
  const figures = useCall('tiers.statistics', {})
  if (list.isPending) return <SkeletonRows label="Reading the decisions" />
  if (list.isError)
    return (
      <div className="flex h-full">
        <FailurePanel failure={list.error.failure} onRetry={() => void list.refetch()} />
      </div>
    )
  const { items, total } = list.data
  return (
    <div className="mx-auto max-w-224 px-7 py-7">
      {figures.data !== undefined && total > 0 && <Figures figures={figures.data} />}
      <Overrides />
      {items.length === 0 ? (
        <EmptyState icon={Route} title="No task has looked beyond this machine.">
          When one is too large or too hard for the model here, the decision and its reasons stand in this list, whether it went or stayed.
        </EmptyState>
      ) : (
        <Section
          id="decisions"
          title="Decisions"
          detail={total > items.length ? `The newest ${items.length} of ${formatCount(total)}.` : 'Newest first.'}
        >
          <ul>
            {items.map((item) => (
              <Row key={item.seq} item={item} />
            ))}
          </ul>
        </Section>
      )}
    </div>
  )
}
