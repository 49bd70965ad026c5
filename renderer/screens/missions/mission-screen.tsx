/** One mission: where it stands, what is to be decided, its shards, its blackboard, what it found, and the evidence beside it. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { PanelRight } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { useCall } from '../../api.tsx'
import { Button, buttonLook, IconButton } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { SidePanel } from '../../components/side-panel.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { useIsWide } from '../../components/use-media.ts'
import { visibleString } from '../../documents/visible-text.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { EvidenceList } from '../ask/evidence-list.tsx'
import { TraceView } from '../trace/trace-view.tsx'
import { BoardView } from './board-view.tsx'
import { GateView } from './gate-view.tsx'
import { emptyLesson } from './lesson-form.tsx'
import { LessonsView } from './lessons-view.tsx'
import { MissionControls, useMissionControls } from './mission-controls.tsx'
import { MissionExport } from './mission-export.tsx'
import { type MissionView, MissionViews, viewsOf } from './mission-views.tsx'
import { standingOf } from './mission-words.ts'
import { PhaseSteps } from './phase-steps.tsx'
import { PlanEditor } from './plan-editor.tsx'
import { ReportView } from './report-view.tsx'
import { ShardDetails } from './shard-details.tsx'
import { ShardsView } from './shards-view.tsx'

const allMissions = (
  <Link to="/missions" className={buttonLook()}>
    All missions
  </Link>
)

/** What stands in the panel beside a view; null where that view has none. */
type Panel = 'evidence' | 'shard' | null

const panelOf = (mission: MissionDetail, view: MissionView): Panel =>
  view === 'board' || view === 'trace' || view === 'lessons'
    ? null
    : view === 'report' || (mission.openGate?.gate === 'G4' && view === 'gate')
      ? 'evidence'
      : view === 'shards'
        ? 'shard'
        : null

function PanelContent({
  mission,
  panel,
  citation,
  shard,
  onCitation,
}: {
  readonly mission: MissionDetail
  readonly panel: Panel
  readonly citation: number | null
  readonly shard: string | null
  readonly onCitation: (n: number) => void
}) {
  if (panel === 'evidence') {
    const citations = mission.report?.content.citations ?? []
    return citations.length === 0 ? (
      <p className="p-4.5 text-ink-2">No sentence of this report has a source.</p>
    ) : (
      <>
        <h2 className="border-b border-line px-4.5 py-3 font-semibold">
          Evidence <span className="font-medium text-ink-3 tabular">{citations.length}</span>
        </h2>
        <EvidenceList citations={citations} selected={citation} onSelect={onCitation} />
      </>
    )
  }
  const chosen = mission.shardList.find(({ key }) => key === shard)
  return chosen === undefined ? (
    <p className="px-4.5 py-4 text-ink-2">Choose a shard to see what its agent is given, its runs, and how its result was judged.</p>
  ) : (
    <ShardDetails shard={chosen} />
  )
}

function Mission({ mission }: { mission: MissionDetail }) {
  const isWide = useIsWide()
  const controls = useMissionControls(mission)
  useShowsLabel(mission.label)
  /** The opening of the gate at which the plan is changed: what was begun there is kept while something else is looked at. */
  const [editing, setEditing] = useState<number | null>(null)
  const isEditing = editing !== null
  const views = viewsOf(mission, isEditing)
  const [chosen, setChosen] = useState<MissionView | null>(null)
  const view = chosen !== null && views.includes(chosen) ? chosen : (views[0] ?? 'shards')
  const [shard, setShard] = useState<string | null>(null)
  const [citation, setCitation] = useState<number | null>(null)
  const [isOpen, setOpen] = useState<boolean | null>(null)
  const [lesson, setLesson] = useState(emptyLesson)
  const [isExporting, setExporting] = useState(false)
  const [said, setSaid] = useState('')
  const open = useCallback(() => setOpen(true), [])
  const { openGate, report } = mission
  const isPlanOpen = isEditing && view === 'gate'
  const panel = isPlanOpen ? null : panelOf(mission, view)
  const isPanelOpen = panel !== null && (isOpen ?? (isWide && (panel === 'evidence' || shard !== null)))
  const showCitation = (n: number) => {
    setCitation(n)
    setOpen(true)
  }
  const onDecided = (words: string) => {
    setSaid(words)
    setEditing(null)
    setChosen(null)
    // What was decided on has left the screen, and the focus with it.
    requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }))
  }
  useShortcut('panel.toggle', () => setOpen(!isPanelOpen), panel !== null)
  return (
    <Screen
      title={mission.goal === null ? 'A mission whose text was purged' : visibleString(mission.goal)}
      manual="missions"
      chips={
        <>
          {standingOf(mission).map(({ text, tone }) => (
            <Chip key={text} tone={tone}>
              {text}
            </Chip>
          ))}
          <LabelChip label={mission.label} />
          <span role="status" className="truncate text-small text-ink-2">
            {said}
          </span>
        </>
      }
      actions={
        <>
          {report !== null && report.content.counts.supported > 0 && (
            <Button kind="quiet" onClick={() => setExporting(true)}>
              Export…
            </Button>
          )}
          <MissionControls mission={mission} controls={controls} />
          {!isWide && panel !== null && (
            <IconButton
              label={panel === 'evidence' ? 'Show the evidence' : 'Show the details'}
              aria-expanded={isPanelOpen}
              onClick={() => setOpen(!isPanelOpen)}
            >
              <PanelRight strokeWidth={1.6} />
            </IconButton>
          )}
        </>
      }
    >
      {controls.failure !== null && (
        <div className="shrink-0 border-b border-line px-6 py-3">
          <FailureNotice failure={controls.failure} />
        </div>
      )}
      <div className="relative flex min-h-0 flex-1 overflow-clip">
        <div className="flex min-w-0 flex-1 flex-col">
          <div className="shrink-0 px-6 pt-4">
            <PhaseSteps mission={mission} />
            <MissionViews mission={mission} views={views} view={view} onChoose={setChosen} />
          </div>
          {isEditing && (
            <div className={isPlanOpen ? 'contents' : 'hidden'}>
              <PlanEditor
                mission={mission}
                isShown={isPlanOpen}
                isPast={openGate?.openedAt !== editing}
                onPut={() => onDecided('Plan put forward.')}
                onClose={() => onDecided('')}
              />
            </div>
          )}
          {isPlanOpen ? null : view === 'gate' && openGate !== null ? (
            <GateView
              // What was read to its end was this plan or report, and no other.
              key={`${openGate.gate} ${openGate.openedAt} ${mission.plan?.commitment.value} ${report?.commitment.value}`}
              {...{ mission, openGate, shard, citation, onDecided }}
              onShard={setShard}
              onEdit={() => setEditing(openGate.openedAt)}
              onCitation={showCitation}
            />
          ) : view === 'report' && report !== null ? (
            <section
              aria-label="What was found"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
              tabIndex={0}
              className="min-h-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
            >
              <ReportView report={report} selected={citation} onSelect={showCitation} />
            </section>
          ) : view === 'board' ? (
            <BoardView mission={mission} />
          ) : view === 'trace' ? (
            <div className="flex min-h-0 flex-1 flex-col px-6 py-4">
              <TraceView of={{ missionId: mission.id }} />
            </div>
          ) : view === 'lessons' ? (
            <LessonsView mission={mission} draft={lesson} onDraft={setLesson} />
          ) : (
            <ShardsView mission={mission} selected={shard} onSelect={setShard} onOpen={open} />
          )}
        </div>
        <SidePanel label={panel === 'evidence' ? 'Evidence' : 'Details'} isOpen={isPanelOpen} onClose={() => setOpen(false)}>
          <div className="min-h-0 flex-1 overflow-auto">
            <PanelContent {...{ mission, panel, citation, shard, onCitation: setCitation }} />
          </div>
        </SidePanel>
      </div>
      <MissionExport mission={mission} isOpen={isExporting} onClose={() => setExporting(false)} />
    </Screen>
  )
}

function MissionScreen({ missionId }: { missionId: string }) {
  const mission = useCall('missions.get', { missionId })
  if (mission.data !== undefined) return <Mission mission={mission.data} />
  return (
    <Screen title="Mission">
      {mission.isError ? (
        <FailurePanel failure={mission.error.failure} onRetry={() => void mission.refetch()}>
          {allMissions}
        </FailurePanel>
      ) : (
        <SkeletonRows label="Reading the mission" rows={8} />
      )}
    </Screen>
  )
}

const route = getRouteApi('/missions/$missionId')

export function OneMission() {
  const { missionId } = route.useParams()
  return <MissionScreen key={missionId} missionId={missionId} />
}
