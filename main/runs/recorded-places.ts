/** The places at which a recorded run stood: before each of its steps, once a call was chosen, and before its end. Folds what is on record; reads nothing else. */
import { RunEvent } from '../domain/run/events.ts'
import { evolve } from '../domain/run/evolve.ts'
import { type ExistingRun, initialState, type RunState, type Step } from '../domain/run/state.ts'

export type ContextBuilt = Extract<RunEvent, { type: 'context.built' }>

export interface Place {
  /** As it was in the end. */
  readonly step: Step
  readonly before: ExistingRun
  /** Once the call was chosen, and before it was made; null of a model call. */
  readonly chosen: ExistingRun | null
  readonly built: ContextBuilt | null
  /** A person was asked about it. */
  readonly askedPerson: boolean
}

export interface RecordedPlaces {
  readonly places: readonly Place[]
  /** Before the run ended by itself; null where it did not. */
  readonly end: {
    readonly before: ExistingRun
    readonly atMs: number
    /** Why it failed; null = it did not. */
    readonly failure: string | null
  } | null
}

export function placesIn(recorded: readonly { readonly event: unknown }[]): RecordedPlaces {
  const before = new Map<string, ExistingRun>()
  const chosen = new Map<string, ExistingRun>()
  const built = new Map<string, ContextBuilt>()
  const asked = new Set<string>()
  let end: RecordedPlaces['end'] = null
  let state: RunState = initialState
  for (const { event: raw } of recorded) {
    const event = RunEvent.parse(raw)
    if (state.status !== 'absent') {
      const stepId = 'stepId' in event ? event.stepId : null
      if (stepId !== null && !before.has(stepId)) before.set(stepId, state)
      if (event.type === 'context.built') built.set(event.stepId, event)
      if (event.type === 'tool.approval_requested' || event.type === 'tool.asked') asked.add(event.stepId)
      if (event.type === 'run.completed' || event.type === 'run.failed')
        end = { before: state, atMs: event.atMs, failure: event.type === 'run.failed' ? event.failure.code : null }
    }
    state = evolve(state, event)
    if (event.type === 'tool.proposed' && state.status !== 'absent') chosen.set(event.stepId, state)
  }
  const steps = state.status === 'absent' ? [] : state.steps
  const places = steps.flatMap((step): readonly Place[] => {
    const stood = before.get(step.id)
    return stood === undefined
      ? []
      : [{ step, before: stood, chosen: chosen.get(step.id) ?? null, built: built.get(step.id) ?? null, askedPerson: asked.has(step.id) }]
  })
  return { places, end: end?.before.status === 'active' ? end : null }
}
