/** The blackboard of a mission: the directives that hold, and what agents and people wrote. Agents know of each other by it alone. */
import { useState } from 'react'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { DirectiveName } from '../../../main/domain/mission/events.ts'
import { useCall } from '../../api.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { useMay } from '../../components/use-may.ts'
import { Directive } from './board-directive.tsx'
import { BoardEntries } from './board-entries.tsx'
import { BoardWrite } from './board-write.tsx'

export function BoardView({ mission }: { mission: MissionDetail }) {
  const [room, setRoom] = useState<HTMLElement | null>(null)
  const board = useCall('board.get', { missionId: mission.id })
  const may = useMay('runs.start')
  const whyNot =
    mission.outcome !== null ? 'The mission is over: nothing is written here any more but what it taught, under Lessons.' : may.why
  if (board.data === undefined)
    return board.isError ? (
      <FailurePanel failure={board.error.failure} onRetry={() => void board.refetch()} />
    ) : (
      <SkeletonRows label="Reading the blackboard" />
    )
  const { entries, directives } = board.data
  return (
    <section
      ref={setRoom}
      aria-label="Blackboard"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
    >
      <div className="max-w-220 space-y-3">
        {DirectiveName.options.map((name) => (
          <Directive
            key={name}
            missionId={mission.id}
            name={name}
            directive={directives.find((one) => one.name === name) ?? null}
            whyNot={whyNot}
          />
        ))}
        <h2 className="pt-3 font-semibold">
          Entries <span className="font-medium text-ink-3 tabular">{entries.length}</span>
        </h2>
        {whyNot === null ? <BoardWrite missionId={mission.id} /> : <p className="text-small text-ink-2">{whyNot}</p>}
        {entries.length === 0 ? (
          <p className="text-ink-3">Nothing is written yet. What each worker finds is put here once its quotes were checked.</p>
        ) : (
          <BoardEntries entries={entries} room={room} />
        )}
      </div>
    </section>
  )
}
