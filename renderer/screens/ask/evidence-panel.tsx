/** Beside the conversation: the evidence of an answer, why the search ranked it so, and the events of its run. */
import { Link } from '@tanstack/react-router'
import type { Answer } from '../../../main/contract/answer.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { useRunEvents } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { SidePanel } from '../../components/side-panel.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Timeline } from '../runs/timeline.tsx'
import type { Evidence } from './citation-mark.tsx'
import { EvidenceList } from './evidence-list.tsx'
import { WhyThese } from './why-these.tsx'

const waiting = <p className="p-4.5 text-ink-2">The evidence stands here as soon as the first quote is checked.</p>

function TurnEvents({ run }: { run: RunSummary }) {
  const events = useRunEvents(run.id)
  if (events.isPending) return <SkeletonRows label="Reading the events" />
  return (
    <div className="px-3 py-3">
      {events.isError ? (
        <FailureNotice failure={events.error.failure} onRetry={() => void events.refetch()} />
      ) : (
        <Timeline events={events.data} isUnderWay={!isTerminal(run.status)} />
      )}
      <Link to="/runs/$runId" params={{ runId: run.id }} className={`${buttonLook()} mt-3 ml-2`}>
        Open run
      </Link>
    </div>
  )
}

interface Props {
  readonly evidence: { readonly run: RunSummary | null; readonly answer: Answer | null; readonly n: number | null }
  readonly collection: string | null
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onSelect: (evidence: Evidence) => void
}

export function EvidencePanel({ evidence: { run, answer, n }, collection, isOpen, onClose, onSelect }: Props) {
  return (
    <SidePanel label="Evidence" isOpen={isOpen} onClose={onClose}>
      <Tabs
        label="Evidence"
        tabs={[
          {
            ...{ id: 'evidence', title: 'Evidence' },
            content:
              answer === null ? (
                waiting
              ) : (
                <EvidenceList answer={answer} selected={n} onSelect={(next) => onSelect({ runId: answer.runId, n: next })} />
              ),
          },
          { id: 'why', title: 'Why these', content: answer === null ? waiting : <WhyThese answer={answer} collection={collection} /> },
          { id: 'events', title: 'Events', content: run === null ? waiting : <TurnEvents run={run} /> },
        ]}
      />
    </SidePanel>
  )
}
