/** What missions taught: of this one, written down once it is over, and of others, for whoever plans the next. No planner is shown them. */
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { LessonView, MissionDetail } from '../../../main/contract/missions.ts'
import { holdingsLimits } from '../../../main/domain/holdings-limits.ts'
import { joinAll } from '../../../main/domain/label.ts'
import { useCall } from '../../api.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useMay } from '../../components/use-may.ts'
import { visibleString } from '../../documents/visible-text.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { type LessonDraft, LessonForm } from './lesson-form.tsx'
import { LessonWords } from './lesson-words.tsx'
import { VirtualEntries } from './virtual-entries.tsx'

/** Null = of the mission that is looked at. */
interface Shown extends Pick<LessonView, 'id' | 'account' | 'content' | 'at'> {
  readonly from: Pick<LessonView, 'missionId' | 'goal' | 'label'> | null
}

function Lesson({ lesson: { account, content, at, from } }: { lesson: Shown }) {
  return (
    <div className="rounded-lg border border-line bg-surface px-4 py-3">
      <p className="mb-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-small text-ink-2">
        <span className="font-medium text-ink">{account}</span>
        <TimeAgo atMs={at} />
        {from === null ? (
          <span>after this mission</span>
        ) : (
          <>
            after
            <Link
              to="/missions/$missionId"
              params={{ missionId: from.missionId }}
              className="max-w-full truncate text-accent underline underline-offset-2"
            >
              {from.goal === null ? 'a mission whose text was purged' : visibleString(from.goal)}
            </Link>
            <LabelChip label={from.label} />
          </>
        )}
      </p>
      <LessonWords content={content} />
    </div>
  )
}

interface Props {
  readonly mission: MissionDetail
  readonly draft: LessonDraft
  readonly onDraft: (draft: LessonDraft) => void
  readonly own: readonly Shown[]
  readonly others: readonly LessonView[]
  /** Others are left out, since they are older. */
  readonly isCut: boolean
}

function Lessons({ mission, draft, onDraft, own, others, isCut }: Props) {
  const [room, setRoom] = useState<HTMLElement | null>(null)
  const [said, setSaid] = useState('')
  const may = useMay('runs.start')
  const label = useMemo(() => joinAll(others.map((lesson) => lesson.label)), [others])
  useShowsLabel(label)
  const lessons: readonly Shown[] = [...own, ...others.map((lesson) => ({ ...lesson, from: lesson }))]
  const whyNot = mission.outcome === null ? 'What it taught can be written down once it is over.' : may.why
  return (
    <section
      ref={setRoom}
      aria-label="Lessons"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
    >
      <div className="max-w-220 space-y-3">
        <h2 className="font-semibold">What this mission taught</h2>
        {whyNot === null ? (
          <LessonForm missionId={mission.id} words={draft} onWords={onDraft} onKept={() => setSaid('The lesson is kept.')} />
        ) : (
          <p className="text-small text-ink-2">{whyNot}</p>
        )}
        <p role="status" className="text-small text-ink-2">
          {said}
        </p>
        <h2 className="pt-1 font-semibold">
          Lessons <span className="font-medium text-ink-3 tabular">{lessons.length}</span>
        </h2>
        {lessons.length === 0 ? (
          <p className="text-ink-3">
            No mission has taught anything yet. People read lessons before they plan; a planner is not shown them.
          </p>
        ) : (
          <VirtualEntries
            label="Lessons, this mission’s first"
            items={lessons}
            keyOf={({ id }) => id}
            room={room}
            render={(lesson) => <Lesson lesson={lesson} />}
          />
        )}
        {isCut && <p className="text-small text-ink-2">Of other missions only the newest are shown here.</p>}
      </div>
    </section>
  )
}

export function LessonsView({ mission, ...draft }: Pick<Props, 'mission' | 'draft' | 'onDraft'>) {
  const board = useCall('board.get', { missionId: mission.id })
  const all = useCall('board.lessons', { limit: holdingsLimits.pageMax })
  // What was read stays where it cannot be read again, and what is being written with it.
  if (board.data === undefined || all.data === undefined) {
    const failed = board.isLoadingError ? board : all.isLoadingError ? all : null
    if (failed !== null) return <FailurePanel failure={failed.error.failure} onRetry={() => void failed.refetch()} />
    return <SkeletonRows label="Reading the lessons" />
  }
  const own = board.data.entries.filter(({ kind }) => kind === 'lesson').map((entry) => ({ ...entry, from: null }))
  const { items, total } = all.data
  const others = items.filter(({ missionId }) => missionId !== mission.id)
  return <Lessons mission={mission} {...draft} own={own.toReversed()} others={others} isCut={total > items.length} />
}
