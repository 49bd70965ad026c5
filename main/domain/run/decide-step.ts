/** Judges commands about one call of a run: a model call, a tool call, and a person's decision on it. */
import { type Amount, actionAt, breachesOf, type Measure, newWarnings, nothing, quotaBreachOf, unknownIn } from '../budget.ts'
import { isNearLimit, mayGoOut } from '../context-window.ts'
import { fail, ok } from '../result.ts'
import { crossingTool, needsApproval } from '../tool.ts'
import { unreachable } from '../unreachable.ts'
import type { RunCommand } from './commands.ts'
import { proposedCrossing, refuseProposal, refuseUnreceipted } from './decide-crossing.ts'
import { closeHold, type Decision, refuse } from './decision.ts'
import type { RunEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { costUnsaid } from './settle.ts'
import { type ExistingRun, reservedIn, type Step, usageAt } from './state.ts'
import { isOpenPhase, type StepPhase } from './step-phases.ts'

export type StepCommand = Extract<
  RunCommand,
  {
    type: `${'context' | 'model' | 'tool' | 'proposal' | 'quotes' | 'route' | 'crossing'}.${string}` | 'step.copy'
  }
>

function stepIn(run: ExistingRun, stepId: string, phases: readonly StepPhase[], kind: Step['kind']): Decision | null {
  const step = run.steps.find((candidate) => candidate.id === stepId && candidate.kind === kind)
  if (step === undefined) return refuse('unknown_step', 'The run has no such step.')
  if (!phases.includes(step.phase)) return refuse('wrong_phase', `The step is ${step.phase}.`)
  return null
}

/** The hold of exactly this call, still open and not run out. */
function holdOf(run: ExistingRun, command: { readonly stepId: string; readonly holdId: string }, phase: StepPhase): Decision | null {
  const hold = run.holds.find((open) => open.id === command.holdId)
  if (hold === undefined) return refuse('unknown_hold', 'This hold is not open any more.')
  if (hold.stepId !== command.stepId) return refuse('wrong_hold', 'This hold belongs to another call.')
  return stepIn(run, command.stepId, [phase], 'tool')
}

function decideOnHold(
  run: ExistingRun,
  command: Extract<StepCommand, { holdId: string; type: 'tool.approve' | 'tool.reject' | 'tool.expire' }>,
  atMs: number,
): Decision {
  const refused = holdOf(run, command, 'awaiting_approval')
  if (refused !== null) return refused
  const { stepId, holdId } = command
  const expiresAtMs = run.holds.find(({ id }) => id === holdId)?.expiresAtMs ?? null
  const hasExpired = expiresAtMs !== null && atMs >= expiresAtMs
  const close = (decision: 'approved' | 'rejected' | 'revised' | 'expired') => ({ type: 'hold.closed', holdId, atMs, decision }) as const
  switch (command.type) {
    case 'tool.approve': {
      if (hasExpired) return refuse('expired', 'The time to decide on this call is over.', 'Resume the run; it can ask again.')
      const committed = run.steps.find(({ id }) => id === stepId)?.input.commitment
      if (committed?.alg !== command.commitment.alg || committed.value !== command.commitment.value)
        return refuse(
          'other_arguments',
          'This approval is for other arguments.',
          'Look at the request again, and decide on what stands there.',
        )
      const isCrossing = run.steps.some(({ id, crossing }) => id === stepId && crossing !== null)
      const { scope = 'once' } = command
      if (!isCrossing && scope === 'run') return refuse('wrong_scope', 'This call is approved once.', 'Approve it without a scope.')
      const approved: RunEvent = { type: 'tool.approved', stepId, holdId, ...(isCrossing ? { scope } : {}), atMs }
      return ok([approved, ...closeHold(run, close('approved'), 'approval')])
    }
    case 'tool.reject': {
      const { feedback, isRevision } = command
      if (isRevision && run.steps.some(({ id, crossing }) => id === stepId && crossing !== null))
        return refuse('no_revision', 'What would be sent follows from the task; it cannot be sent back.', 'Approve or reject it.')
      const rejected: RunEvent = { type: 'tool.rejected', stepId, holdId, feedback, isRevision, atMs }
      return ok([rejected, ...closeHold(run, close(isRevision ? 'revised' : 'rejected'), 'rejection')])
    }
    case 'tool.expire':
      if (!hasExpired) return refuse('not_expired', 'There is still time to decide on this call.')
      return ok([{ type: 'tool.expired', stepId, holdId, atMs }, ...closeHold(run, close('expired'), 'timeout')])
    default:
      return unreachable(command)
  }
}

const overBudget = (measure: Measure): Decision =>
  fail(
    `budget.${measure}`,
    `The run has reached its limit of ${measure.replaceAll('_', ' ')}.`,
    'Raise the limit and resume the run, or end it.',
  )

const overQuota = (measure: Measure): Decision =>
  fail(`budget.${measure}`, `All runs together have reached their limit of ${measure}.`, 'Raise the quota and resume the run, or end it.')

/**
 * Begins a call within its limits. One that only alerts tells it once and lets the call through, unless what it would cost cannot even
 * be said. What all runs share is never passed, whatever the run's own budget says.
 */
function spend(
  run: ExistingRun,
  command: Extract<StepCommand, { type: 'model.request' | 'tool.propose' | 'crossing.propose' }>,
  begun: RunEvent,
  atMs: number,
): Decision {
  const isModel = command.type === 'model.request'
  const estimate = isModel
    ? { tokens: command.tokensMax, costMicros: command.costMicrosMax, modelCalls: command.tier === 'reflex' ? 0 : 1 }
    : { bytesWritten: command.type === 'tool.propose' ? command.bytesMax : 0, toolCalls: 1 }
  const unknown = unknownIn(estimate)
  const over = breachesOf(run.budget, usageAt(run, atMs), reservedIn(run), estimate)
  const stopping = over.find((measure) => unknown.includes(measure) || actionAt(run.budget, measure) !== 'alert')
  if (stopping !== undefined) return overBudget(stopping)
  const shared = isModel ? quotaBreachOf(command.left, estimate) : null
  if (shared !== null) return overQuota(shared)
  const alerts = over.filter((measure) => !run.exceeded.includes(measure))
  const told = alerts.map((measure): RunEvent => ({ type: 'budget.exceeded', measure, action: 'alert', atMs }))
  return warning(run, [...told, begun], atMs)
}

/** A call is begun once, under an id of its own, when no other is under way. */
function refuseNewStep(run: ExistingRun, stepId: string): Decision | null {
  if (run.steps.some(({ id }) => id === stepId)) return refuse('step_exists', 'The run has this step already.')
  if (run.steps.some(({ phase }) => isOpenPhase(phase))) return refuse('step_open', 'A step is not finished.')
  return null
}

/** Adds a warning for each measure that these events bring to its warning share. */
function warning(run: ExistingRun, events: readonly RunEvent[], atMs: number): Decision {
  const after = events.reduce(evolve, run as Parameters<typeof evolve>[0])
  if (after.status === 'absent') return ok(events)
  const fresh = newWarnings(after.budget, usageAt(after, atMs), after.warned)
  return ok([...events, ...fresh.map((measure): RunEvent => ({ type: 'budget.warned', measure, atMs }))])
}

const bytes = (bytesWritten: number): Amount => ({ ...nothing, bytesWritten })

export function decideStep(run: ExistingRun, command: StepCommand, atMs: number): Decision {
  switch (command.type) {
    case 'step.copy': {
      if (run.status !== 'prep') return refuse('illegal_move', 'Steps are copied into a run before it is queued.')
      const { runId, step } = command.from
      if (isOpenPhase(step.phase)) return refuse('step_open', 'This step is not finished; only finished steps are copied.')
      if (run.steps.some(({ id }) => id === command.stepId)) return refuse('step_exists', 'The run has this step already.')
      const { kind, name, effect, risk, input, phase, output, feedback, refusal, failureCode, served, startedAtMs, endedAtMs } = step
      const told = {
        ...{ kind, name, effect, risk, input, phase, output, feedback, served, startedAtMs, endedAtMs },
        refusal: refusal === null ? null : { code: refusal },
        failure: failureCode === null ? null : { code: failureCode },
      }
      const from = { runId, stepId: step.id }
      return ok([{ type: 'step.copied', stepId: command.stepId, ordinal: run.steps.length, from, ...told }])
    }
    case 'context.record': {
      const { stepId, prompt, promptTokens, limitTokens, contextTokens, parts, exemptionId = null } = command
      if (promptTokens > limitTokens) return refuse('context_too_large', 'The context is larger than the limit for this model.')
      if (!mayGoOut(promptTokens, contextTokens, exemptionId))
        return refuse('context_over_share', 'The context takes more of the window than a prompt may.', 'Ask for less, or lift the limit.')
      const sizes = { promptTokens, limitTokens, contextTokens }
      const isLifted = !mayGoOut(promptTokens, contextTokens, null)
      const built: RunEvent = {
        ...{ type: 'context.built', stepId, prompt, passages: [...command.passages], ...sizes },
        ...(parts === undefined ? {} : { parts: [...parts.parts], leftOut: [...parts.leftOut] }),
        ...(isLifted && exemptionId !== null ? { exemptionId } : {}),
      }
      return ok(isNearLimit(promptTokens, contextTokens) ? [built, { type: 'context.near_limit', stepId, ...sizes, atMs }] : [built])
    }
    case 'route.record':
      return ok([{ ...command.decision, type: 'route.decided', stepId: command.stepId, atMs }])
    case 'crossing.propose': {
      const refused = refuseNewStep(run, command.stepId) ?? refuseProposal(run, command)
      return refused ?? spend(run, command, proposedCrossing(run, command, atMs), atMs)
    }
    case 'model.request': {
      const { stepId, tier, modelId, modelDigest, input, seed, tokensMax, costMicrosMax, crossing } = command
      const reserved = { ...nothing, tokens: tokensMax ?? 0, costMicros: costMicrosMax ?? 0 }
      const by = crossing === undefined ? {} : { crossing }
      const asked = { stepId, ordinal: run.steps.length, tier, modelId, modelDigest, input, seed, reserved, ...by, atMs }
      return (
        refuseNewStep(run, stepId) ?? refuseUnreceipted(run, command) ?? spend(run, command, { type: 'model.requested', ...asked }, atMs)
      )
    }
    case 'model.answer': {
      const { stepId, output, stop, device, usage, costMicros } = command
      const settled = { ...nothing, tokens: usage.promptTokens + usage.completionTokens, costMicros }
      const answered: RunEvent = { type: 'model.answered', stepId, output, stop, device, usage, settled, atMs }
      return stepIn(run, stepId, ['dispatched'], 'model') ?? warning(run, [answered], atMs)
    }
    case 'model.withhold':
    case 'model.fail': {
      const { stepId } = command
      const code = command.type === 'model.fail' ? command.code : 'crossing.label_above_task'
      const withheld: readonly RunEvent[] = command.type === 'model.fail' ? [] : [{ type: 'reply.withheld', stepId, atMs }]
      const step = run.steps.find(({ id }) => id === stepId)
      const failed: RunEvent = {
        type: 'model.failed',
        stepId,
        failure: { code },
        settled: step === undefined ? nothing : costUnsaid(step),
        atMs,
      }
      return stepIn(run, stepId, ['dispatched'], 'model') ?? ok([...withheld, failed])
    }
    case 'proposal.refuse': {
      const { stepId, tool, code } = command
      return stepIn(run, stepId, ['succeeded'], 'model') ?? ok([{ type: 'proposal.refused', stepId, tool, failure: { code }, atMs }])
    }
    case 'tool.propose': {
      const { stepId, tool, effect, risk, input, bytesMax, tainted = [], isGuarded = false } = command
      if (tool === crossingTool || risk === 'crossing' || risk === 'crossing_permitted')
        return refuse('not_permitted', 'No tool sends anything to another machine.')
      const about = { stepId, ordinal: run.steps.length, tool, effect, risk, input, reserved: bytes(bytesMax ?? 0), atMs }
      const proposed = {
        ...about,
        ...(tainted.length === 0 ? {} : { tainted: [...tainted] }),
        ...(isGuarded ? { isGuarded } : {}),
      }
      return refuseNewStep(run, stepId) ?? spend(run, command, { type: 'tool.proposed', ...proposed }, atMs)
    }
    case 'tool.request_approval': {
      const { stepId, holdId, request, expiresAtMs } = command
      const opened: RunEvent = { type: 'hold.opened', holdId, kind: 'approval', atMs, stepId, expiresAtMs }
      const held: RunEvent = { type: 'run.held', from: 'active', reason: 'approval', atMs }
      const asked: RunEvent = { type: 'tool.approval_requested', stepId, holdId, request, atMs }
      return stepIn(run, stepId, ['proposed'], 'tool') ?? ok([asked, opened, held])
    }
    case 'tool.approve':
    case 'tool.reject':
    case 'tool.expire':
      return decideOnHold(run, command, atMs)
    case 'tool.ask': {
      const { stepId, holdId, kind } = command
      const isForPerson = run.steps.some(({ id, risk }) => id === stepId && risk === 'human')
      if (!isForPerson) return refuse('not_a_question', 'This call does not ask a person.')
      const opened: RunEvent = { type: 'hold.opened', holdId, kind, atMs, stepId, expiresAtMs: null }
      const held: RunEvent = { type: 'run.held', from: 'active', reason: kind, atMs }
      return stepIn(run, stepId, ['proposed'], 'tool') ?? ok([{ type: 'tool.asked', stepId, holdId, atMs }, opened, held])
    }
    case 'tool.answer': {
      const { stepId, holdId, output } = command
      const closed = { type: 'hold.closed', holdId, atMs, decision: 'answered' } as const
      const answered: RunEvent = { type: 'tool.answered', stepId, holdId, output, atMs }
      return holdOf(run, command, 'awaiting_answer') ?? ok([answered, ...closeHold(run, closed, 'question')])
    }
    case 'tool.dispatch': {
      const step = run.steps.find((candidate) => candidate.id === command.stepId)
      if (step?.risk === 'human') return refuse('not_permitted', 'Only a person can answer this.', 'Answer it in Approvals.')
      const isGuarded = step !== undefined && (step.isGuarded || needsApproval(step.risk, step.effect))
      const ready: readonly StepPhase[] = isGuarded ? ['approved'] : ['proposed', 'approved']
      return stepIn(run, command.stepId, ready, 'tool') ?? ok([{ type: 'tool.dispatched', stepId: command.stepId, atMs }])
    }
    case 'tool.succeed': {
      const { stepId, output, bytesWritten } = command
      const succeeded: RunEvent = { type: 'tool.succeeded', stepId, output, settled: bytes(bytesWritten), atMs }
      return stepIn(run, stepId, ['dispatched'], 'tool') ?? warning(run, [succeeded], atMs)
    }
    case 'tool.fail': {
      const { stepId, code, isBeforeEffect, output, bytesWritten } = command
      const phases: readonly StepPhase[] = isBeforeEffect ? ['proposed', 'approved', 'dispatched'] : ['dispatched']
      const failed: RunEvent = {
        type: 'tool.failed',
        stepId,
        failure: { code },
        output,
        isBeforeEffect,
        settled: bytes(bytesWritten),
        atMs,
      }
      return stepIn(run, stepId, phases, 'tool') ?? warning(run, [failed], atMs)
    }
    case 'tool.undo': {
      if (run.status === 'launching' || run.status === 'active') return refuse('not_held', 'The run is under way.', 'Pause it first.')
      if (run.steps.some(({ id, crossing }) => id === command.stepId && crossing !== null))
        return refuse('no_undo', 'What has left this machine cannot be taken back.')
      const isCopied = run.steps.some(({ id, copiedFrom }) => id === command.stepId && copiedFrom !== null)
      if (isCopied) return refuse('not_done_here', 'This call was made by another run.', 'Undo it there, where its files are.')
      return stepIn(run, command.stepId, ['succeeded'], 'tool') ?? ok([{ type: 'tool.undone', stepId: command.stepId, atMs }])
    }
    case 'quotes.record': {
      const { stepId, claims, supported, quotes, verified } = command
      return stepIn(run, stepId, ['succeeded'], 'model') ?? ok([{ type: 'quotes.checked', stepId, claims, supported, quotes, verified }])
    }
    default:
      return unreachable(command)
  }
}
