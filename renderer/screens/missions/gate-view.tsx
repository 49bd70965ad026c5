/** The open gate of a mission: everything that is decided there, and the decision below it, bound to exactly what was shown. */
import { useRef, useState } from 'react'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import type { GateDecision } from '../../../main/domain/mission/gates.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useMay } from '../../components/use-may.ts'
import { SourceText } from '../../documents/source-text.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { Part } from '../approvals/part.tsx'
import { useReadThrough } from '../approvals/use-read-through.ts'
import { GateDecisionBar } from './gate-decision.tsx'
import { LookView } from './look-view.tsx'
import { decisionsAt, doneWords, gateSentences, gateSubjects, noPlanSentences } from './mission-words.ts'
import { PlanView } from './plan-view.tsx'
import { RefusedPlanView } from './refused-plan.tsx'
import { ReportView } from './report-view.tsx'
import { ResultsView } from './results-view.tsx'

interface Props {
  readonly mission: MissionDetail
  readonly openGate: NonNullable<MissionDetail['openGate']>
  readonly shard: string | null
  readonly citation: number | null
  readonly onShard: (key: string) => void
  readonly onCitation: (n: number) => void
  readonly onDecided: (said: string) => void
  /** At G2: a person writes the plan. */
  readonly onEdit: () => void
}

/** The bar above has no room for all of it; a report says it itself. */
const Goal = ({ goal }: Pick<MissionDetail, 'goal'>) => (
  <h2 className="mb-6 max-w-180 text-title font-semibold tracking-[-0.015em] text-balance [overflow-wrap:anywhere]">
    {goal === null ? 'A goal whose text was purged' : visibleString(goal)}
  </h2>
)

function Heard({ feedback }: Pick<MissionDetail, 'feedback'>) {
  if (feedback.length === 0) return null
  return (
    <Part title="What people said so far">
      <ul className="space-y-1.5">
        {feedback.map((words, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was said stays in its order
          <li key={i} className="whitespace-pre-wrap [overflow-wrap:anywhere]">
            {words === null ? 'Purged.' : <SourceText text={`“${words}”`} />}
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** What is decided on. */
function Subject({
  mission,
  openGate: { gate },
  shard,
  citation,
  onShard,
  onCitation,
  onEdit,
}: Omit<Props, 'onDecided' | 'onEdit'> & { readonly onEdit: (() => void) | null }) {
  const { look, report, plan, refused, feedback } = mission
  const looked =
    look === null ? null : (
      <Part title="A first look">
        <LookView look={look} />
      </Part>
    )
  switch (gate) {
    case 'G1':
      return (
        <>
          {looked}
          <Heard feedback={feedback} />
        </>
      )
    case 'G2':
      return (
        <>
          <RefusedPlanView refused={plan === null ? refused : []} isOver />
          <Heard feedback={feedback} />
          {plan === null && onEdit !== null && (
            <p className="mb-5">
              <Button onClick={onEdit}>Write the plan yourself…</Button>
            </p>
          )}
          <PlanView mission={mission} selected={shard} onSelect={onShard} onEdit={onEdit} />
          {looked}
        </>
      )
    case 'G3':
      return (
        <>
          <Heard feedback={feedback} />
          <ResultsView mission={mission} />
        </>
      )
    case 'G4':
      return report === null ? (
        <p className="text-ink-2">The text of this report was purged. It cannot be released.</p>
      ) : (
        <ReportView report={report} selected={citation} onSelect={onCitation} />
      )
  }
}

const stales = ['missions.get', 'missions.list', 'board.get'] as const

export function GateView(props: Props) {
  const { mission, openGate, onDecided } = props
  const { gate, decisions, isHeld, openedAt } = openGate
  const room = useRef<HTMLElement>(null)
  const isRead = useReadThrough(room)
  const may = useMay('approvals.decide')
  const mayRelease = useMay('exports.release')
  const decide = useAct('missions.decide', { stales })
  const release = useAct('missions.release', { stales })
  const [ending, setEnding] = useState<GateDecision | null>(null)
  const commitment = gate === 'G2' ? mission.plan?.commitment : gate === 'G4' ? mission.report?.commitment : undefined
  const isBound = gate === 'G2' || gate === 'G4'
  const obstacle =
    (gate === 'G4' ? mayRelease : may).why ??
    (isBound && commitment === undefined
      ? `There is no ${gateSubjects[gate]} that could be ${gate === 'G2' ? 'approved' : 'released'}.`
      : gate === 'G2' && mission.isPaused
        ? 'The mission is paused: let it go on first.'
        : null)
  const send = (decision: GateDecision, feedback?: string) => {
    const isOn = decision === decisions[0]
    const exact = isOn && commitment !== undefined ? { commitment } : {}
    const words = feedback === undefined ? {} : { feedback }
    // The gate may have left the screen by the time its decision is read: it is told all the same.
    const sent =
      gate === 'G4' && isOn && commitment !== undefined
        ? release.mutateAsync({ missionId: mission.id, commitment })
        : decide.mutateAsync({ missionId: mission.id, gate, decision, ...exact, ...words })
    sent.then(
      () => {
        setEnding(null)
        onDecided(doneWords[gate][decision] ?? 'Decided.')
      },
      () => undefined,
    )
  }
  const [first, second] = gate === 'G2' && mission.plan === null ? noPlanSentences : gateSentences[gate]
  const end = ending === null ? undefined : decisionsAt[gate][ending]
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <section
        ref={room}
        aria-label={`To decide: ${gateSubjects[gate]}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
      >
        <p className="mb-6 rounded-md border border-warn/45 bg-warn-soft px-3.5 py-2.5">
          <b className="font-semibold">{first}</b> {second} It came here <TimeAgo atMs={openedAt} />
          {isHeld ? ', was kept here by a person,' : ''} and waits without a limit.
        </p>
        {gate !== 'G4' && <Goal goal={mission.goal} />}
        <Subject {...props} onEdit={may.isAllowed ? props.onEdit : null} />
      </section>
      <GateDecisionBar
        {...{ gate, decisions, obstacle, isHeld, isRead }}
        isBusy={decide.isPending || release.isPending}
        mayDecide={may.isAllowed}
        failure={ending === null ? (decide.error?.failure ?? release.error?.failure ?? null) : null}
        onDecide={send}
        onEnd={setEnding}
      />
      <ConfirmDialog
        isOpen={ending !== null}
        title={end === undefined ? '' : `${end.title} this mission?`}
        description={end?.result ?? ''}
        act={end?.title ?? ''}
        keep="Not now"
        doing={decide}
        onAct={() => ending !== null && send(ending)}
        onClose={() => setEnding(null)}
      />
    </div>
  )
}
