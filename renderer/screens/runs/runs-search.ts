/** What the address of the list of runs says: how it is narrowed, and whether a run is about to be started. Pure. */
import type { RunStatus } from '../../../main/domain/run/transitions.ts'

/** Groups of states as a person looks for them. */
export const stateGroups = {
  going: { title: 'Under way', statuses: ['prep', 'queued', 'launching', 'active'] },
  held: { title: 'Held', statuses: ['held'] },
  complete: { title: 'Complete', statuses: ['complete'] },
  failed: { title: 'Failed', statuses: ['failed'] },
  aborted: { title: 'Stopped', statuses: ['aborted'] },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly statuses: readonly RunStatus[] }>>

export type StateGroup = keyof typeof stateGroups
export const stateGroupNames = Object.keys(stateGroups) as readonly StateGroup[]

export interface RunsSearch {
  readonly state?: StateGroup
  readonly agent?: string
  readonly q?: string
  readonly start?: boolean
}

const limits = { agentCharsMax: 64, containsCharsMax: 200 } as const

/** Whatever an address says, as far as it makes sense. `text` reads a value as bounded text. */
export function runsSearch(search: Readonly<Record<string, unknown>>, text: (value: unknown) => string | undefined): RunsSearch {
  const state = stateGroupNames.find((name) => name === search.state)
  const agent = text(search.agent)?.slice(0, limits.agentCharsMax)
  const q = text(search.q)?.slice(0, limits.containsCharsMax)
  return {
    ...(state === undefined ? {} : { state }),
    ...(agent === undefined ? {} : { agent }),
    ...(q === undefined ? {} : { q }),
    ...(search.start === true ? { start: true } : {}),
  }
}
