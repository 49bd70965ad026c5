/**
 * Asks an agent what it wants next, from where a recorded run stood. It is the agent itself that runs, in a session like any other; the
 * first thing that it would put on record is judged by the rules of runs, noted, and refused. Nothing is asked, done or kept.
 */

import type { Issuer } from '../domain/actor.ts'
import type { Want } from '../domain/agent-trial.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { noQuota } from '../domain/budget.ts'
import type { Sha256 } from '../domain/digest.ts'
import type { Label } from '../domain/label.ts'
import { fail, ok } from '../domain/result.ts'
import type { RunCommand } from '../domain/run/commands.ts'
import { decide } from '../domain/run/decide.ts'
import { evolve } from '../domain/run/evolve.ts'
import type { ExistingRun, RunState } from '../domain/run/state.ts'
import { crossingTool } from '../domain/tool.ts'
import type { NewId } from '../world.ts'
import type { Journal } from './journal.ts'
import type { Agent } from './loop.ts'
import { createSession, type ModelCall, type Session } from './session.ts'
import { isDraftText } from './tool-agent.ts'

/** Ends what is executed; nothing falls back on a stop of the run itself. */
const probed = fail('run.probed', 'The run is only looked at.', 'Start it to have it done.')

/** Where a recorded run stood. */
export interface Moment {
  readonly runId: string
  readonly state: ExistingRun
  readonly label: Label
  readonly atMs: number
  readonly input: string
}

export interface ProbeParts {
  readonly readBody: (body: string) => string | null
  readonly newId: NewId
  readonly sha256: Sha256
}

/** What was noted, with the sizes of what a model would be shown. */
export interface Noted {
  readonly want: Want
  readonly sizes: { readonly promptTokens: number; readonly contextTokens: number; readonly leftOut: number } | null
}

/** Whatever a definition says, the model's last draft is taken as it stands: the words that led to it were judged where it was asked for. */
function draftOf({ state }: Moment, readBody: ProbeParts['readBody'], isAnswer: boolean) {
  const last = state.steps.findLast(({ name }) => name !== crossingTool)
  if (last?.kind !== 'model' || last.phase !== 'succeeded' || last.refusal !== null || last.served === null || last.output === null)
    return null
  const text = readBody(last.output.body)
  return text === null || !(isAnswer || isDraftText(text)) ? null : { tier: last.name, done: { stepId: last.id, text, ...last.served } }
}

function noteOf(commands: readonly RunCommand[], textOf: (reference: BodyRef) => string, toolOf: (stepId: string) => string): Noted {
  const asked = commands.find((one) => one.type === 'model.request')
  const built = commands.find((one) => one.type === 'context.record')
  if (asked?.type === 'model.request') {
    const sizes =
      built?.type === 'context.record' && asked.tier !== 'reflex'
        ? { promptTokens: built.promptTokens, contextTokens: built.contextTokens, leftOut: built.parts?.leftOut.length ?? 0 }
        : null
    return { want: { kind: 'model', tier: asked.tier, prompt: textOf(asked.input), rule: null }, sizes }
  }
  const [first] = commands
  const want = ((): Want => {
    switch (first?.type) {
      case 'tool.propose':
        return { kind: 'call', tool: first.tool, input: textOf(first.input), tainted: first.tainted ?? [] }
      case 'tool.dispatch':
        return { kind: 'make', tool: toolOf(first.stepId) }
      case 'tool.request_approval':
      case 'tool.ask':
        return { kind: 'person', tool: toolOf(first.stepId) }
      case 'tool.fail':
        return { kind: 'refuse', tool: toolOf(first.stepId), code: first.code }
      case 'proposal.refuse':
        return { kind: 'refuse', tool: first.tool, code: first.code }
      case 'spiral.report':
        return { kind: 'stop', code: 'run.spiral' }
      default:
        return { kind: 'stop', code: `run.${first?.type ?? 'nothing'}` }
    }
  })()
  return { want, sizes: null }
}

/** `isAnswer`: the agent answers one question, and has no steps to choose. */
export async function probe(agent: Agent, moment: Moment, isAnswer: boolean, parts: ProbeParts): Promise<Noted> {
  const { runId, state, label, atMs, input } = moment
  const { newId, sha256 } = parts
  const texts = new Map<string, string>()
  const readBody = (body: string): string | null => texts.get(body) ?? parts.readBody(body)
  const put = (text: string): BodyRef => {
    const body = newId('bdy')
    texts.set(body, text)
    return { body, commitment: { alg: 'sha256', value: sha256(text) } }
  }
  let noted: Noted | null = null

  /** What the rules of runs say of it, as if it were to be recorded. */
  function judged(commands: readonly RunCommand[], issuer: Issuer): Noted {
    let now: RunState = state
    for (const command of commands) {
      const decided = decide(now, command, issuer, atMs)
      if (!decided.ok) return { want: { kind: 'stop', code: decided.error.code }, sizes: null }
      now = decided.value.reduce(evolve, now)
    }
    const toolOf = (stepId: string): string => state.steps.find(({ id }) => id === stepId)?.name ?? ''
    return noteOf(commands, ({ body }) => texts.get(body) ?? '', toolOf)
  }
  const here = { state, version: 0, label }
  const journal: Journal = {
    read: () => here,
    send: (_id, build, { issuer }) => {
      const commands = build(put)
      // How many quotes were found is told on the way, and ends nothing.
      if (commands.every(({ type }) => type === 'quotes.record')) return ok(here)
      noted ??= judged(commands, issuer)
      return probed
    },
  }
  const { signal } = new AbortController()
  const session = createSession({
    ...{ journal, readBody, newId, runId, epoch: state.epoch, signal, input },
    ...{ quotaLeft: () => noQuota, failpoint: () => undefined },
  })
  const draft = draftOf(moment, readBody, isAnswer)
  const looked: Session = {
    ...session,
    model: async (call: ModelCall, work) => (draft !== null && draft.tier === call.tier ? ok(draft.done) : session.model(call, work)),
  }
  const ended = await agent(looked)
  // Assigned in a closure, which the compiler does not follow.
  const found = noted as Noted | null
  if (found !== null) return found
  return { want: ended.ok ? { kind: 'end', text: ended.value.text } : { kind: 'stop', code: ended.error.code }, sizes: null }
}
