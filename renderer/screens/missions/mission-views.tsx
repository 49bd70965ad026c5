/** What of a mission can be looked at, the most pressing first: the open gate, the report, its shards, its blackboard, its trace, and what missions taught. */
import { ToggleGroup } from 'radix-ui'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { gateSubjects } from './mission-words.ts'

export type MissionView = 'gate' | 'report' | 'shards' | 'board' | 'trace' | 'lessons'

/** At G4 the report stands at the gate. A plan that is being written stands there too, after the gate itself was decided. */
export const viewsOf = ({ openGate, report }: Pick<MissionDetail, 'openGate' | 'report'>, isEditing: boolean): readonly MissionView[] => [
  ...(openGate === null && !isEditing ? [] : (['gate'] as const)),
  ...(report === null || openGate?.gate === 'G4' ? [] : (['report'] as const)),
  'shards',
  'board',
  'trace',
  'lessons',
]

interface Props {
  readonly mission: MissionDetail
  readonly views: readonly MissionView[]
  readonly view: MissionView
  readonly onChoose: (view: MissionView) => void
}

export function MissionViews({ mission, views, view, onChoose }: Props) {
  const { openGate, shards } = mission
  const titles: Readonly<Record<MissionView, string>> = {
    gate: openGate === null ? 'Your plan' : `Decide: ${gateSubjects[openGate.gate]}`,
    report: 'Report',
    shards: 'Shards',
    board: 'Blackboard',
    trace: 'Trace',
    lessons: 'Lessons',
  }
  return (
    <ToggleGroup.Root
      type="single"
      value={view}
      aria-label="What of the mission"
      onValueChange={(chosen) => {
        const next = views.find((one) => one === chosen)
        if (next !== undefined) onChoose(next)
      }}
      className="mt-3 -mx-6 flex gap-5 border-b border-line px-6 text-small"
    >
      {views.map((one) => (
        <ToggleGroup.Item
          key={one}
          value={one}
          className={`-mb-px h-9 border-b-2 border-transparent font-medium transition-colors hover:text-ink data-[state=on]:border-accent data-[state=on]:text-ink ${one === 'gate' ? 'text-warn' : 'text-ink-2'}`}
        >
          {titles[one]} {one === 'shards' && shards > 0 && <span className="text-ink-3 tabular">{shards}</span>}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
