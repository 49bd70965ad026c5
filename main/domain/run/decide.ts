/** Judges commands: what happens, as events, or why not. Deny comes first; nothing is written on a refusal. */
import type { Issuer } from '../actor.ts'
import { fail, ok, type Result } from '../result.ts'
import { unreachable } from '../unreachable.ts'
import { mayIssue, type RunCommand } from './commands.ts'
import type { RunEvent } from './events.ts'
import { settleLostExecutor } from './recover.ts'
import type { ExistingRun, RunState, Step, StepPhase } from './state.ts'
import { isLegal, isTerminal, type Reason, type RunStatus } from './transitions.ts'

type Decision = Result<readonly RunEvent[]>
type Existing = Exclude<RunCommand, { type: 'run.create' }>

const refuse = (code: string, message: string, hint = 'Look at the run again; it has moved on.'): Decision =>
  fail(`run.${code}`, message, hint)

const queueOrHold = (run: ExistingRun, reason: Reason): RunEvent[] =>
  run.holds.length === 0
    ? [{ type: 'run.queued', from: run.status, reason }]
    : [
        { type: 'run.queued', from: run.status, reason },
        { type: 'run.held', from: 'queued', reason },
      ]

/** Commands of an executor must come from the one that owns the run now. */
function refuseStranger(run: ExistingRun, command: Existing): Decision | null {
  if (!('epoch' in command) || command.type === 'run.launch') return null
  if (command.epoch !== run.epoch) return refuse('stale_epoch', 'Another executor owns this run now.')
  if (
    run.status !== 'active' &&
    !(run.status === 'launching' && ['run.activate', 'run.fail', 'run.abort', 'run.yield'].includes(command.type))
  )
    return refuse('not_active', `The run is ${run.status}, not active.`)
  return null
}

/** Nothing new begins while a hold is open or a cancellation waits; results of what was already dispatched are still taken. */
function refuseProgress(run: ExistingRun, command: Existing): Decision | null {
  const begins: readonly Existing['type'][] = [
    'run.activate',
    'run.complete',
    'context.record',
    'model.request',
    'tool.propose',
    'tool.request_approval',
    'tool.dispatch',
  ]
  if (!begins.includes(command.type)) return null
  if (run.cancelRequestedAtMs !== null) return refuse('cancelled', 'The run is being cancelled.')
  if (run.holds.length > 0) return refuse('has_open_hold', 'The run is held.', 'Release what holds it first.')
  return null
}

function stepIn(run: ExistingRun, stepId: string, phases: readonly StepPhase[], kind: Step['kind']): Decision | null {
  const step = run.steps.find((candidate) => candidate.id === stepId && candidate.kind === kind)
  if (step === undefined) return refuse('unknown_step', 'The run has no such step.')
  if (!phases.includes(step.phase)) return refuse('wrong_phase', `The step is ${step.phase}.`)
  return null
}

function holdOf(run: ExistingRun, command: { readonly stepId: string; readonly holdId: string }): Decision | null {
  const hold = run.holds.find((open) => open.id === command.holdId)
  if (hold === undefined) return refuse('unknown_hold', 'This hold is not open any more.')
  if (hold.kind !== 'approval' || hold.stepId !== command.stepId) return refuse('wrong_hold', 'This hold belongs to another call.')
  return stepIn(run, command.stepId, ['awaiting_approval'], 'tool')
}

const openStep = (run: ExistingRun): Step | undefined =>
  run.steps.find((step) => ['proposed', 'awaiting_approval', 'approved', 'dispatched'].includes(step.phase))

function move(run: ExistingRun, to: RunStatus, events: readonly RunEvent[]): Decision {
  return isLegal(run.status, to) ? ok(events) : refuse('illegal_move', `A run cannot go from ${run.status} to ${to}.`)
}

/** After a hold closed: a held run without any other goes back to the queue, in the same breath. */
function closeHold(run: ExistingRun, closed: RunEvent & { type: 'hold.closed' }, reason: Reason): RunEvent[] {
  const isLast = run.holds.every((hold) => hold.id === closed.holdId)
  return run.status === 'held' && isLast ? [closed, { type: 'run.queued', from: 'held', reason }] : [closed]
}

function openHold(run: ExistingRun, opened: RunEvent & { type: 'hold.opened' }, reason: Reason): RunEvent[] {
  return run.status === 'queued' ? [opened, { type: 'run.held', from: 'queued', reason }] : [opened]
}

function decideExisting(run: ExistingRun, command: Existing): Decision {
  switch (command.type) {
    case 'run.queue':
      return run.status === 'prep'
        ? ok(queueOrHold(run, command.reason))
        : refuse('illegal_move', `A run that is ${run.status} cannot be queued.`)
    case 'run.launch': {
      if (run.cancelRequestedAtMs !== null) return refuse('cancelled', 'The run is being cancelled.')
      if (run.holds.length > 0) return refuse('has_open_hold', 'The run is held.')
      if (command.epoch !== run.epoch + 1) return refuse('stale_epoch', 'Another executor took this run.')
      const { executor, epoch } = command
      return move(run, 'launching', [{ type: 'run.launching', from: run.status, reason: 'scheduler', executor, epoch }])
    }
    case 'run.activate':
      return move(run, 'active', [{ type: 'run.activated', from: run.status, reason: 'agent_ready' }])
    case 'run.yield': {
      if (run.holds.length === 0) return refuse('no_open_hold', 'Nothing holds this run.')
      if (run.steps.some((step) => step.phase === 'dispatched')) return refuse('step_open', 'A step is still under way.')
      const held: RunEvent = { type: 'run.held', from: 'active', reason: 'user_request' }
      return run.status === 'launching' ? ok(queueOrHold(run, 'user_request')) : move(run, 'held', [held])
    }
    case 'run.complete': {
      if (openStep(run) !== undefined) return refuse('step_open', 'A step is not finished.')
      const { result, label } = command
      return move(run, 'complete', [{ type: 'run.completed', from: run.status, reason: 'completion', result, label }])
    }
    case 'run.fail':
      return move(run, 'failed', [{ type: 'run.failed', from: run.status, reason: command.reason, failure: { code: command.code } }])
    case 'run.abort':
      return move(run, 'aborted', [{ type: 'run.aborted', from: run.status, reason: command.reason }])
    case 'run.recover':
      return run.status === 'launching' || run.status === 'active'
        ? ok(settleLostExecutor(run, command))
        : refuse('not_active', `The run is ${run.status}; no executor has it.`)
    case 'run.pause': {
      if (run.holds.some((hold) => hold.kind === 'operator')) return refuse('already_paused', 'The run is paused already.')
      return ok(
        openHold(run, { type: 'hold.opened', holdId: command.holdId, kind: 'operator', atMs: command.atMs, stepId: null }, 'user_request'),
      )
    }
    case 'run.cancel': {
      if (run.cancelRequestedAtMs !== null) return refuse('cancelled', 'The run is being cancelled already.')
      const requested: RunEvent = { type: 'run.cancel_requested', atMs: command.atMs, reason: command.reason }
      const hasExecutor = run.status === 'launching' || run.status === 'active'
      return ok(hasExecutor ? [requested] : [requested, { type: 'run.aborted', from: run.status, reason: command.reason }])
    }
    case 'hold.open':
      return ok(
        openHold(
          run,
          { type: 'hold.opened', holdId: command.holdId, kind: command.kind, atMs: command.atMs, stepId: null },
          command.reason,
        ),
      )
    case 'hold.release': {
      const hold = run.holds.find((open) => open.id === command.holdId)
      if (hold === undefined) return refuse('unknown_hold', 'This hold is not open any more.')
      if (hold.kind === 'approval') return refuse('wrong_hold', 'An approval is decided, not released.', 'Approve or reject the call.')
      return ok(closeHold(run, { type: 'hold.closed', holdId: hold.id, atMs: command.atMs, decision: 'released' }, 'user_request'))
    }
    case 'context.record': {
      const { stepId, prompt, promptTokens, limitTokens, contextTokens } = command
      if (promptTokens > limitTokens) return refuse('context_too_large', 'The context is larger than the limit for this model.')
      return ok([{ type: 'context.built', stepId, prompt, passages: [...command.passages], promptTokens, limitTokens, contextTokens }])
    }
    case 'model.request': {
      if (openStep(run) !== undefined) return refuse('step_open', 'Another step is not finished.')
      const { stepId, tier, modelId, modelDigest, input, seed, atMs } = command
      return ok([{ type: 'model.requested', stepId, ordinal: run.steps.length, tier, modelId, modelDigest, input, seed, atMs }])
    }
    case 'model.answer': {
      const { stepId, output, stop, device, usage, atMs } = command
      return stepIn(run, stepId, ['dispatched'], 'model') ?? ok([{ type: 'model.answered', stepId, output, stop, device, usage, atMs }])
    }
    case 'model.fail': {
      const { stepId, code, atMs } = command
      return stepIn(run, stepId, ['dispatched'], 'model') ?? ok([{ type: 'model.failed', stepId, failure: { code }, atMs }])
    }
    case 'tool.propose': {
      if (openStep(run) !== undefined) return refuse('step_open', 'Another step is not finished.')
      const { stepId, tool, effect, input, atMs } = command
      return ok([{ type: 'tool.proposed', stepId, ordinal: run.steps.length, tool, effect, input, atMs }])
    }
    case 'tool.request_approval': {
      const { stepId, holdId, atMs } = command
      const opened: RunEvent = { type: 'hold.opened', holdId, kind: 'approval', atMs, stepId }
      const held: RunEvent = { type: 'run.held', from: 'active', reason: 'approval' }
      return stepIn(run, stepId, ['proposed'], 'tool') ?? ok([{ type: 'tool.approval_requested', stepId, holdId }, opened, held])
    }
    case 'tool.approve': {
      const { stepId, holdId, atMs } = command
      const closed = { type: 'hold.closed', holdId, atMs, decision: 'released' } as const
      return holdOf(run, command) ?? ok([{ type: 'tool.approved', stepId, holdId }, ...closeHold(run, closed, 'approval')])
    }
    case 'tool.reject':
    case 'tool.expire': {
      const { stepId, holdId, atMs } = command
      const isExpiry = command.type === 'tool.expire'
      const closed = { type: 'hold.closed', holdId, atMs, decision: isExpiry ? 'expired' : 'rejected' } as const
      const decided: RunEvent = { type: isExpiry ? 'tool.expired' : 'tool.rejected', stepId, holdId, atMs }
      return holdOf(run, command) ?? ok([decided, ...closeHold(run, closed, isExpiry ? 'timeout' : 'rejection')])
    }
    case 'tool.dispatch': {
      const step = run.steps.find((candidate) => candidate.id === command.stepId)
      const ready: readonly StepPhase[] = step?.effect === 'unsafe' ? ['approved'] : ['proposed', 'approved']
      return stepIn(run, command.stepId, ready, 'tool') ?? ok([{ type: 'tool.dispatched', stepId: command.stepId, atMs: command.atMs }])
    }
    case 'tool.succeed': {
      const { stepId, output, atMs } = command
      return stepIn(run, stepId, ['dispatched'], 'tool') ?? ok([{ type: 'tool.succeeded', stepId, output, atMs }])
    }
    case 'tool.fail': {
      const { stepId, code, isBeforeEffect, atMs } = command
      const phases: readonly StepPhase[] = isBeforeEffect ? ['proposed', 'approved', 'dispatched'] : ['dispatched']
      return stepIn(run, stepId, phases, 'tool') ?? ok([{ type: 'tool.failed', stepId, failure: { code }, isBeforeEffect, atMs }])
    }
    case 'quotes.record': {
      const { stepId, claims, supported, quotes, verified } = command
      return stepIn(run, stepId, ['succeeded'], 'model') ?? ok([{ type: 'quotes.checked', stepId, claims, supported, quotes, verified }])
    }
    default:
      return unreachable(command)
  }
}

export function decide(state: RunState, command: RunCommand, issuer: Issuer): Decision {
  if (!mayIssue[command.type].includes(issuer))
    return refuse('not_permitted', `A ${issuer} may not send ${command.type}.`, 'Only a person can decide this.')
  if (command.type === 'run.create') {
    if (state.status !== 'absent') return refuse('exists', 'The run exists already.')
    const { shardId, agent, attempt, conversationId, input } = command
    return ok([{ type: 'run.created', shardId, agent, attempt, conversationId, input }])
  }
  if (state.status === 'absent') return refuse('absent', 'There is no such run.', 'List the runs to see what there is.')
  if (isTerminal(state.status)) return refuse('ended', `The run is ${state.status}.`, 'Start a new one.')
  return refuseStranger(state, command) ?? refuseProgress(state, command) ?? decideExisting(state, command)
}
