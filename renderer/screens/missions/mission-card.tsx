/** One mission on the board: what it is for, where it waits, how far it is. Tall in a column, flat where it has the whole width. */
import type { MissionSummary } from '../../../main/contract/missions.ts'
import { Chip } from '../../components/chip.tsx'
import { LabelMark } from '../../components/level.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { standingOf } from './mission-words.ts'

/** Of the row a card stands in, with the gap below it. */
export const cardPx = { tall: 148, flat: 84 } as const

function Settled({ mission: { shards, shardsSettled } }: { mission: MissionSummary }) {
  if (shards === 0) return <span>no plan yet</span>
  return (
    <span className="inline-flex items-center gap-2 tabular">
      <span aria-hidden className="h-1.5 w-14 overflow-hidden rounded-full bg-line">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${Math.round((shardsSettled / shards) * 100)}%` }} />
      </span>
      {shardsSettled} of {shards} done
    </span>
  )
}

const Moved = ({ mission }: { mission: MissionSummary }) => (
  <span className="shrink-0">
    moved <TimeAgo atMs={mission.movedAt} />
  </span>
)

const Standing = ({ mission }: { mission: MissionSummary }) =>
  standingOf(mission).map(({ text, tone }) => (
    <Chip key={text} tone={tone}>
      {text}
    </Chip>
  ))

export function MissionCard({ mission, look }: { mission: MissionSummary; look: keyof typeof cardPx }) {
  useShowsLabel(mission.label)
  const goal = mission.goal === null ? 'A mission whose text was purged' : visibleString(mission.goal)
  return (
    <div className="h-full px-3 pb-2.5">
      <div className="flex h-full flex-col rounded-lg border border-line bg-surface px-3.5 py-2.5 shadow-card transition-colors hover:border-line-strong group-focus/list:group-aria-selected/option:border-accent group-focus/list:group-aria-selected/option:bg-accent-soft/50">
        <p className={`font-medium text-pretty [overflow-wrap:anywhere] ${look === 'tall' ? 'line-clamp-2' : 'line-clamp-1'}`} title={goal}>
          {goal}
        </p>
        {look === 'tall' ? (
          <>
            <p className="mt-2 flex min-w-0 gap-1.5 overflow-hidden">
              <Standing mission={mission} />
            </p>
            <p className="mt-auto text-small text-ink-2">
              <Settled mission={mission} />
            </p>
            <p className="mt-1 flex items-center justify-between gap-2 text-small text-ink-2">
              <span className="min-w-0 truncate">
                <LabelMark label={mission.label} />
              </span>
              <Moved mission={mission} />
            </p>
          </>
        ) : (
          <p className="mt-auto flex min-w-0 items-center gap-3 overflow-hidden text-small text-ink-2">
            <Standing mission={mission} />
            <Settled mission={mission} />
            <span className="ml-auto min-w-0 truncate">
              <LabelMark label={mission.label} />
            </span>
            <Moved mission={mission} />
          </p>
        )}
      </div>
    </div>
  )
}
