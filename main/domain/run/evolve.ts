/** What a run is after one more event. Believes its events: one that cannot follow is corruption, and stops the program. */
import { assert } from '../assert.ts'
import { type Amount, nothing, plus, unused } from '../budget.ts'
import { unreachable } from '../unreachable.ts'
import type { RunEvent } from './events.ts'
import { type Common, type ExistingRun, type OpenHold, type RunState, type Step, usageAt } from './state.ts'
import type { StepPhase } from './step-phases.ts'
import { isLegal, type RunStatus } from './transitions.ts'

/** What outlives a change of status: everything but what belongs to one status alone. */
function moving(run: ExistingRun, event: { readonly from: RunStatus; readonly atMs: number }, to: RunStatus): Common {
  assert(run.status === event.from, `the log says a run left ${event.from}, but it was ${run.status}`)
  assert(isLegal(event.from, to), `the log holds an illegal move from ${event.from} to ${to}`)
  const { shardId, agent, attempt, conversationId, input, depth, forkedFrom, isImported, epoch, recoveries } = run
  const { holds, steps, requirements, cancelRequestedAtMs, budget, warned, exceeded, spiralFrom } = run
  const { prompts, definition, writeDomain } = run
  return {
    ...{ shardId, agent, attempt, conversationId, input, depth, forkedFrom, isImported, epoch, recoveries },
    ...{ holds, steps, requirements, cancelRequestedAtMs, budget, warned, exceeded, spiralFrom },
    ...{ prompts, definition, writeDomain },
    usage: usageAt(run, event.atMs),
    movedAtMs: event.atMs,
  }
}

function withStep(run: ExistingRun, stepId: string, change: (step: Step) => Partial<Step>): ExistingRun {
  const index = run.steps.findLastIndex((step) => step.id === stepId)
  const step = run.steps[index]
  assert(step !== undefined, `the log names an unknown step ${stepId}`)
  return { ...run, steps: run.steps.with(index, { ...step, ...change(step) }) }
}

const withPhase = (run: ExistingRun, stepId: string, phase: StepPhase, rest: Partial<Step> = {}): ExistingRun =>
  withStep(run, stepId, () => ({ phase, ...rest }))

/** The call is over: what was set aside is given back, and what it really cost is counted. */
function settled(
  run: ExistingRun,
  event: { readonly stepId: string; readonly settled: Amount; readonly atMs: number },
  change: Partial<Step>,
): ExistingRun {
  const after = withStep(run, event.stepId, () => ({ ...change, reserved: nothing, endedAtMs: event.atMs }))
  return { ...after, usage: { ...after.usage, ...plus(after.usage, event.settled) } }
}

const blank = {
  ...{ output: null, feedback: null, refusal: null, failureCode: null, served: null, copiedFrom: null, endedAtMs: null },
  reserved: nothing,
  isApproved: false,
  isGuarded: false,
  scope: null,
  crossing: null,
  leftBy: null,
} as const

function withNewStep(run: ExistingRun, step: Step): ExistingRun {
  assert(step.ordinal === run.steps.length, `the log holds step ${step.ordinal} where ${run.steps.length} was next`)
  return { ...run, steps: [...run.steps, step] }
}

function withHold(run: ExistingRun, holdId: string, change: (hold: OpenHold) => OpenHold | null): ExistingRun {
  assert(
    run.holds.some((hold) => hold.id === holdId),
    `the log names a hold ${holdId} that is not open`,
  )
  return { ...run, holds: run.holds.flatMap((hold) => (hold.id === holdId ? (change(hold) ?? []) : [hold])) }
}

function evolveExisting(run: ExistingRun, event: Exclude<RunEvent, { type: 'run.created' }>): ExistingRun {
  switch (event.type) {
    case 'run.queued': {
      const isLost = event.reason === 'executor_lost'
      const rest = moving(run, event, 'queued')
      return { ...rest, status: 'queued', recoveries: rest.recoveries + (isLost ? 1 : 0) }
    }
    case 'run.held':
      return { ...moving(run, event, 'held'), status: 'held' }
    case 'run.launching':
      return { ...moving(run, event, 'launching'), status: 'launching', executor: event.executor, epoch: event.epoch }
    case 'run.activated': {
      const rest = moving(run, event, 'active')
      assert(run.status === 'launching', 'only a launching run is activated')
      return { ...rest, status: 'active', executor: run.executor }
    }
    case 'run.completed':
      return { ...moving(run, event, 'complete'), status: 'complete', result: event.result, label: event.label }
    case 'run.failed':
      return { ...moving(run, event, 'failed'), status: 'failed', failureCode: event.failure.code }
    case 'run.aborted':
      return { ...moving(run, event, 'aborted'), status: 'aborted' }
    case 'run.cancel_requested':
      return { ...run, cancelRequestedAtMs: event.atMs }
    case 'run.imported':
      return { ...run, isImported: true }
    case 'step.copied': {
      const { stepId: id, ordinal, kind, name, effect, risk, input, phase, output, feedback, refusal, failure, served, from } = event
      const { startedAtMs, endedAtMs } = event
      const told = {
        feedback,
        refusal: refusal?.code ?? null,
        failureCode: failure?.code ?? null,
        served,
        copiedFrom: from,
      }
      const step = { ...blank, id, ordinal, kind, name, effect, risk, input, phase, output, startedAtMs, endedAtMs, ...told }
      return withNewStep(run, step)
    }
    case 'hold.opened': {
      const { holdId: id, kind, atMs: openedAtMs, expiresAtMs, stepId, waitsFor = null } = event
      return { ...run, holds: [...run.holds, { id, kind, openedAtMs, expiresAtMs, stepId, rung: 0, waitsFor }] }
    }
    case 'hold.escalated':
      return withHold(run, event.holdId, (hold) => ({ ...hold, rung: event.rung }))
    case 'hold.closed': {
      const isSpiral = run.holds.some(({ id, kind }) => id === event.holdId && kind === 'spiral')
      const rest = withHold(run, event.holdId, () => null)
      // Whoever lets it go on has looked: it is counted afresh.
      return isSpiral ? { ...rest, spiralFrom: rest.steps.length } : rest
    }
    case 'context.built':
    case 'context.near_limit':
    case 'route.decided':
    case 'reply.withheld':
    case 'quotes.checked':
    case 'spiral.detected':
      return run
    case 'model.requested': {
      const { stepId: id, ordinal, tier: name, input, reserved, atMs: startedAtMs } = event
      const about = { id, ordinal, kind: 'model', name, effect: 'idempotent', risk: 'read', input, startedAtMs } as const
      const leftBy = event.crossing?.stepId ?? null
      const after = withNewStep(run, { ...blank, ...about, phase: 'dispatched', reserved, leftBy })
      // Without a model nothing is spent that a limit of model calls is about.
      return name === 'reflex' ? after : { ...after, usage: { ...after.usage, modelCalls: after.usage.modelCalls + 1 } }
    }
    case 'model.answered': {
      const { device, stop, usage, output } = event
      return settled(run, event, { phase: 'succeeded', output, served: { device, stop, usage } })
    }
    case 'model.failed':
      return settled(run, event, { phase: 'failed', failureCode: event.failure.code })
    case 'proposal.refused':
      return withStep(run, event.stepId, () => ({ refusal: event.failure.code }))
    case 'tool.proposed': {
      const { stepId: id, ordinal, tool: name, effect, risk, input, reserved, atMs: startedAtMs } = event
      const after = withNewStep(run, {
        ...blank,
        id,
        ordinal,
        kind: 'tool',
        name,
        effect,
        risk,
        input,
        phase: 'proposed',
        reserved,
        startedAtMs,
        crossing: event.crossing ?? null,
        isGuarded: event.isGuarded ?? false,
      })
      return { ...after, usage: { ...after.usage, toolCalls: after.usage.toolCalls + 1 } }
    }
    case 'tool.approval_requested':
      return withPhase(run, event.stepId, 'awaiting_approval')
    case 'tool.approved':
      return withPhase(run, event.stepId, 'approved', { isApproved: true, scope: event.scope ?? null })
    case 'tool.rejected':
      return withPhase(run, event.stepId, event.isRevision ? 'revised' : 'rejected', {
        feedback: event.feedback,
        reserved: nothing,
        endedAtMs: event.atMs,
      })
    case 'tool.expired':
      return withPhase(run, event.stepId, 'expired', { reserved: nothing, endedAtMs: event.atMs })
    case 'tool.asked':
      return withPhase(run, event.stepId, 'awaiting_answer')
    case 'tool.answered':
      return withPhase(run, event.stepId, 'succeeded', { output: event.output, reserved: nothing, endedAtMs: event.atMs })
    case 'tool.dispatched':
      return withPhase(run, event.stepId, 'dispatched')
    case 'tool.returned':
      return withStep(run, event.stepId, ({ isApproved }) => ({ phase: isApproved ? 'approved' : 'proposed' }))
    case 'tool.succeeded':
      return settled(run, event, { phase: 'succeeded', output: event.output })
    case 'tool.failed': {
      const phase = event.isBeforeEffect ? 'failed_before_effect' : 'failed'
      return settled(run, event, { phase, failureCode: event.failure.code, output: event.output })
    }
    case 'tool.unknown':
      return settled(run, event, { phase: 'unknown' })
    case 'tool.undone':
      return withPhase(run, event.stepId, 'undone')
    case 'budget.warned':
      return { ...run, warned: [...run.warned, event.measure] }
    case 'budget.exceeded':
      return event.action === 'alert' ? { ...run, exceeded: [...run.exceeded, event.measure] } : run
    case 'budget.changed':
      return { ...run, budget: event.budget, warned: [], exceeded: [] }
    case 'requirement.marked': {
      const { requirement: name, isMet } = event
      return { ...run, requirements: run.requirements.map((one) => (one.name === name ? { name, isMet } : one)) }
    }
    default:
      return unreachable(event)
  }
}

export function evolve(state: RunState, event: RunEvent): RunState {
  if (event.type === 'run.created') {
    assert(state.status === 'absent', 'a run is created once')
    const { shardId, agent, attempt, conversationId, input, budget, depth, forkedFrom, requirements } = event
    const { prompts = [], definition = null, writeDomain = null } = event
    return {
      ...{ status: 'prep', shardId, agent, attempt, conversationId, input, depth, forkedFrom, isImported: false, epoch: 0, recoveries: 0 },
      ...{ holds: [], steps: [], requirements: requirements.map((name) => ({ name, isMet: false })), cancelRequestedAtMs: null },
      ...{ prompts, definition, writeDomain },
      ...{ budget, usage: unused, warned: [], exceeded: [], movedAtMs: 0, spiralFrom: 0 },
    }
  }
  assert(state.status !== 'absent', `the log begins with ${event.type}`)
  return evolveExisting(state, event)
}

export const fold = (events: readonly RunEvent[]): RunState => events.reduce<RunState>(evolve, { status: 'absent' })
