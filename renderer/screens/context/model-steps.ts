/** The steps of a run at which a model, or the procedure in its place, was shown something. Pure, from its events. */
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'

/** Ids of the steps in their order. */
export function modelStepsOf(events: readonly RecordedEvent[]): readonly string[] {
  const built = new Set(events.flatMap(({ event }) => (event.type === 'context.built' ? [event.stepId] : [])))
  return events.flatMap(({ event }) => (event.type === 'model.requested' && built.has(event.stepId) ? [event.stepId] : []))
}

/** The step whose context an event is about; null where it is about none. */
export function contextStepOf({ event }: RecordedEvent, steps: readonly string[]): string | null {
  const stepId = 'stepId' in event && typeof event.stepId === 'string' ? event.stepId : null
  return stepId !== null && steps.includes(stepId) ? stepId : null
}
