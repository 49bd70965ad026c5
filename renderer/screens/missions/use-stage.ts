/** What the worker of a shard does at this moment, where the feed tells: `searching`, `reading`, `writing`. */
import { useCallback } from 'react'
import type { MissionShardView } from '../../../main/contract/missions.ts'
import { useLive } from '../../api.tsx'
import type { Live } from '../../live.ts'

export function useStage({ status, runs }: Pick<MissionShardView, 'status' | 'runs'>): string | null {
  const runId = status === 'running' ? (runs.at(-1)?.runId ?? null) : null
  const stage = useLive(useCallback((live: Live) => (runId === null ? null : (live.runs.get(runId)?.stage ?? null)), [runId]))
  return stage === '' ? null : stage
}
