/**
 * What an agent holds while it executes one run: its steps, each durable before and after. A step that finished in an earlier
 * attempt of the executor is not repeated; its recorded output is handed back.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Actor } from '../domain/actor.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import type { Digest } from '../domain/digest.ts'
import type { Label } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import type { RunCommand } from '../domain/run/commands.ts'
import type { Effect } from '../domain/run/events.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import type { Tier } from '../domain/tier.ts'
import type { TokenUsage } from '../domain/token-usage.ts'
import type { Clock, NewId } from '../world.ts'
import type { Journal } from './journal.ts'

export interface ContextRecord {
  readonly passages: readonly string[]
  readonly promptTokens: number
  readonly limitTokens: number
  readonly contextTokens: number
}

export interface ModelCall {
  readonly tier: Tier
  readonly modelId: string | null
  readonly modelDigest: Digest | null
  readonly seed: number
  /** The exact prompt, or the question and evidence of a call without a model. */
  readonly prompt: string
  readonly context: ContextRecord
  /** Join of the labels of everything in the prompt. */
  readonly label: Label
}

export interface ModelOutput {
  readonly text: string
  readonly stop: 'end' | 'length'
  readonly device: string
  readonly usage: TokenUsage
}

export interface FinishedStep {
  readonly stepId: string
  readonly text: string
}

export type FinishedModelStep = FinishedStep & Omit<ModelOutput, 'text'>

export interface Session {
  readonly runId: string
  /** The shard's input, as it was given. */
  readonly input: string
  readonly signal: AbortSignal
  tool(name: string, effect: Effect, input: string, perform: () => Promise<Result<string>>): Promise<Result<FinishedStep>>
  model(call: ModelCall, perform: () => Promise<Result<ModelOutput>>): Promise<Result<FinishedModelStep>>
  recordQuotes(stepId: string, counts: { claims: number; supported: number; quotes: number; verified: number }): Result<null>
}

export interface SessionOptions {
  readonly journal: Journal
  readonly readBody: (body: string) => string | null
  readonly newId: NewId
  readonly clock: Clock
  readonly runId: string
  readonly epoch: number
  readonly signal: AbortSignal
  readonly input: string
}

const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

export function createSession(options: SessionOptions): Session {
  const { journal, readBody, newId, clock, runId, epoch, signal, input } = options
  const used = new Set<string>()

  const send = (build: (put: (text: string) => BodyRef) => readonly RunCommand[], label?: Label): Result<null> => {
    const sent = journal.send(runId, build, runtime, label)
    return sent.ok ? ok(null) : sent
  }

  /** A finished step of this kind and input that this execution has not taken yet. */
  function recorded(kind: Step['kind'], name: string, stepInput: string): { readonly step: Step; readonly text: string } | null {
    const { state } = journal.read(runId)
    if (state.status === 'absent') return null
    const run: ExistingRun = state
    for (const step of run.steps) {
      const isSame = step.kind === kind && step.name === name && step.phase === 'succeeded' && !used.has(step.id)
      if (!isSame || step.output === null || readBody(step.input.body) !== stepInput) continue
      const text = readBody(step.output.body)
      if (text === null) continue
      used.add(step.id)
      return { step, text }
    }
    return null
  }

  return {
    runId,
    input,
    signal,
    tool: async (name, effect, toolInput, perform) => {
      const finished = recorded('tool', name, toolInput)
      if (finished !== null) return ok({ stepId: finished.step.id, text: finished.text })
      const stepId = newId('stp')
      const step = { stepId, epoch } as const
      const proposed = send((put) => [{ type: 'tool.propose', ...step, tool: name, effect, input: put(toolInput), atMs: clock() }])
      if (!proposed.ok) return proposed
      await nextTurn()
      // Durable on its own: a pause may fall between the choice of a tool and its use.
      const dispatched = send(() => [{ type: 'tool.dispatch', ...step, atMs: clock() }])
      if (!dispatched.ok) {
        send(() => [{ type: 'tool.fail', ...step, code: 'run.stopped', isBeforeEffect: true, atMs: clock() }])
        return dispatched
      }
      const result = await perform()
      used.add(stepId)
      const settled = result.ok
        ? send((put) => [{ type: 'tool.succeed', ...step, output: put(result.value), atMs: clock() }])
        : send(() => [{ type: 'tool.fail', ...step, code: result.error.code, isBeforeEffect: false, atMs: clock() }])
      if (!settled.ok) return settled
      return result.ok ? ok({ stepId, text: result.value }) : result
    },
    model: async (call, perform) => {
      const finished = recorded('model', call.tier, call.prompt)
      if (finished !== null && finished.step.served !== null)
        return ok({ stepId: finished.step.id, text: finished.text, ...finished.step.served })
      const stepId = newId('stp')
      const step = { stepId, epoch } as const
      const { tier, modelId, modelDigest, seed, context } = call
      const requested = send((put) => {
        const prompt = put(call.prompt)
        return [
          { type: 'context.record', ...step, prompt, ...context },
          { type: 'model.request', ...step, tier, modelId, modelDigest, input: prompt, seed, atMs: clock() },
        ]
      }, call.label)
      if (!requested.ok) return requested
      const result = await perform()
      used.add(stepId)
      const settled = result.ok
        ? send((put) => {
            const { stop, device, usage } = result.value
            return [{ type: 'model.answer', ...step, output: put(result.value.text), stop, device, usage, atMs: clock() }]
          })
        : send(() => [{ type: 'model.fail', ...step, code: result.error.code, atMs: clock() }])
      if (!settled.ok) return settled
      return result.ok ? ok({ stepId, ...result.value }) : result
    },
    recordQuotes: (stepId, counts) => send(() => [{ type: 'quotes.record', epoch, stepId, ...counts }]),
  }
}
