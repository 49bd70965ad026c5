/** Beside the conversation: the evidence of an answer, why the search ranked it so, and the events of its run. */
import { Link } from '@tanstack/react-router'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { useRunEvents } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { SidePanel } from '../../components/side-panel.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { modelStepsOf } from '../context/model-steps.ts'
import { Timeline } from '../runs/timeline.tsx'
import type { Evidence } from './citation-mark.tsx'
import { EvidenceList } from './evidence-list.tsx'
import type { ShownEvidence } from './use-evidence.ts'
import { WhyThese } from './why-these.tsx'

function TurnEvents({ run }: { run: RunSummary }) {
  const events = useRunEvents(run.id)
  if (events.isPending) return <SkeletonRows label="Reading the events" />
  const answered = modelStepsOf(events.data ?? []).at(-1)
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
      {answered !== undefined && (
        <Link to="/runs/$runId/context/$stepId" params={{ runId: run.id, stepId: answered }} className={`${buttonLook()} mt-3 ml-2`}>
          What it was shown
        </Link>
      )}
    </div>
  )
}

/** What stands where no source does. */
function NoEvidence({ evidence: { run, answer } }: { evidence: ShownEvidence }) {
  const words =
    answer === null && run !== null && !isTerminal(run.status)
      ? 'The evidence stands here as soon as the first quote is checked.'
      : answer?.supported === false
        ? 'Nothing in your documents answers this question, so there is no evidence to show.'
        : 'There is no source to show for this question.'
  return <p className="p-4.5 text-ink-2">{words}</p>
}

interface Props {
  readonly evidence: ShownEvidence
  readonly collection: string | null
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onSelect: (evidence: Evidence) => void
}

export function EvidencePanel({ evidence, collection, isOpen, onClose, onSelect }: Props) {
  const { run, question, citations, n } = evidence
  const select = (next: number) => run !== null && onSelect({ runId: run.id, n: next })
  const sources =
    citations.length === 0 ? <NoEvidence evidence={evidence} /> : <EvidenceList citations={citations} selected={n} onSelect={select} />
  return (
    <SidePanel label="Evidence" isOpen={isOpen} onClose={onClose}>
      <Tabs
        label="Evidence"
        tabs={[
          { id: 'evidence', title: 'Evidence', content: sources },
          {
            ...{ id: 'why', title: 'Why these' },
            content: question === '' ? null : <WhyThese question={question} citations={citations} collection={collection} />,
          },
          { id: 'events', title: 'Events', content: run === null ? null : <TurnEvents run={run} /> },
        ]}
      />
    </SidePanel>
  )
}
