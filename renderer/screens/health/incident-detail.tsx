/** One incident: what went wrong, what Holdfast did about it, where to look, and how it was closed. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Incident } from '../../../main/contract/telemetry.ts'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useMay } from '../../components/use-may.ts'
import { SourceText } from '../../documents/source-text.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { isTierName } from '../../route-words.ts'
import { CloseDialog } from './close-dialog.tsx'
import { causeSentences, incidentSentence, subjectWords } from './health-words.ts'

function Closed({ incident: { closedBy, closedAt, reason } }: { incident: Incident }) {
  if (closedAt === null) return null
  return (
    <section aria-label="How it was closed" className="mt-5 border-l-[3px] border-ink-2 bg-surface px-4 py-3">
      <p className="text-small text-ink-2">
        {closedBy ?? 'Somebody'} closed it <TimeAgo atMs={closedAt} />:
      </p>
      <p className="mt-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {reason === null ? (
          <span className="text-ink-2">The reason is not shown: it was purged, or is labelled above what this account may see.</span>
        ) : (
          <SourceText text={reason} />
        )}
      </p>
    </section>
  )
}

interface Props {
  readonly incident: Incident
  readonly onClosed: (incident: Incident) => void
}

export function IncidentDetail({ incident, onClosed }: Props) {
  useShowsLabel(incident.label)
  const may = useMay('incidents.close')
  const [isClosing, setClosing] = useState(false)
  const { id, cause, subject, runId, label, openedAt, closedAt } = incident
  const isOpen = closedAt === null
  return (
    <section
      aria-label="The incident that is chosen"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="min-w-0 flex-1 overflow-auto px-7 py-6 -outline-offset-2!"
    >
      <div className="max-w-160">
        <h2 className="flex flex-wrap items-center gap-2.5 text-title font-semibold tracking-[-0.015em]">
          <SourceText text={incidentSentence(incident)} />
          <Chip tone={isOpen ? 'bad' : 'plain'}>{isOpen ? 'open' : 'closed'}</Chip>
        </h2>
        <p className="mt-2 text-pretty text-ink-2">{causeSentences[cause]}</p>
        <div className="mt-4 flex flex-wrap items-center gap-2">
          {isOpen && (
            <Button kind="main" size="medium" disabled={!may.isAllowed} onClick={() => setClosing(true)}>
              Close it…
            </Button>
          )}
          {cause === 'budget' && !isTierName(subject) && (
            <Link to="/runs" search={{ state: 'failed', agent: subject }} className={buttonLook({ size: 'medium' })}>
              What failed
            </Link>
          )}
          {runId !== null && (
            <Link to="/runs/$runId" params={{ runId }} className={buttonLook({ size: 'medium' })}>
              Open the run
            </Link>
          )}
        </div>
        {isOpen && may.why !== null && <p className="mt-2 text-small text-ink-2">{may.why}</p>}
        <Closed incident={incident} />
        <div className="mt-6">
          <Facts>
            <Fact name="About">
              <SourceText text={subjectWords(incident)} />
            </Fact>
            <Fact name="Opened">
              <TimeAgo atMs={openedAt} />
            </Fact>
            <Fact name="Run">{runId === null ? 'none of its own' : <Hash value={runId} label="the id of the run" />}</Fact>
            <Fact name="Label">
              <LabelChip label={label} />
            </Fact>
            <Fact name="Id">
              <Hash value={id} label="the id of the incident" />
            </Fact>
          </Facts>
        </div>
      </div>
      <CloseDialog incident={incident} isOpen={isClosing} onClose={() => setClosing(false)} onClosed={onClosed} />
    </section>
  )
}
