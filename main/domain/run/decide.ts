/** Judges commands: what happens, as events, or why not. Deny comes first; nothing is written on a refusal. */
import type { Issuer } from '../actor.ts'
import { actionAt, newWarnings } from '../budget.ts'
import { fail, ok } from '../result.ts'
import { mayIssue, type RunCommand } from './commands.ts'
import { decideStep, type StepCommand } from './decide-step.ts'
import { closeHold, type Decision, heldFor, refuse } from './decision.ts'
import type { RunEvent } from './events.ts'
import { settleLostExecutor } from './recover.ts'
import { settleAll } from './settle.ts'
import { type ExistingRun, type RunState, usageAt } from './state.ts'
import { isOpenPhase } from './step-phases.ts'
import { isLegal, isTerminal, type Reason, type RunStatus } from './transitions.ts'

type Existing = Exclude<RunCommand, { type: 'run.create' }>

/** A hold that stops the spending ends the run when nobody lifts it. */
export const spendingHoldMs = 30 * 60_000
/** How often a hold that nobody answers is called out. */
export const rungsMax = 3

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

const opens: readonly Existing['type'][] = [
  'run.wait',
  'run.pause',
  'run.recover',
  'hold.open',
  'tool.request_approval',
  'tool.ask',
  'budget.exceed',
  'budget.check',
  'spiral.report',
]

const begins: readonly Existing['type'][] = [
  'run.activate',
  'run.complete',
  'context.record',
  'route.record',
  'crossing.propose',
  'model.request',
  'tool.propose',
  'tool.request_approval',
  'tool.ask',
  'tool.dispatch',
]

/** A cancelled run is not held: it would wait for a release, and then never be launched. */
const holds: readonly Existing['type'][] = ['run.yield', 'run.wait', 'spiral.report']

/** Nothing new begins while a hold is open or a cancellation waits; results of what was already dispatched are still taken. */
function refuseProgress(run: ExistingRun, command: Existing): Decision | null {
  const isCancelled = run.cancelRequestedAtMs !== null
  if (isCancelled && holds.includes(command.type)) return refuse('cancelled', 'The run is being cancelled.', 'Abort it.')
  if ('holdId' in command && opens.includes(command.type) && run.holds.some(({ id }) => id === command.holdId))
    return refuse('hold_exists', 'This hold is open already.')
  if (!begins.includes(command.type)) return null
  if (isCancelled) return refuse('cancelled', 'The run is being cancelled.')
  if (run.holds.length > 0) return refuse('has_open_hold', 'The run is held.', 'Release what holds it first.')
  return null
}

const move = (run: ExistingRun, to: RunStatus, events: readonly RunEvent[]): Decision =>
  isLegal(run.status, to) ? ok(events) : refuse('illegal_move', `A run cannot go from ${run.status} to ${to}.`)

const queueOrHold = (run: ExistingRun, reason: Reason, atMs: number): readonly RunEvent[] => [
  { type: 'run.queued', from: run.status, reason, atMs },
  ...(run.holds.length === 0 ? [] : [{ type: 'run.held', from: 'queued', reason, atMs } as const]),
]

function openHold(run: ExistingRun, opened: RunEvent & { type: 'hold.opened' }, reason: Reason): readonly RunEvent[] {
  return run.status === 'queued' ? [opened, { type: 'run.held', from: 'queued', reason, atMs: opened.atMs }] : [opened]
}

/** What the budget says happens at a limit. */
function atLimit(
  run: ExistingRun,
  command: Extract<Existing, { type: 'budget.exceed' | 'budget.check' }>,
  atMs: number,
): readonly RunEvent[] {
  const measure = command.type === 'budget.exceed' ? command.measure : 'duration'
  const action = actionAt(run.budget, measure)
  const exceeded: RunEvent = { type: 'budget.exceeded', measure, action, atMs }
  const failure = { code: `budget.${measure}` }
  if (action === 'terminate')
    return [
      exceeded,
      ...settleAll(run, failure.code, atMs),
      { type: 'run.failed', from: run.status, reason: 'quota_exceeded', failure, atMs },
    ]
  const isHeld = run.holds.some(({ kind }) => kind === 'budget')
  if (action === 'alert') return run.exceeded.includes(measure) ? [] : [exceeded]
  if (isHeld) return [exceeded]
  const expiresAtMs = atMs + spendingHoldMs
  return [exceeded, { type: 'hold.opened', holdId: command.holdId, kind: 'budget', atMs, stepId: null, expiresAtMs }]
}

function decideExisting(run: ExistingRun, command: Exclude<Existing, StepCommand>, atMs: number): Decision {
  switch (command.type) {
    case 'run.queue':
      return run.status === 'prep'
        ? ok(queueOrHold(run, command.reason, atMs))
        : refuse('illegal_move', `A run that is ${run.status} cannot be queued.`)
    case 'run.launch': {
      if (run.cancelRequestedAtMs !== null) return refuse('cancelled', 'The run is being cancelled.')
      if (run.holds.length > 0) return refuse('has_open_hold', 'The run is held.')
      if (command.epoch !== run.epoch + 1) return refuse('stale_epoch', 'Another executor took this run.')
      const { executor, epoch } = command
      return move(run, 'launching', [{ type: 'run.launching', from: run.status, reason: 'scheduler', executor, epoch, atMs }])
    }
    case 'run.activate':
      return move(run, 'active', [{ type: 'run.activated', from: run.status, reason: 'agent_ready', atMs }])
    case 'run.yield': {
      if (run.holds.length === 0) return refuse('no_open_hold', 'Nothing holds this run.')
      if (run.steps.some((step) => step.phase === 'dispatched')) return refuse('step_open', 'A step is still under way.')
      const reason = heldFor[run.holds[0]?.kind ?? 'operator']
      const held: RunEvent = { type: 'run.held', from: 'active', reason, atMs }
      return run.status === 'launching' ? ok(queueOrHold(run, reason, atMs)) : move(run, 'held', [held])
    }
    case 'run.wait': {
      const { holdId, waitsFor } = command
      if (run.steps.some((step) => step.phase === 'dispatched')) return refuse('step_open', 'A step is still under way.')
      const opened: RunEvent = { type: 'hold.opened', holdId, kind: 'policy', atMs, stepId: null, expiresAtMs: null, waitsFor }
      return move(run, 'held', [opened, { type: 'run.held', from: 'active', reason: 'write_conflict', atMs }])
    }
    case 'run.complete': {
      if (run.steps.some((step) => isOpenPhase(step.phase))) return refuse('step_open', 'A step is not finished.')
      const { result, label } = command
      return move(run, 'complete', [{ type: 'run.completed', from: run.status, reason: 'completion', result, label, atMs }])
    }
    case 'run.fail': {
      const failed: RunEvent = { type: 'run.failed', from: run.status, reason: command.reason, failure: { code: command.code }, atMs }
      return move(run, 'failed', [...settleAll(run, command.code, atMs), failed])
    }
    case 'run.abort': {
      const aborted: RunEvent = { type: 'run.aborted', from: run.status, reason: command.reason, atMs }
      return move(run, 'aborted', [...settleAll(run, 'run.stopped', atMs), aborted])
    }
    case 'run.recover':
      return run.status === 'launching' || run.status === 'active'
        ? ok(settleLostExecutor(run, { ...command, atMs }))
        : refuse('not_active', `The run is ${run.status}; no executor has it.`)
    case 'run.pause': {
      if (run.holds.some((hold) => hold.kind === 'operator')) return refuse('already_paused', 'The run is paused already.')
      const { holdId } = command
      return ok(openHold(run, { type: 'hold.opened', holdId, kind: 'operator', atMs, stepId: null, expiresAtMs: null }, 'user_request'))
    }
    case 'run.cancel': {
      if (run.cancelRequestedAtMs !== null) return refuse('cancelled', 'The run is being cancelled already.')
      const requested: RunEvent = { type: 'run.cancel_requested', atMs, reason: command.reason }
      if (run.status === 'launching' || run.status === 'active') return ok([requested])
      const aborted: RunEvent = { type: 'run.aborted', from: run.status, reason: command.reason, atMs }
      return ok([requested, ...settleAll(run, 'run.stopped', atMs), aborted])
    }
    case 'run.import':
      return refuse('not_ended', 'Only a run that has ended can be carried over.')
    case 'hold.open': {
      const { holdId, kind, expiresAtMs, reason, definition } = command
      if (kind === 'approval' || kind === 'question' || kind === 'gate')
        return refuse('wrong_hold', 'Such a hold belongs to a call.', 'Ask for it with the call.')
      return ok(openHold(run, { type: 'hold.opened', holdId, kind, atMs, stepId: null, expiresAtMs, definition }, reason))
    }
    case 'hold.release': {
      const hold = run.holds.find((open) => open.id === command.holdId)
      if (hold === undefined) return refuse('unknown_hold', 'This hold is not open any more.')
      if (hold.stepId !== null)
        return refuse('wrong_hold', 'This hold wants an answer; it is not released.', 'Approve, reject or answer it in Approvals.')
      return ok(closeHold(run, { type: 'hold.closed', holdId: hold.id, atMs, decision: 'released' }, 'user_request'))
    }
    case 'hold.clear': {
      const hold = run.holds.find((open) => open.id === command.holdId)
      if (hold === undefined) return refuse('unknown_hold', 'This hold is not open any more.')
      if (hold.waitsFor !== command.ended) return refuse('wrong_hold', 'This hold does not wait for that run.')
      return ok(closeHold(run, { type: 'hold.closed', holdId: hold.id, atMs, decision: 'released' }, 'scheduler'))
    }
    case 'hold.expire': {
      const hold = run.holds.find((open) => open.id === command.holdId)
      if (hold === undefined) return refuse('unknown_hold', 'This hold is not open any more.')
      if (hold.expiresAtMs === null || atMs < hold.expiresAtMs) return refuse('not_expired', 'This hold has not run out.')
      if (hold.stepId !== null) return refuse('wrong_hold', 'The call of this hold expires by itself.')
      if (run.status !== 'held') return refuse('not_held', `The run is ${run.status}.`)
      return ok([...settleAll(run, 'run.stopped', atMs), { type: 'run.aborted', from: 'held', reason: 'timeout', atMs }])
    }
    case 'hold.escalate': {
      const hold = run.holds.find((open) => open.id === command.holdId)
      if (hold === undefined) return refuse('unknown_hold', 'This hold is not open any more.')
      if (command.rung !== hold.rung + 1 || command.rung > rungsMax) return refuse('escalated', 'This has been said already.')
      return ok([{ type: 'hold.escalated', holdId: hold.id, rung: command.rung, atMs }])
    }
    case 'budget.exceed':
      return ok(atLimit(run, command, atMs))
    case 'budget.check': {
      const usage = usageAt(run, atMs)
      const warned: readonly RunEvent[] = newWarnings(run.budget, usage, run.warned).map((measure) => ({
        type: 'budget.warned',
        measure,
        atMs,
      }))
      const isOver = usage.activeMs > run.budget.durationMsMax && run.status === 'active'
      const isHeld = run.holds.some(({ kind }) => kind === 'budget')
      if (!isOver || isHeld) return ok(warned)
      return ok([...warned, ...atLimit(run, command, atMs)])
    }
    case 'budget.change': {
      const changed: RunEvent = { type: 'budget.changed', budget: command.budget, atMs }
      const spending = run.holds.filter(({ kind }) => kind === 'budget')
      const closed = spending.map(({ id }): RunEvent => ({ type: 'hold.closed', holdId: id, atMs, decision: 'released' }))
      const isFree = run.status === 'held' && spending.length > 0 && spending.length === run.holds.length
      return ok([changed, ...closed, ...(isFree ? [{ type: 'run.queued', from: 'held', reason: 'user_request', atMs } as const] : [])])
    }
    case 'spiral.report': {
      const { cause, holdId } = command
      if (run.steps.some((step) => step.phase === 'dispatched')) return refuse('step_open', 'A step is still under way.')
      const opened: RunEvent = { type: 'hold.opened', holdId, kind: 'spiral', atMs, stepId: null, expiresAtMs: null }
      return ok([{ type: 'spiral.detected', cause, atMs }, opened, { type: 'run.held', from: 'active', reason: 'spiral', atMs }])
    }
    case 'requirement.mark': {
      const { requirement, isMet } = command
      if (!run.requirements.some(({ name }) => name === requirement))
        return refuse('unknown_requirement', 'The run has no such requirement.', 'Requirements are fixed when a run is created.')
      return ok([{ type: 'requirement.marked', requirement, isMet, atMs }])
    }
  }
}

/** Commands that an ended run still takes: to undo what it did, and to say where it came from. */
function decideEnded(run: ExistingRun, command: Existing, atMs: number): Decision {
  if (command.type === 'tool.undo' && !run.isImported) return decideStep(run, command, atMs)
  if (command.type === 'run.import' && !run.isImported) return ok([{ type: 'run.imported', file: command.file, atMs }])
  return refuse('ended', `The run is ${run.status}.`, 'Start a new one.')
}

const isOfStep = (command: Existing): command is StepCommand => !/^(run|hold|budget|spiral|requirement)\./.test(command.type)

/** What the command does at `atMs`, or why it does nothing. */
export function decide(state: RunState, command: RunCommand, issuer: Issuer, atMs: number): Decision {
  if (!mayIssue[command.type].includes(issuer))
    return refuse('not_permitted', `A ${issuer} may not send ${command.type}.`, 'Only a person can decide this.')
  if (command.type === 'run.create') {
    if (state.status !== 'absent') return refuse('exists', 'The run exists already.')
    const { type: _, requirements, prompts, ...about } = command
    if (about.depth > about.budget.depthMax)
      return fail('budget.depth', 'This run would lie too deep below the one that a person started.', 'Start it by hand.')
    const pinned = prompts === undefined ? {} : { prompts: [...prompts] }
    return ok([{ type: 'run.created', ...about, requirements: [...requirements], ...pinned }])
  }
  if (state.status === 'absent') return refuse('absent', 'There is no such run.', 'List the runs to see what there is.')
  if (isTerminal(state.status) || state.isImported) return decideEnded(state, command, atMs)
  const refused = refuseStranger(state, command) ?? refuseProgress(state, command)
  if (refused !== null) return refused
  return isOfStep(command) ? decideStep(state, command, atMs) : decideExisting(state, command, atMs)
}
