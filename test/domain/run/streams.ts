/** Random conversations with one run: commands of every kind from every side, some apt and some not, built on what the run is at that moment. */
import { type Issuer, issuers } from '../../../main/domain/actor.ts'
import { type Budget, defaultBudget, type Measure, measures, noQuota } from '../../../main/domain/budget.ts'
import { labelFromName, unclassified } from '../../../main/domain/label.ts'
import { outsideTiers } from '../../../main/domain/policy.ts'
import { mayIssue, type RunCommand, type RunCommandType } from '../../../main/domain/run/commands.ts'
import { holdKinds } from '../../../main/domain/run/events.ts'
import type { ExistingRun, RunState } from '../../../main/domain/run/state.ts'
import { effects, risks } from '../../../main/domain/tool.ts'
import { body, executor, id } from './scenario.ts'

/** Numbers that chance gives; each is used for one choice. */
export type Draw = () => number

export interface Sent {
  readonly command: RunCommand
  readonly issuer: Issuer
  readonly atMs: number
}

const pick = <T>(draw: Draw, from: readonly T[]): T => {
  const chosen = from[draw() % from.length]
  if (chosen === undefined) throw new Error('nothing to pick from')
  return chosen
}
const often = (draw: Draw): boolean => draw() % 8 !== 0
const usage = { promptTokens: 3, reusedTokens: 0, completionTokens: 4, contextTokens: 100, firstTokenMs: 1, totalMs: 2 }

export const smallBudget: Budget = {
  ...{ ...defaultBudget, tokensMax: 60, costMicrosMax: 40, modelCallsMax: 6, toolCallsMax: 9, bytesWrittenMax: 50, durationMsMax: 300 },
  onBreach: { model_calls: 'pause', tool_calls: 'alert', duration: 'pause', tokens: 'terminate' },
}

type Build = (draw: Draw, run: ExistingRun | null, fresh: (kind: string) => string) => RunCommand | null

const epochOf = (draw: Draw, run: ExistingRun | null): number => {
  const epoch = run?.epoch ?? 0
  return often(draw) ? epoch : Math.max(0, epoch + (draw() % 3) - 1)
}
const stepOf = (draw: Draw, run: ExistingRun | null): string => {
  const steps = run?.steps ?? []
  if (steps.length === 0) return id('stp', 999)
  return (often(draw) ? steps.at(-1)?.id : pick(draw, steps).id) ?? id('stp', 999)
}
const owned = (draw: Draw, run: ExistingRun | null) => ({ epoch: epochOf(draw, run), stepId: stepOf(draw, run) })
const ofHold = (draw: Draw, run: ExistingRun | null) => {
  const holds = run?.holds ?? []
  if (holds.length === 0) return { stepId: stepOf(draw, run), holdId: id('hld', 999) }
  const hold = pick(draw, holds)
  return { holdId: hold.id, stepId: often(draw) ? (hold.stepId ?? stepOf(draw, run)) : stepOf(draw, run) }
}
const expiry = (draw: Draw): number | null => (draw() % 2 === 0 ? null : 20 + (draw() % 400))

const builders: Readonly<Record<RunCommandType, Build>> = {
  'run.create': (draw) => ({
    ...{ type: 'run.create', shardId: id('shd'), agent: 'ask', attempt: 1, conversationId: null, input: body(), budget: smallBudget },
    ...{ depth: draw() % 2, forkedFrom: null, requirements: ['cited'] },
  }),
  'step.copy': (_draw, run, fresh) => {
    const step = run?.steps[0]
    return step === undefined ? null : { type: 'step.copy', stepId: fresh('stp'), from: { runId: id('run', 2), step } }
  },
  'run.queue': () => ({ type: 'run.queue', reason: 'user_request' }),
  'run.launch': (draw, run) => ({ type: 'run.launch', executor, epoch: epochOf(draw, run) + 1 }),
  'run.activate': (draw, run) => ({ type: 'run.activate', epoch: epochOf(draw, run) }),
  'run.wait': (draw, run, fresh) => ({
    type: 'run.wait',
    epoch: epochOf(draw, run),
    holdId: fresh('hld'),
    waitsFor: id('run', 1 + (draw() % 2)),
  }),
  'run.yield': (draw, run) => ({ type: 'run.yield', epoch: epochOf(draw, run) }),
  'run.complete': (draw, run) => ({ type: 'run.complete', epoch: epochOf(draw, run), result: body(9), label: unclassified }),
  'run.fail': (draw, run) => ({ type: 'run.fail', epoch: epochOf(draw, run), code: 'child.crash', reason: 'failure' }),
  'run.abort': (draw, run) => ({ type: 'run.abort', epoch: epochOf(draw, run), reason: 'user_request' }),
  'run.recover': (draw, _run, fresh) => ({
    type: 'run.recover',
    holdId: fresh('hld'),
    reason: draw() % 2 === 0 ? 'executor_lost' : 'scheduler',
  }),
  'run.pause': (_draw, _run, fresh) => ({ type: 'run.pause', holdId: fresh('hld') }),
  'run.cancel': () => ({ type: 'run.cancel', reason: 'user_request' }),
  'run.import': () => ({ type: 'run.import', file: { alg: 'sha256', value: '0'.repeat(64) } }),
  'hold.clear': (draw, run) => ({ type: 'hold.clear', holdId: ofHold(draw, run).holdId, ended: id('run', 1 + (draw() % 2)) }),
  'hold.open': (draw, run, fresh) => ({
    ...{ type: 'hold.open', holdId: often(draw) ? fresh('hld') : ofHold(draw, run).holdId },
    ...{ kind: pick(draw, holdKinds), reason: 'policy', expiresAtMs: expiry(draw) },
  }),
  'hold.release': (draw, run) => ({ type: 'hold.release', holdId: ofHold(draw, run).holdId }),
  'hold.expire': (draw, run) => ({ type: 'hold.expire', holdId: ofHold(draw, run).holdId }),
  'hold.escalate': (draw, run) => {
    const { holdId } = ofHold(draw, run)
    const rung = run?.holds.find((hold) => hold.id === holdId)?.rung ?? 0
    return { type: 'hold.escalate', holdId, rung: often(draw) ? rung + 1 : draw() % 4 }
  },
  'context.record': (draw, run) => ({
    ...{ type: 'context.record', ...owned(draw, run), prompt: body(), passages: [], promptTokens: draw() % 12 },
    ...{ limitTokens: 10, contextTokens: 25 },
  }),
  'route.record': (draw, run) => ({
    ...{ type: 'route.record', ...owned(draw, run) },
    decision: {
      ...{ mode: 'ask', tier: 'frontier', endpointId: id('end'), model: 'large', confidence: 0.5, causes: ['requested'], refused: [] },
      ...{ costMicrosMax: 5, policyVersion: 1 },
    },
  }),
  'crossing.propose': (draw, run, fresh) => ({
    ...{ type: 'crossing.propose', epoch: epochOf(draw, run), stepId: often(draw) ? fresh('stp') : stepOf(draw, run), input: body(7) },
    ...{ tier: pick(draw, outsideTiers), endpointId: id('end', 1 + (draw() % 2)), payload: body(1 + (draw() % 3)) },
    destination: `10.0.0.${1 + (draw() % 2)}:8443`,
    label: draw() % 4 === 0 ? labelFromName('cui') : unclassified,
    permission: pick(draw, [
      'none',
      'none',
      'policy',
      { stepId: pick(draw, [...(run?.steps ?? []).map((step) => step.id), id('stp', 999)]) },
    ]),
  }),
  'model.request': (draw, run, fresh) => {
    const from = often(draw) ? run?.steps.findLast(({ crossing }) => crossing !== null) : run?.steps[draw() % (run.steps.length || 1)]
    const crossing = from?.crossing ?? null
    const tier = crossing === null ? pick(draw, ['reflex', 'edge', 'frontier'] as const) : crossing.tier
    const leaves = from === undefined || crossing === null ? {} : { crossing: { stepId: from.id, endpointId: crossing.endpointId } }
    return {
      ...{ type: 'model.request', epoch: epochOf(draw, run), stepId: often(draw) ? fresh('stp') : stepOf(draw, run) },
      ...{ modelId: null, modelDigest: null, seed: 0, tier: often(draw) ? tier : 'edge' },
      input: crossing !== null && often(draw) ? crossing.payload : body(1 + (draw() % 3)),
      ...{ tokensMax: often(draw) ? 10 : null, costMicrosMax: often(draw) ? draw() % 9 : null },
      left: often(draw) ? noQuota : { tokens: draw() % 20, costMicros: null },
      ...(often(draw) ? leaves : {}),
    }
  },
  'model.answer': (draw, run) => ({
    ...{ type: 'model.answer', ...owned(draw, run), output: body(3), stop: 'end', device: 'cpu', usage, costMicros: draw() % 3 },
  }),
  'model.withhold': (draw, run) => ({ type: 'model.withhold', ...owned(draw, run) }),
  'model.fail': (draw, run) => ({ type: 'model.fail', ...owned(draw, run), code: 'child.crash' }),
  'proposal.refuse': (draw, run) => ({ type: 'proposal.refuse', ...owned(draw, run), tool: null, code: 'tool.malformed' }),
  'tool.propose': (draw, run, fresh) => ({
    ...{ type: 'tool.propose', epoch: epochOf(draw, run), stepId: often(draw) ? fresh('stp') : stepOf(draw, run), tool: 'write_file' },
    ...{ effect: pick(draw, effects), risk: pick(draw, risks), input: body(1 + (draw() % 3)), bytesMax: often(draw) ? draw() % 9 : null },
  }),
  'tool.request_approval': (draw, run, fresh) => ({
    ...{ type: 'tool.request_approval', ...owned(draw, run), holdId: fresh('hld'), request: null, expiresAtMs: expiry(draw) },
  }),
  'tool.approve': (draw, run) => {
    const at = ofHold(draw, run)
    const shown = run?.steps.find((step) => step.id === at.stepId)?.input.commitment ?? body().commitment
    const scope = draw() % 2 === 0 ? ({ scope: 'run' } as const) : {}
    return { type: 'tool.approve', ...at, commitment: often(draw) ? shown : body(1 + (draw() % 3)).commitment, ...scope }
  },
  'tool.reject': (draw, run) => ({ type: 'tool.reject', ...ofHold(draw, run), feedback: null, isRevision: draw() % 2 === 0 }),
  'tool.expire': (draw, run) => ({ type: 'tool.expire', ...ofHold(draw, run) }),
  'tool.ask': (draw, run, fresh) => ({
    type: 'tool.ask',
    ...owned(draw, run),
    holdId: fresh('hld'),
    kind: pick(draw, ['question', 'gate'] as const),
  }),
  'tool.answer': (draw, run) => ({ type: 'tool.answer', ...ofHold(draw, run), output: body(4) }),
  'tool.dispatch': (draw, run) => ({ type: 'tool.dispatch', ...owned(draw, run) }),
  'tool.succeed': (draw, run) => ({ type: 'tool.succeed', ...owned(draw, run), output: body(5), bytesWritten: draw() % 9 }),
  'tool.fail': (draw, run) => ({
    ...{ type: 'tool.fail', ...owned(draw, run), code: 'tool.failed', isBeforeEffect: draw() % 2 === 0, output: null, bytesWritten: 0 },
  }),
  'tool.undo': (draw, run) => ({ type: 'tool.undo', stepId: stepOf(draw, run) }),
  'budget.exceed': (draw, run, fresh) => ({
    ...{ type: 'budget.exceed', epoch: epochOf(draw, run), holdId: fresh('hld'), measure: pick<Measure>(draw, measures) },
  }),
  'budget.check': (_draw, _run, fresh) => ({ type: 'budget.check', holdId: fresh('hld') }),
  'budget.change': (draw) => ({ type: 'budget.change', budget: { ...smallBudget, tokensMax: draw() % 200 } }),
  'spiral.report': (draw, run, fresh) => ({ type: 'spiral.report', epoch: epochOf(draw, run), cause: 'failures', holdId: fresh('hld') }),
  'requirement.mark': (draw, run) => ({
    ...{ type: 'requirement.mark', epoch: epochOf(draw, run), requirement: often(draw) ? 'cited' : 'invented', isMet: draw() % 2 === 0 },
  }),
  'quotes.record': (draw, run) => ({ type: 'quotes.record', ...owned(draw, run), claims: 1, supported: 1, quotes: 1, verified: 1 }),
}
const everyType = Object.keys(builders) as readonly RunCommandType[]

/** What usually comes next, so that streams get far; everything else is sent too. */
function likely(run: ExistingRun | null): readonly RunCommandType[] {
  if (run === null) return ['run.create']
  switch (run.status) {
    case 'prep':
      return ['run.queue']
    case 'queued':
      return ['run.launch']
    case 'held':
      return ['hold.release', 'tool.approve', 'tool.answer', 'tool.reject', 'budget.change', 'hold.escalate', 'hold.escalate']
    case 'launching':
      return ['run.activate']
    case 'active':
      switch (run.steps.at(-1)?.phase) {
        case 'proposed':
          return ['tool.dispatch', 'tool.request_approval', 'tool.ask']
        case 'approved':
          return ['tool.dispatch']
        case 'dispatched':
          return ['tool.succeed', 'model.answer', 'tool.fail', 'run.recover']
        default:
          return [
            'tool.propose',
            'tool.propose',
            'model.request',
            'run.complete',
            'proposal.refuse',
            'quotes.record',
            'context.record',
            'crossing.propose',
          ]
      }
    default:
      return ['tool.undo', 'run.import']
  }
}

export function nextCommand(draw: Draw, state: RunState, count: number, atMs: number): Sent | null {
  const run = state.status === 'absent' ? null : state
  let made = 0
  const fresh = (kind: string) => id(kind, 10 + count * 4 + made++)
  const type = draw() % 4 === 0 ? pick(draw, everyType) : pick(draw, likely(run))
  const command = builders[type](draw, run, fresh)
  if (command === null) return null
  return { command, issuer: often(draw) ? pick(draw, mayIssue[type]) : pick(draw, issuers), atMs }
}
