/**
 * What an agent holds while it executes one run: its steps, each durable before and after. A step that finished under an earlier
 * executor is not repeated; its recorded output is handed back. A call that was decided but not made is made under its own id.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Actor } from '../domain/actor.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import type { QuotaLeft } from '../domain/budget.ts'
import { type GateReceipt, isReceiptFor, passGates } from '../domain/call-gates.ts'
import type { CheckVerdict } from '../domain/check.ts'
import type { ContextParts } from '../domain/context-part.ts'
import type { Digest } from '../domain/digest.ts'
import type { Label } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RouteDecision } from '../domain/route.ts'
import type { AgentCommand, RunCommand } from '../domain/run/commands.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import type { Tier } from '../domain/tier.ts'
import type { TokenUsage } from '../domain/token-usage.ts'
import type { Effect, Risk } from '../domain/tool.ts'
import type { Failpoint, NewId } from '../world.ts'
import type { Checks } from './checks.ts'
import type { Journal } from './journal.ts'

export interface ContextRecord {
  readonly passages: readonly string[]
  readonly promptTokens: number
  readonly limitTokens: number
  readonly contextTokens: number
  /** What it consists of; absent without a model. */
  readonly parts?: ContextParts
  /** By which it may take more than the usual share of the window. */
  readonly exemptionId?: string | null
}

export interface ModelCall {
  readonly tier: Tier
  readonly modelId: string | null
  readonly modelDigest: Digest | null
  readonly seed: number
  /** The exact prompt, or the question and evidence of a call without a model. */
  readonly prompt: string
  readonly context: ContextRecord
  /** Prompt and answer together take so many tokens at most; null = unknown, and the call is denied. */
  readonly tokensMax: number | null
  /** Join of the labels of everything in the prompt. */
  readonly label: Label
  /** Why it is done here, where something spoke for another tier. */
  readonly route?: RouteDecision | null
  /** The crossing that lets it leave this machine; it is over in the same commit that asks for the answer. */
  readonly crossing?: {
    readonly stepId: string
    readonly endpointId: string
    readonly payload: BodyRef
    readonly costMicrosMax: number
    /** What stands as the crossing's result. */
    readonly output: string
  }
}

export interface ModelOutput {
  readonly text: string
  readonly stop: 'end' | 'length'
  readonly device: string
  readonly usage: TokenUsage
  /** Nothing on this machine. */
  readonly costMicros?: number
}

export interface FinishedStep {
  readonly stepId: string
  readonly text: string
}

export type FinishedModelStep = FinishedStep & Omit<ModelOutput, 'text' | 'costMicros'>

export interface ToolCall {
  readonly tool: string
  readonly effect: Effect
  readonly risk: Risk
  /** Canonical arguments, as a person would be shown them. */
  readonly input: string
  /** Writes so many bytes at most; null = unknown, and the call is denied. */
  readonly bytesMax: number | null
  /** Arguments that neither a person nor the agent's definition gave. */
  readonly tainted: readonly string[]
  /** The policy wants a person for it. */
  readonly isGuarded?: boolean
}

/** What a call left: its text for the agent, whether it succeeded, and the join of the labels of what it read. */
export interface ToolResult {
  readonly text: string
  readonly failureCode: string | null
  /** A failure that certainly did nothing. */
  readonly isBeforeEffect: boolean
  readonly bytesWritten: number
  readonly label: Label | null
}

export interface Session {
  readonly runId: string
  readonly epoch: number
  /** The shard's input, as it was given. */
  readonly input: string
  readonly signal: AbortSignal
  /** The run as its events tell it now. */
  run(): ExistingRun
  readBody(body: string): string | null
  /** Join of the labels of everything it has read so far. */
  label(): Label
  /** A read: proposed, dispatched and done without a person. */
  tool(name: string, input: string, perform: () => Promise<Result<Pick<ToolResult, 'text' | 'label'>>>): Promise<Result<FinishedStep>>
  model(call: ModelCall, perform: () => Promise<Result<ModelOutput>>): Promise<Result<FinishedModelStep>>
  /** Records that a call is chosen. Durable on its own: a pause may fall between the choice of a tool and its use. */
  propose(call: ToolCall): Promise<Result<string>>
  /**
   * Dispatches a call that has passed its gates, makes it, and records what came of it. Durable before the effect. Without the receipt of
   * this very call nothing is made, and that is recorded.
   */
  perform(stepId: string, receipt: GateReceipt, work: () => Promise<ToolResult>): Promise<Result<ToolResult>>
  /** Sends commands of this execution; `build` may put bodies. None of them dispatches a call. */
  send(build: (put: (text: string) => BodyRef) => readonly AgentCommand[], label?: Label): Result<null>
  recordQuotes(stepId: string, counts: { claims: number; supported: number; quotes: number; verified: number }): Result<null>
}

export interface SessionOptions {
  readonly journal: Journal
  readonly readBody: (body: string) => string | null
  readonly newId: NewId
  readonly quotaLeft: () => QuotaLeft
  readonly runId: string
  readonly epoch: number
  readonly signal: AbortSignal
  readonly input: string
  /** What is asked of the meaning of a read that the plan itself makes; nothing where it is not given. */
  readonly verdictOn?: Checks['verdictOn'] | undefined
  readonly failpoint: Failpoint
}

const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

const noReceipt = fail(
  'gate.no_receipt',
  'A call was to be made that had not passed its gates.',
  'Tell your administrator: a part of Holdfast is at fault.',
)
const allowed: CheckVerdict = { isAllowed: true }

const absent = fail('run.absent', 'There is no such run.', 'List the runs to see what there is.')

/** The crossing is over when its request begins: between the two nothing can be lost. */
const passCrossing = (
  { stepId, output }: NonNullable<ModelCall['crossing']>,
  epoch: number,
  put: (text: string) => BodyRef,
): readonly RunCommand[] => [
  { type: 'tool.dispatch', stepId, epoch },
  { type: 'tool.succeed', stepId, epoch, output: put(output), bytesWritten: 0 },
]

const failureOf = (code: string, step: { readonly stepId: string; readonly epoch: number }): AgentCommand =>
  code === 'crossing.label_above_task' ? { type: 'model.withhold', ...step } : { type: 'model.fail', ...step, code }

export function createSession(options: SessionOptions): Session {
  const { journal, readBody, newId, quotaLeft, runId, epoch, signal, input, failpoint } = options
  const used = new Set<string>()

  const order = (build: (put: (text: string) => BodyRef) => readonly RunCommand[], label?: Label): Result<null> => {
    const sent = journal.send(runId, build, runtime, label)
    return sent.ok ? ok(null) : sent
  }
  const send: Session['send'] = (build, label) =>
    order((put) => {
      const commands = build(put)
      // The types forbid it; code that goes around them is stopped all the same.
      if (commands.some(({ type }) => (type as string) === 'tool.dispatch')) throw new Error('a call is dispatched with its receipt only')
      return commands
    }, label)
  const run = (): ExistingRun => {
    const { state } = journal.read(runId)
    if (state.status === 'absent') throw new Error(absent.error.message)
    return state
  }

  /** A step of this kind and input in this phase that this execution has not taken yet. */
  function known(kind: Step['kind'], name: string, stepInput: string, phase: Step['phase']): Step | null {
    for (const step of run().steps) {
      if (step.kind !== kind || step.name !== name || step.phase !== phase || used.has(step.id)) continue
      if (readBody(step.input.body) === stepInput) return step
    }
    return null
  }

  function finished(kind: Step['kind'], name: string, stepInput: string): { readonly step: Step; readonly text: string } | null {
    const step = known(kind, name, stepInput, 'succeeded')
    const text = step?.output == null ? null : readBody(step.output.body)
    if (step === null || text === null) return null
    used.add(step.id)
    return { step, text }
  }

  const propose: Session['propose'] = async ({ tool, effect, risk, input: toolInput, bytesMax, tainted, isGuarded = false }) => {
    const stepId = newId('stp')
    const about = { stepId, epoch, tool, effect, risk, bytesMax, tainted, isGuarded }
    const proposed = send((put) => [{ type: 'tool.propose', ...about, input: put(toolInput) }])
    await nextTurn()
    failpoint('tool.after_propose')
    return proposed.ok ? ok(stepId) : proposed
  }

  const perform: Session['perform'] = async (stepId, receipt, work) => {
    const step = run().steps.find(({ id }) => id === stepId)
    if (step === undefined || !isReceiptFor(receipt, { stepId, epoch, commitment: step.input.commitment })) {
      const code = noReceipt.error.code
      const recorded = send(() => [{ type: 'tool.fail', stepId, epoch, code, isBeforeEffect: true, output: null, bytesWritten: 0 }])
      return recorded.ok ? noReceipt : recorded
    }
    const dispatched = order(() => [{ type: 'tool.dispatch', stepId, epoch }])
    if (!dispatched.ok) return dispatched
    failpoint('tool.before_effect')
    const result = await work()
    failpoint('tool.after_effect')
    used.add(stepId)
    const { text, failureCode: code, isBeforeEffect, bytesWritten, label } = result
    const settled = send((put) => {
      const about = { stepId, epoch, output: put(text), bytesWritten }
      return [code === null ? { type: 'tool.succeed', ...about } : { type: 'tool.fail', ...about, code, isBeforeEffect }]
    }, label ?? undefined)
    return settled.ok ? ok(result) : settled
  }

  return {
    runId,
    epoch,
    input,
    signal,
    run,
    readBody,
    label: () => journal.read(runId).label,
    send,
    propose,
    perform,
    tool: async (name, toolInput, work) => {
      const done = finished('tool', name, toolInput)
      if (done !== null) return ok({ stepId: done.step.id, text: done.text })
      const left = known('tool', name, toolInput, 'proposed')
      const call = { tool: name, effect: 'read', risk: 'read', input: toolInput, bytesMax: 0, tainted: [] } as const
      const proposed = left === null ? await propose(call) : ok(left.id)
      if (!proposed.ok) return proposed
      const step = run().steps.find(({ id }) => id === proposed.value)
      if (step === undefined) return absent
      const outcome = await passGates(
        { stepId: step.id, epoch, commitment: step.input.commitment },
        {
          form: () => (name === '' || readBody(step.input.body) !== toolInput ? 'tool.bad_arguments' : null),
          rules: () => (step.effect === 'read' && step.risk === 'read' ? null : 'tool.not_allowed'),
          meaning: async () =>
            (await options.verdictOn?.({ runId, step, argumentsText: toolInput, label: journal.read(runId).label })) ?? allowed,
          person: () => 'not_needed',
        },
      )
      if (outcome.kind !== 'passed') {
        const code = outcome.kind === 'denied' ? outcome.verdict.code : outcome.kind === 'refused' ? outcome.code : 'gate.person_needed'
        const told = send(() => [{ type: 'tool.fail', stepId: step.id, epoch, code, isBeforeEffect: true, output: null, bytesWritten: 0 }])
        return told.ok ? fail(code, 'The call may not be made now.', 'Look at the events of the run.') : told
      }
      let failed: Result<never> | null = null
      const performed = await perform(proposed.value, outcome.receipt, async () => {
        const result = await work()
        const rest = { isBeforeEffect: false, bytesWritten: 0 } as const
        if (result.ok) return { ...result.value, failureCode: null, ...rest }
        failed = result
        return { text: '', failureCode: result.error.code, ...rest, label: null }
      })
      if (!performed.ok) return performed
      return failed ?? ok({ stepId: proposed.value, text: performed.value.text })
    },
    model: async (call, work) => {
      // What left this machine is found again by what was asked, not by its bytes.
      const done = call.crossing === undefined ? finished('model', call.tier, call.prompt) : null
      if (done !== null && done.step.served !== null) return ok({ stepId: done.step.id, text: done.text, ...done.step.served })
      const stepId = newId('stp')
      const step = { stepId, epoch } as const
      const { tier, modelId, modelDigest, seed, context, tokensMax, route = null, crossing } = call
      const requested = order((put) => {
        const prompt = crossing?.payload ?? put(call.prompt)
        const asked = { tier, modelId, modelDigest, input: prompt, seed, tokensMax, left: quotaLeft() }
        return [
          ...(crossing === undefined ? [] : passCrossing(crossing, epoch, put)),
          ...(route === null ? [] : [{ type: 'route.record', ...step, decision: route } as const]),
          { type: 'context.record', ...step, prompt, ...context },
          {
            ...{ type: 'model.request', ...step, ...asked, costMicrosMax: crossing?.costMicrosMax ?? 0 },
            ...(crossing === undefined ? {} : { crossing: { stepId: crossing.stepId, endpointId: crossing.endpointId } }),
          },
        ]
      }, call.label)
      if (!requested.ok) return requested
      failpoint('model.before_call')
      const result = await work()
      failpoint('model.after_call')
      used.add(stepId)
      const settled = result.ok
        ? send((put) => {
            const { stop, device, usage, costMicros = 0 } = result.value
            return [{ type: 'model.answer', ...step, output: put(result.value.text), stop, device, usage, costMicros }]
          })
        : send(() => [failureOf(result.error.code, step)])
      if (!settled.ok) return settled
      if (!result.ok) return result
      const { text, stop, device, usage } = result.value
      return ok({ stepId, text, stop, device, usage })
    },
    recordQuotes: (stepId, counts) => send(() => [{ type: 'quotes.record', epoch, stepId, ...counts }]),
  }
}
