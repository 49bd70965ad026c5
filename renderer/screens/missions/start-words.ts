/** What is said and read where a mission is begun. Pure. */
import type { Gate } from '../../../main/domain/mission/gates.ts'
import { missionLimits } from '../../../main/domain/mission/state.ts'

/** A budget as a person types it, with or without separators of thousands; null when it is none that a mission may have. */
export function readTokens(typed: string): number | null {
  const plain = typed.trim().replaceAll(/[ ,.'\u202F\u00A0](?=\d{3}(?:\D|$))/g, '')
  if (!/^\d{1,9}$/.test(plain)) return null
  const tokens = Number(plain)
  return tokens >= 1 && tokens <= missionLimits.tokensMax ? tokens : null
}

const join = (parts: readonly string[]): string => `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** What will happen once it is begun, and where it stops. */
export function whatWillHappen(gates: readonly Gate[]): string {
  const stops = [
    ...(gates.includes('G1') ? ['before anybody plans'] : []),
    'before the plan is carried out',
    ...(gates.includes('G3') ? ['before results are joined'] : []),
    'before the report is given out',
  ]
  return `A planner splits the goal into shards, one task for one agent each, workers carry them out and what they find is joined into a report; it waits for you ${join(stops)}.`
}
