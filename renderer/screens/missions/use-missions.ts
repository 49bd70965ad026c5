/** The missions of a phase, newest first, read as far as they are looked at: however many there are, a change has only what is in view read again. */
import { useCallback, useMemo, useState } from 'react'
import type { MissionSummary } from '../../../main/contract/missions.ts'
import type { MissionPhase } from '../../../main/domain/mission/phases.ts'
import { useApi } from '../../api.tsx'
import { stretchesFor, useStretches } from '../../documents/use-stretches.ts'

const limits = { stretch: 100 } as const

/** Every place of the list; undefined where nothing was read. One that moved on while it was read may come twice: it stands at the first. */
function placed(total: number, at: (index: number) => MissionSummary | undefined): readonly (MissionSummary | undefined)[] {
  const known = new Set<string>()
  return Array.from({ length: total }, (_, index) => {
    const mission = at(index)
    if (mission === undefined || known.has(mission.id)) return undefined
    known.add(mission.id)
    return mission
  })
}

export function useMissions(phase: MissionPhase, isWaiting: boolean) {
  const api = useApi()
  const [seen, setSeen] = useState({ first: 0, last: 0 })
  const input = useMemo(() => ({ phases: [phase], isWaiting }), [phase, isWaiting])
  const wanted = useMemo(() => stretchesFor(seen.first, seen.last, limits.stretch), [seen])
  const { at, total, failure, retry } = useStretches<MissionSummary>(wanted, {
    ...{ name: 'missions.list', input, size: limits.stretch },
    load: (offset, limit) => api.call('missions.list', { ...input, offset, limit }),
  })
  const onSee = useCallback((from: number, to: number) => {
    const [first, last] = [from, to].map((index) => Math.floor(index / limits.stretch) * limits.stretch)
    if (first !== undefined && last !== undefined) setSeen((was) => (was.first === first && was.last === last ? was : { first, last }))
  }, [])
  return { phase, items: placed(total ?? 0, at), total: total ?? 0, isPending: total === null && failure === null, failure, retry, onSee }
}
export type PhaseMissions = ReturnType<typeof useMissions>
