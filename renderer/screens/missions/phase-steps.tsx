/** The four phases of a mission in a row: what lies behind, where it is, what is ahead, and what was spent on the way. */
import { Check } from 'lucide-react'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { type MissionPhase, missionPhases } from '../../../main/domain/mission/phases.ts'
import { plural } from '../../format.ts'
import { missionPhaseWords, outcomeWords } from './mission-words.ts'

const bars = {
  ...{ 'under way': 'bg-accent', released: 'bg-ok', failed: 'bg-bad', empty: 'bg-warn', aborted: 'bg-ink-3', rolled_back: 'bg-ink-3' },
} as const

function detailOf(mission: MissionDetail, phase: MissionPhase): string {
  const { shards, shardsSettled, plan, outcome } = mission
  switch (phase) {
    case 'PLANNING':
      return plan === null ? '' : `plan ${plan.revision}`
    case 'COMMITTED':
      return shards === 0 || mission.phase === 'PLANNING' ? '' : plural(shards, 'shard')
    case 'EXECUTING':
      return shards === 0 || mission.phase === 'PLANNING' ? '' : `${shardsSettled} of ${shards} done`
    case 'COMPLETED':
      return outcome === null ? '' : outcomeWords[outcome]
  }
}

export function PhaseSteps({ mission }: { mission: MissionDetail }) {
  const now = missionPhases.indexOf(mission.phase)
  // It may end before it ever came to the phases between.
  const wasPassed = (phase: MissionPhase, at: number) => at < now && (phase === 'PLANNING' || mission.passed.includes('G2'))
  return (
    <ol aria-label="Phases" className="grid grid-cols-4 gap-2">
      {missionPhases.map((phase, at) => {
        const isNow = at === now
        const isOver = wasPassed(phase, at)
        const bar = isNow ? bars[mission.outcome ?? 'under way'] : isOver ? 'bg-ok' : 'bg-line-strong'
        const detail = detailOf(mission, phase)
        return (
          <li key={phase} {...(isNow ? { 'aria-current': 'step' as const } : {})} className="min-w-0">
            <span aria-hidden className={`block h-1 rounded-full ${bar}`} />
            <span
              className={`mt-1.5 flex min-w-0 items-center gap-1.5 text-small ${isNow ? 'font-semibold text-ink' : isOver ? 'text-ink-2' : 'text-ink-3'}`}
            >
              {isOver && <Check aria-label="over:" className="size-3.5 shrink-0 text-ok" strokeWidth={2.2} />}
              <span className="truncate">
                {missionPhaseWords[phase]}
                {detail !== '' && <span className="font-normal tabular"> · {detail}</span>}
              </span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
