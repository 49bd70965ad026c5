/** The crossings of a run as its steps tell of them: what each was for, and the one that is under way. */
import { readJson } from '../domain/canonical-json.ts'
import { CrossingArguments } from '../domain/crossing.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { isOpenPhase } from '../domain/run/step-phases.ts'
import { crossingTool } from '../domain/tool.ts'
import type { Session } from './session.ts'

export interface KnownCrossing {
  readonly step: Step
  readonly given: CrossingArguments
}

/** In their order; what another run did is among them. */
export function crossingsIn(session: Pick<Session, 'readBody'>, run: Pick<ExistingRun, 'steps'>): readonly KnownCrossing[] {
  return run.steps.flatMap((step) => {
    if (step.kind !== 'tool' || step.name !== crossingTool) return []
    const given = CrossingArguments.safeParse(readJson(session.readBody(step.input.body) ?? ''))
    return given.success ? [{ step, given: given.data }] : []
  })
}

export const openCrossing = (run: Pick<ExistingRun, 'steps'>): Step | null =>
  run.steps.find(({ name, phase, copiedFrom }) => name === crossingTool && copiedFrom === null && isOpenPhase(phase)) ?? null
