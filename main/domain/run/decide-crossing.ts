/**
 * Judges what would leave this machine: a request goes only by a crossing of its own, which a person or the policy allowed for these
 * very bytes and this very endpoint, and each crossing is used once. Pure.
 */
import { dominates, type Label } from '../label.ts'
import { isOutside } from '../policy.ts'
import { crossingTool } from '../tool.ts'
import type { RunCommand } from './commands.ts'
import { type Decision, refuse } from './decision.ts'
import type { RunEvent } from './events.ts'
import type { ExistingRun, Step } from './state.ts'

/** What another run did says nothing about this one. */
const ownCrossings = (run: Pick<ExistingRun, 'steps'>): readonly Step[] =>
  run.steps.filter(({ crossing, copiedFrom }) => crossing !== null && copiedFrom === null)

/** A person said no, or nobody said yes in time: nothing is asked again in this run. */
export const refusedCrossing = (run: Pick<ExistingRun, 'steps'>): Step | null =>
  ownCrossings(run).find(({ phase }) => phase === 'rejected' || phase === 'expired') ?? null

/** The crossing that a person approved for this run and that covers another one to this endpoint, at the very address that was seen, under this label. */
export const coveringApproval = (
  run: Pick<ExistingRun, 'steps'>,
  { endpointId, destination, label }: { readonly endpointId: string; readonly destination: string; readonly label: Label },
): Step | null =>
  ownCrossings(run).find(
    ({ isApproved, scope, crossing }) =>
      isApproved &&
      scope === 'run' &&
      crossing?.endpointId === endpointId &&
      crossing.destination === destination &&
      dominates(crossing.label, label),
  ) ?? null

/** Whether the crossing is over and still waits for the request that it is for. */
export const isUnused = (run: Pick<ExistingRun, 'steps'>, step: Step): boolean =>
  step.phase === 'succeeded' && !run.steps.some(({ leftBy }) => leftBy === step.id)

type Propose = Extract<RunCommand, { type: 'crossing.propose' }>

export function refuseProposal(run: ExistingRun, command: Propose): Decision | null {
  const { permission } = command
  if (refusedCrossing(run) !== null) return refuse('crossing_refused', 'A person refused that anything of this run leaves.', 'Go on here.')
  if (typeof permission === 'string' || coveringApproval(run, command)?.id === permission.stepId) return null
  return refuse('not_covered', 'No approval for this run covers this crossing.', 'Ask a person.')
}

export function proposedCrossing(run: ExistingRun, command: Propose, atMs: number): RunEvent & { type: 'tool.proposed' } {
  const { stepId, tier, endpointId, destination, label, payload, input, permission } = command
  const coveredBy = typeof permission === 'string' ? null : permission.stepId
  return {
    ...{ type: 'tool.proposed', stepId, ordinal: run.steps.length, tool: crossingTool, input, atMs },
    // What was permitted before may be permitted again; what a person looks at is sent once.
    ...(permission === 'none' ? { effect: 'unsafe', risk: 'crossing' } : { effect: 'idempotent', risk: 'crossing_permitted' }),
    reserved: { tokens: 0, costMicros: 0, bytesWritten: 0 },
    crossing: { tier, endpointId, destination, label, payload, coveredBy },
  }
}

/** A model call beyond this machine has a crossing of its own, for exactly its bytes; one on this machine has none. */
export function refuseUnreceipted(run: ExistingRun, command: Extract<RunCommand, { type: 'model.request' }>): Decision | null {
  const { tier, crossing: by, input } = command
  const none = refuse('no_receipt', 'Nothing leaves without a crossing that was allowed for exactly this.', 'Ask a person.')
  if (!isOutside(tier)) return by === undefined ? null : none
  const step = by === undefined ? undefined : ownCrossings(run).find(({ id }) => id === by.stepId)
  const crossing = step?.crossing
  if (by === undefined || step === undefined || crossing == null) return none
  const { payload } = crossing
  const isSame =
    crossing.tier === tier &&
    crossing.endpointId === by.endpointId &&
    payload.body === input.body &&
    payload.commitment.value === input.commitment.value
  return isSame && isUnused(run, step) ? null : none
}
