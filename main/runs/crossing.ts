/**
 * How a model call goes up a tier: the router decides from counts and labels, a person or the policy lets the exact bytes go, and only
 * then they are sent. Whatever is in the way, the call stays on this machine and says so. No text of a model or a document decides.
 */
import { breachesOf } from '../domain/budget.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { FellBack } from '../domain/crossing.ts'
import type { Sha256 } from '../domain/digest.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Label } from '../domain/label.ts'
import { isOutside, type OutsideTier, type SanitiseRule } from '../domain/policy.ts'
import { isAboveTask } from '../domain/reply-marks.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RouteDecision } from '../domain/route.ts'
import { coveringApproval, refusedCrossing } from '../domain/run/decide-crossing.ts'
import { type ExistingRun, reservedIn, type Step } from '../domain/run/state.ts'
import type { FindAll, ReadPortion } from '../domain/sanitise.ts'
import { riskRules } from '../domain/tool.ts'
import type { Failpoint, Inference, NewId, Outside } from '../world.ts'
import { failuresHere, wasStopped } from './attempts.ts'
import { type ComposedCrossing, cleaned, composeCrossing, previewOf, routeTask, taskOf, type UpwardCall } from './crossing-request.ts'
import { crossingsIn, openCrossing } from './crossing-steps.ts'
import type { FinishedModelStep, ModelOutput, Session } from './session.ts'
import { waits } from './tool-step.ts'

const limits = { deviceCharsMax: 200 } as const

export interface CrossingParts {
  readonly outside: Outside
  /** Configured by an administrator, from memory. */
  readonly endpoints: () => readonly Endpoint[]
  readonly rules: () => readonly SanitiseRule[]
  readonly findAll: FindAll
  readonly readPortion: ReadPortion
  readonly countTokens: Inference['countTokens']
  readonly sha256: Sha256
  readonly newId: NewId
  /** When a request that may stand for so long runs out. */
  readonly deadline: (attendedMs: number) => number | null
  /** For those who watch. */
  readonly onSending: (runId: string) => void
  readonly failpoint: Failpoint
}

/** What came back, for the pieces that were sent. */
export interface Went {
  readonly kind: 'went'
  readonly step: FinishedModelStep
  readonly tier: OutsideTier
  /** As the endpoint calls it. */
  readonly model: string
  /** Of everything that was sent. */
  readonly label: Label
  readonly included: readonly number[]
}
export interface Stays {
  readonly kind: 'stays'
  /** Why the router keeps it here, where something spoke for going. */
  readonly route: RouteDecision | null
  readonly fellBack: FellBack | null
  /** Whether another failure here would be a reason to go. */
  readonly couldGo: () => boolean
}
/** Fails only when the run itself stops, or waits for a person. */
export type GoUp = (session: Session, call: UpwardCall) => Promise<Result<Went | Stays>>

const withheld = fail('crossing.label_above_task', 'The answer is labelled above what was asked.', 'Ask where such an answer may be held.')
const cancelled = fail('child.cancelled', 'The call was cancelled.', 'Ask again when you want it.')

export function createCrossings(parts: CrossingParts): GoUp {
  const { outside, endpoints, sha256, newId, deadline, failpoint, onSending } = parts

  /** What became of this very call before; null = nothing yet, or it was stopped on its way. */
  function before(session: Session, run: ExistingRun, task: string): Went | { readonly fellBack: FellBack } | null {
    for (const { step, given } of crossingsIn(session, run).toReversed()) {
      if (given.task.value !== task) continue
      const sent = run.steps.find(
        ({ kind, name, ordinal, input }) =>
          kind === 'model' &&
          name === given.tier &&
          ordinal > step.ordinal &&
          sha256(session.readBody(input.body) ?? '') === given.digest.value,
      )
      const text = sent?.output == null ? null : session.readBody(sent.output.body)
      if (sent?.phase === 'succeeded' && sent.served !== null && text !== null) {
        const { tier, model, label, included } = given
        return { kind: 'went', step: { stepId: sent.id, text, ...sent.served }, tier, model, label, included }
      }
      if (sent !== undefined && !wasStopped(sent)) return { fellBack: { from: given.tier, code: sent.failureCode ?? 'run.input_purged' } }
    }
    return null
  }

  /** A crossing that was asked for and is not made after all is closed on record. */
  function close(session: Session, code: string): void {
    const open = openCrossing(session.run())
    if (open === null) return
    const about = { stepId: open.id, epoch: session.epoch, code, isBeforeEffect: true, output: null, bytesWritten: 0 } as const
    session.send(() => [{ type: 'tool.fail', ...about }])
  }

  /** Records the wish, and the request to a person where one must decide. */
  function propose(
    session: Session,
    call: UpwardCall,
    left: Parameters<typeof previewOf>[1],
    crossing: ComposedCrossing,
    decision: RouteDecision,
    permission: 'none' | 'policy' | { readonly stepId: string },
  ): Result<string> {
    const about = { stepId: newId('stp'), epoch: session.epoch } as const
    const { tier, endpointId, destination, label } = crossing.arguments
    const timeoutMs = riskRules.crossing.approvalTimeoutMs
    const sent = session.send((put) => {
      const payload = put(crossing.request.body)
      const wanted = { ...about, tier, endpointId, destination, label, payload, input: put(canonicalJson(crossing.arguments)), permission }
      const shown = () => put(JSON.stringify(previewOf(call, left, crossing, decision, payload.body)))
      const expiresAtMs = timeoutMs === null ? null : deadline(timeoutMs)
      return [
        { type: 'route.record', ...about, decision },
        { type: 'crossing.propose', ...wanted },
        ...(permission === 'none'
          ? [{ type: 'tool.request_approval', ...about, holdId: newId('hld'), request: shown(), expiresAtMs } as const]
          : []),
      ]
    }, label)
    failpoint('crossing.after_propose')
    return sent.ok ? ok(about.stepId) : sent
  }

  /** Sends what was let go, and drops what may not be held here. */
  async function send(session: Session, crossing: ComposedCrossing, step: Step, seed: number): Promise<Result<FinishedModelStep>> {
    const { request, arguments: given, context } = crossing
    const { tier, endpointId, digest, label } = given
    const payload = step.crossing?.payload
    if (payload === undefined) throw new Error('a crossing has what it sends')
    const { promptTokens, completionTokens, costMicros: costMicrosMax } = request.reserved
    const receipt = { runId: session.runId, stepId: step.id, endpointId, digest, label }
    const reply = { ok: true, error: null, output: { digest }, artifacts: [], label: null, metrics: { durationMs: 0, bytesWritten: 0 } }
    return session.model(
      {
        ...{ tier, modelId: null, modelDigest: null, seed, prompt: request.body, context, label },
        tokensMax: promptTokens + completionTokens,
        crossing: { stepId: step.id, endpointId, payload, costMicrosMax, output: canonicalJson(reply) },
      },
      async (): Promise<Result<ModelOutput>> => {
        onSending(session.runId)
        failpoint('crossing.before_send')
        const answered = await outside.send(request, receipt, { signal: session.signal })
        failpoint('crossing.after_send')
        if (!answered.ok) return session.signal.aborted ? cancelled : answered
        const { text, stop, device, costMicros, firstTokenMs, totalMs, ...used } = answered.value
        if (isAboveTask(label, answered.value)) return withheld
        const usage = { promptTokens: used.promptTokens, reusedTokens: 0, completionTokens: used.completionTokens, firstTokenMs, totalMs }
        const served = { device: device.slice(0, limits.deviceCharsMax), usage: { ...usage, contextTokens: context.contextTokens } }
        return ok({ text, stop, ...served, costMicros })
      },
    )
  }

  return async (session, call) => {
    const wanted = call.requested !== null && isOutside(call.requested) ? call.requested : null
    const never = () => false
    const stays = (change: Partial<Stays> = {}): Result<Stays> =>
      ok({ kind: 'stays', route: null, fellBack: null, couldGo: never, ...change })
    // What a person wants here stays here, and where nothing is configured there is nothing to ask.
    if (wanted === null && (call.requested !== null || endpoints().length === 0)) return stays()
    const because = (code: string, from: OutsideTier | null = wanted): Result<Stays> =>
      stays({ fellBack: from === null ? null : { from, code } })
    const task = taskOf(call, sha256).value
    const earlier = before(session, session.run(), task)
    if (earlier !== null) return 'kind' in earlier ? ok(earlier) : stays({ fellBack: earlier.fellBack })
    const refused = refusedCrossing(session.run())
    if (refused !== null) {
      const isThis = crossingsIn(session, session.run()).some(({ step, given }) => step.id === refused.id && given.task.value === task)
      return because(`crossing.${refused.phase}`, isThis ? (refused.crossing?.tier ?? null) : wanted)
    }
    /** Something that was let go is not sent after all. */
    const staysAfterAll = (code: string): Result<Stays> => {
      const open = openCrossing(session.run())
      close(session, code)
      return because(code, open?.crossing?.tier ?? wanted)
    }
    const left = cleaned(call, { rules: parts.rules(), findAll: parts.findAll, readPortion: parts.readPortion })
    if (!left.ok) return staysAfterAll(left.error.code)
    const about = { failedAttempts: failuresHere(session.run()), runId: session.runId }
    const routed = await routeTask(call, left.value, about, parts.countTokens)
    const decision = outside.decide(routed)
    const { mode, tier } = decision
    if (mode === 'local' || !isOutside(tier) || call.isMade) {
      const reason = decision.refused.find((one) => one.tier === wanted)?.reason ?? decision.refused[0]?.reason ?? 'not_needed'
      const stayed = staysAfterAll(`route.${reason}`)
      const couldGo = () => !call.isMade && outside.decide({ ...routed, failedAttempts: 2 }).mode !== 'local'
      const isTold = mode === 'local' && decision.causes.length > 0
      return stayed.ok ? ok({ ...stayed.value, route: isTold ? decision : null, couldGo }) : stayed
    }
    const composed = await composeCrossing(call, left.value, { ...decision, tier }, { compose: outside.compose, endpoints, sha256 })
    if (!composed.ok) return staysAfterAll(composed.error.code)
    const { reserved } = composed.value.request
    const run = session.run()
    const estimate = {
      tokens: reserved.promptTokens + reserved.completionTokens,
      costMicros: reserved.costMicros,
      modelCalls: 1,
      toolCalls: 1,
    }
    const [over] = breachesOf(run.budget, run.usage, reservedIn(run), openCrossing(run) === null ? estimate : { ...estimate, toolCalls: 0 })
    if (over !== undefined) return staysAfterAll(`budget.${over}`)
    const { label } = composed.value.arguments
    const covering = coveringApproval(run, composed.value.arguments)
    const permission = mode === 'automatic' ? 'policy' : covering === null ? 'none' : { stepId: covering.id }
    let step = openCrossing(run)
    // What was let go is let go as it was shown, and as long as it may be.
    const isSame = step !== null && session.readBody(step.input.body) === canonicalJson(composed.value.arguments)
    if (step !== null && (!isSame || (step.risk === 'crossing_permitted' && permission === 'none'))) {
      close(session, 'crossing.changed')
      step = null
    }
    if (step === null) {
      const proposed = propose(session, call, left.value, composed.value, decision, permission)
      if (!proposed.ok) return proposed.error.code.startsWith('budget.') ? because(proposed.error.code, tier) : proposed
      if (permission === 'none') return waits
      step = openCrossing(session.run())
      if (step === null) throw new Error('a crossing that was proposed is open')
    }
    const done = await send(session, composed.value, step, call.seed)
    if (done.ok)
      return ok({
        kind: 'went',
        step: done.value,
        tier,
        model: composed.value.arguments.model,
        label,
        included: composed.value.arguments.included,
      })
    const { code } = done.error
    if (session.signal.aborted || code.startsWith('run.')) return done
    // Nothing was sent: the ledger said no in the last moment.
    return code.startsWith('budget.') ? staysAfterAll(code) : because(code, tier)
  }
}
