/** How the work of a mission stands: what was spent, what waits for what, and every shard. */
import { Link } from '@tanstack/react-router'
import { Network } from 'lucide-react'
import { useCallback } from 'react'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { Gauge, type GaugeProps } from '../../components/gauge.tsx'
import { formatCount } from '../../format.ts'
import { RefusedPlanView } from './refused-plan.tsx'
import { ShardGraph } from './shard-graph.tsx'
import { ShardList } from './shard-list.tsx'

function gaugesOf({ tokensUsed, tokensMax, shards, shardsSettled, shardList }: MissionDetail): readonly GaugeProps[] {
  const checks = shardList.flatMap(({ check }) => check ?? [])
  const claims = checks.reduce((sum, { counts }) => sum + counts.claims, 0)
  const supported = checks.reduce((sum, { counts }) => sum + counts.supported, 0)
  const used = tokensUsed / Math.max(tokensMax, 1)
  return [
    {
      ...{ title: 'Tokens', value: formatCount(tokensUsed), compared: `of ${formatCount(tokensMax)}`, share: used },
      ...(used >= 1 ? { tone: 'bad' as const } : {}),
    },
    { title: 'Shards done', value: String(shardsSettled), compared: `of ${shards}`, share: shardsSettled / Math.max(shards, 1) },
    claims === 0
      ? { title: 'Claims held up', value: '–', compared: 'none checked yet' }
      : { title: 'Claims held up', value: String(supported), compared: `of ${claims}`, share: supported / claims },
  ]
}

function NoPlan({ mission }: { mission: MissionDetail }) {
  const { planner, outcome, openGate } = mission
  if (outcome !== null)
    return (
      <EmptyState icon={Network} title="There was no plan">
        <p>The mission ended before a plan was made.</p>
      </EmptyState>
    )
  return (
    <EmptyState
      icon={Network}
      title={planner !== null ? 'A planner is at work' : openGate === null ? 'Your documents are looked through' : 'There is no plan yet'}
      actions={
        planner !== null && (
          <Link to="/runs/$runId" params={{ runId: planner }} className="text-accent underline underline-offset-2">
            Open the planner’s run
          </Link>
        )
      }
    >
      <p>Its plan stands here once it is made: which shard waits for which, who works on it and what it may spend.</p>
    </EmptyState>
  )
}

interface Props {
  readonly mission: MissionDetail
  readonly selected: string | null
  readonly onSelect: (key: string) => void
  readonly onOpen: () => void
}

export function ShardsView({ mission, selected, onSelect, onOpen }: Props) {
  const isOver = mission.openGate?.gate === 'G2'
  const choose = useCallback(
    (key: string) => {
      onSelect(key)
      onOpen()
    },
    [onSelect, onOpen],
  )
  return (
    <section
      aria-label="Shards of the mission"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col overflow-auto px-6 py-5 -outline-offset-2!"
    >
      {mission.outcome === null && <RefusedPlanView refused={mission.refused} isOver={isOver} />}
      {mission.shardList.length === 0 ? (
        <NoPlan mission={mission} />
      ) : (
        <div className="space-y-4">
          <div className="grid grid-cols-3 gap-2.5">
            {gaugesOf(mission).map((gauge) => (
              <Gauge key={gauge.title} {...gauge} />
            ))}
          </div>
          <ShardGraph mission={mission} selected={selected} onSelect={choose} />
          <ShardList shards={mission.shardList} {...{ selected, onSelect, onOpen }} onChoose={choose} />
        </div>
      )}
    </section>
  )
}
