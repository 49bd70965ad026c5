/** What a run is after one more event. Believes its events: one that cannot follow is corruption, and stops the program. */
import { assert } from '../assert.ts'
import { unreachable } from '../unreachable.ts'
import type { RunEvent } from './events.ts'
import type { ExistingRun, RunState, Step, StepPhase } from './state.ts'
import { isLegal, type RunStatus } from './transitions.ts'

type Common = Omit<Extract<RunState, { status: 'aborted' }>, 'status'>

/** What outlives a change of status. */
function common(run: ExistingRun): Common {
  const { shardId, agent, attempt, conversationId, input, epoch, recoveries, holds, steps, cancelRequestedAtMs, tokensUsed } = run
  return { shardId, agent, attempt, conversationId, input, epoch, recoveries, holds, steps, cancelRequestedAtMs, tokensUsed }
}

function moving(run: ExistingRun, from: RunStatus, to: RunStatus): Common {
  assert(run.status === from, `the log says a run left ${from}, but it was ${run.status}`)
  assert(isLegal(from, to), `the log holds an illegal move from ${from} to ${to}`)
  return common(run)
}

function withStep(run: ExistingRun, stepId: string, change: Partial<Step>): ExistingRun {
  assert(
    run.steps.some((step) => step.id === stepId),
    `the log names an unknown step ${stepId}`,
  )
  return { ...run, steps: run.steps.map((step) => (step.id === stepId ? { ...step, ...change } : step)) }
}

const withPhase = (run: ExistingRun, stepId: string, phase: StepPhase, endedAtMs: number | null = null): ExistingRun =>
  withStep(run, stepId, endedAtMs === null ? { phase } : { phase, endedAtMs })

function withNewStep(run: ExistingRun, step: Step): ExistingRun {
  assert(step.ordinal === run.steps.length, `the log holds step ${step.ordinal} where ${run.steps.length} was next`)
  return { ...run, steps: [...run.steps, step] }
}

function evolveExisting(run: ExistingRun, event: Exclude<RunEvent, { type: 'run.created' }>): ExistingRun {
  switch (event.type) {
    case 'run.queued': {
      const isLost = event.reason === 'executor_lost'
      const rest = moving(run, event.from, 'queued')
      return { ...rest, status: 'queued', recoveries: rest.recoveries + (isLost ? 1 : 0) }
    }
    case 'run.held':
      return { ...moving(run, event.from, 'held'), status: 'held' }
    case 'run.launching':
      return { ...moving(run, event.from, 'launching'), status: 'launching', executor: event.executor, epoch: event.epoch }
    case 'run.activated': {
      const rest = moving(run, event.from, 'active')
      assert(run.status === 'launching', 'only a launching run is activated')
      return { ...rest, status: 'active', executor: run.executor }
    }
    case 'run.completed':
      return { ...moving(run, event.from, 'complete'), status: 'complete', result: event.result, label: event.label }
    case 'run.failed':
      return { ...moving(run, event.from, 'failed'), status: 'failed', failureCode: event.failure.code }
    case 'run.aborted':
      return { ...moving(run, event.from, 'aborted'), status: 'aborted' }
    case 'run.cancel_requested':
      return { ...run, cancelRequestedAtMs: event.atMs }
    case 'hold.opened':
      return { ...run, holds: [...run.holds, { id: event.holdId, kind: event.kind, openedAtMs: event.atMs, stepId: event.stepId }] }
    case 'hold.closed':
      return { ...run, holds: run.holds.filter((hold) => hold.id !== event.holdId) }
    case 'context.built':
    case 'quotes.checked':
      return run
    case 'model.requested':
      return withNewStep(run, {
        id: event.stepId,
        ordinal: event.ordinal,
        kind: 'model',
        name: event.tier,
        effect: 'idempotent',
        input: event.input,
        phase: 'dispatched',
        output: null,
        served: null,
        startedAtMs: event.atMs,
        endedAtMs: null,
      })
    case 'model.answered': {
      const { device, stop, usage } = event
      const served = { device, stop, usage }
      const answered = withStep(run, event.stepId, { phase: 'succeeded', output: event.output, served, endedAtMs: event.atMs })
      return { ...answered, tokensUsed: run.tokensUsed + usage.promptTokens + usage.completionTokens }
    }
    case 'model.failed':
      return withPhase(run, event.stepId, 'failed', event.atMs)
    case 'tool.proposed':
      return withNewStep(run, {
        id: event.stepId,
        ordinal: event.ordinal,
        kind: 'tool',
        name: event.tool,
        effect: event.effect,
        input: event.input,
        phase: 'proposed',
        output: null,
        served: null,
        startedAtMs: event.atMs,
        endedAtMs: null,
      })
    case 'tool.approval_requested':
      return withPhase(run, event.stepId, 'awaiting_approval')
    case 'tool.approved':
      return withPhase(run, event.stepId, 'approved')
    case 'tool.rejected':
      return withPhase(run, event.stepId, 'rejected', event.atMs)
    case 'tool.expired':
      return withPhase(run, event.stepId, 'expired', event.atMs)
    case 'tool.dispatched':
      return withPhase(run, event.stepId, 'dispatched')
    case 'tool.succeeded':
      return withStep(run, event.stepId, { phase: 'succeeded', output: event.output, endedAtMs: event.atMs })
    case 'tool.failed':
      return withPhase(run, event.stepId, event.isBeforeEffect ? 'failed_before_effect' : 'failed', event.atMs)
    case 'tool.unknown':
      return withPhase(run, event.stepId, 'unknown', event.atMs)
    default:
      return unreachable(event)
  }
}

export function evolve(state: RunState, event: RunEvent): RunState {
  if (event.type === 'run.created') {
    assert(state.status === 'absent', 'a run is created once')
    const { shardId, agent, attempt, conversationId, input } = event
    return {
      ...{ status: 'prep', shardId, agent, attempt, conversationId, input, epoch: 0, recoveries: 0 },
      ...{ holds: [], steps: [], cancelRequestedAtMs: null, tokensUsed: 0 },
    }
  }
  assert(state.status !== 'absent', `the log begins with ${event.type}`)
  return evolveExisting(state, event)
}

export const fold = (events: readonly RunEvent[]): RunState => events.reduce<RunState>(evolve, { status: 'absent' })
