/** The missions of a phase, newest first. */
import { useMemo } from 'react'
import type { MissionSummary } from '../../../main/contract/missions.ts'
import type { MissionPhase } from '../../../main/domain/mission/phases.ts'
import { useApi } from '../../api.tsx'
import { useListInView } from '../../components/use-list-in-view.ts'

export function useMissions(phase: MissionPhase, isWaiting: boolean) {
  const api = useApi()
  const input = useMemo(() => ({ phases: [phase], isWaiting }), [phase, isWaiting])
  const missions = useListInView({
    ...{ name: 'missions.list', input },
    load: (page) => api.call('missions.list', { ...input, ...page }),
    keyOf: (mission: MissionSummary) => mission.id,
  })
  return { phase, ...missions }
}
export type PhaseMissions = ReturnType<typeof useMissions>
