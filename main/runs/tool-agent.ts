/**
 * The loop of an agent that uses tools: gather, draft, deliver. It keeps no state of its own: what comes next follows from the steps
 * that are on record, so that it goes on where it stopped, whoever executes it and whenever.
 */
import * as z from 'zod'
import { buildContext } from '../context/build.ts'
import { type AgentDefinition, AgentInput, fill } from '../domain/agent.ts'
import { trustedValues } from '../domain/provenance.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { spiralOf } from '../domain/run/spiral.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { isOpenPhase } from '../domain/run/step-phases.ts'
import { toJsonSchema } from '../tools/model-schema.ts'
import type { ChatRequest } from '../world.ts'
import { composeReport } from './compose-report.ts'
import { checkDraft, createDrafter, type DraftParts, draftLimits, type FoundPassage, isStop, toOutput } from './draft.ts'
import type { Agent, AgentResult } from './loop.ts'
import type { Session } from './session.ts'
import { describeThread, evidenceOf } from './thread.ts'
import { advance, checkCall, type ProposedCall, replyOf, type ToolParts, waits } from './tool-step.ts'

const limits = { choiceTokensMax: 400, passagesMax: 12 } as const

export interface ToolAgentOptions extends DraftParts, ToolParts {
  readonly definition: AgentDefinition
  readonly instructions: string
  readonly draftInstructions: string
  /** Passages by id, in that order; what is gone, or may not be seen, is left out. */
  readonly readPassages: (ids: readonly string[]) => Promise<Result<readonly FoundPassage[]>>
  readonly clock: () => number
}

/** Chosen instead of a tool: there is enough, or nothing more to be found. */
const draftChoice = 'draft_report'
const Choice = z.strictObject({ tool: z.string(), arguments: z.unknown().optional() })

export function createToolAgent(options: ToolAgentOptions): Agent {
  const { definition, inference, live, clock, contextShare } = options
  const draft = createDrafter(options)

  const offered = definition.offers.flatMap((name) => options.findTool(name) ?? [])
  /** One call of an offered tool, or the decision to draft. */
  const choiceSchema = {
    anyOf: [
      ...offered.map((tool) => ({
        type: 'object',
        properties: { tool: { const: tool.name }, arguments: toJsonSchema(tool) },
        required: ['tool', 'arguments'],
        additionalProperties: false,
      })),
      { type: 'object', properties: { tool: { const: draftChoice } }, required: ['tool'], additionalProperties: false },
    ],
  }
  const offers = [...offered.map(({ name, summary }) => `${name}: ${summary}`), `${draftChoice}: Write the report from what was found`]

  /** Asks the model for the next call. */
  async function choose(session: Session, run: ExistingRun, input: AgentInput, modelId: string): Promise<Result<null>> {
    live.stage(session.runId, 'reading')
    const built = await buildContext({
      instructions: `${options.instructions.trim()}\n\nCalls:\n${offers.join('\n')}`,
      question: `${input.title}\nWhat is the next call?`,
      evidence: describeThread(session, run),
      countTokens: (messages) => inference.countTokens(modelId, messages),
      shareMax: contextShare(),
    })
    if (!built.ok) return built
    const { messages, promptTokens, limitTokens, contextTokens } = built.value
    const chat: ChatRequest = {
      ...{ modelId, messages, schema: choiceSchema, tokensMax: limits.choiceTokensMax, seed: draftLimits.seed, temperature: 0 },
      ...{ onText: () => undefined, signal: session.signal },
    }
    const step = await session.model(
      {
        ...{ tier: 'edge', modelId, modelDigest: options.digestOf(modelId), seed: draftLimits.seed, prompt: JSON.stringify(messages) },
        context: { passages: [], promptTokens, limitTokens, contextTokens },
        tokensMax: promptTokens + chat.tokensMax,
        label: session.label(),
      },
      async () => toOutput(await inference.chat(chat)),
    )
    return step.ok ? ok(null) : step
  }

  async function propose(session: Session, input: AgentInput, call: ProposedCall, by: Step | null): Promise<Result<null>> {
    const source = { isPlanned: by === null, trusted: trustedValues(definition, input.fields) }
    const checked = checkCall(options, definition, call, source)
    if ('code' in checked) {
      // Without a model the call comes from the agent's own definition, and trying again would change nothing.
      if (by === null) return fail(checked.code, `The call ${call.tool} may not be made.`, 'Look at the events of the run.')
      return session.send(() => [{ type: 'proposal.refuse', epoch: session.epoch, stepId: by.id, ...checked }])
    }
    const { tool, input: text, bytesMax, tainted } = checked
    const proposed = await session.propose({ tool: tool.name, effect: tool.effect, risk: tool.risk, input: text, bytesMax, tainted })
    return proposed.ok ? ok(null) : proposed
  }

  /** Drafts from everything that was found, with what a person said about earlier drafts, and proposes to deliver it. */
  async function deliver(
    session: Session,
    run: ExistingRun,
    input: AgentInput,
    modelId: string | null,
  ): Promise<Result<AgentResult | null>> {
    const found = await options.readPassages(evidenceOf(session, run).slice(0, limits.passagesMax))
    if (!found.ok) return found
    const wishes = run.steps.flatMap(({ feedback }) => (feedback === null ? [] : (session.readBody(feedback.body) ?? [])))
    const about = input.fields[definition.draftFrom] ?? input.title
    const question = [about, ...wishes.map((wish) => `A person said about the last draft: ${wish}`)].join('\n')
    // Without a model, words about a draft would only be searched for in the documents.
    const asked = modelId === null ? about : question
    const drafted = await draft(session, {
      ...{ question: asked, passages: found.value, modelId, top: limits.passagesMax },
      instructions: options.draftInstructions,
    })
    if (!drafted.ok) return drafted
    live.stage(session.runId, 'checking')
    const { composed, counts } = checkDraft(drafted.value)
    const recorded = session.recordQuotes(drafted.value.step.stepId, counts)
    if (!recorded.ok) return recorded
    const label = session.label()
    if (counts.supported === 0) return ok({ text: JSON.stringify({ file: null, reason: 'not_in_documents', ...counts }), label })
    const text = composeReport({ title: input.title, composed, label, tier: drafted.value.tier, device: drafted.value.step.device })
    const { tool, arguments: template } = definition.deliver
    const proposed = await propose(session, input, { tool, arguments: fill(template, input.fields, text) }, null)
    return proposed.ok ? ok(null) : proposed
  }

  const finish = (session: Session, step: Step, isDelivered: boolean): Result<AgentResult> => {
    const file = replyOf(session, step)?.artifacts.find(({ kind }) => kind === 'file')
    const name = file?.kind === 'file' ? file.name : null
    const reason = isDelivered ? 'delivered' : step.phase
    return ok({ text: JSON.stringify({ file: name, reason }), label: session.label() })
  }

  /** What follows from the last step on record: a result ends the run, null goes on. */
  async function next(session: Session, input: AgentInput, model: { isBroken: boolean }): Promise<Result<AgentResult | null>> {
    const run = session.run()
    const spiral = spiralOf(run, ({ input: { body } }) => session.readBody(body) ?? body, clock())
    if (spiral !== null) {
      const reported = session.send(() => [{ type: 'spiral.report', epoch: session.epoch, cause: spiral, holdId: options.newId('hld') }])
      return reported.ok ? waits : reported
    }
    const open = run.steps.find(({ phase }) => isOpenPhase(phase))
    if (open !== undefined) return advance(options, session, open)
    // What was stopped is as if it had never begun: what led to it leads to it again.
    const last = run.steps.findLast((step) => !wasStopped(step)) ?? null
    // What another run delivered lies in the folder of that run.
    const isDelivery = last !== null && last.kind === 'tool' && last.name === definition.deliver.tool && last.copiedFrom === null
    if (last !== null && isDelivery && last.phase === 'succeeded') return finish(session, last, true)
    // A model that broke is not asked again in this run: the playbook goes on.
    const hasFailed = model.isBroken || run.steps.some(hasGivenUp)
    const modelId = hasFailed ? null : input.modelId
    // Without a model there is nobody who could draft it otherwise.
    if (last !== null && isDelivery && last.phase === 'revised' && modelId !== null) return deliver(session, run, input, modelId)
    if (last !== null && isDelivery && ['rejected', 'revised', 'expired'].includes(last.phase)) return finish(session, last, false)
    const isChosen = last !== null && last.kind === 'model' && last.phase === 'succeeded' && last.refusal === null
    if (last !== null && isChosen) {
      const chosen = readChoice(session, last)
      // A draft whose proposal was not reached: composing it again costs nothing, its model call stands.
      if (chosen === null) return deliver(session, run, input, last.name === 'reflex' ? null : modelId)
      if (chosen === 'malformed') return refuseMalformed(session, last)
      if (chosen.tool === draftChoice) return deliver(session, run, input, modelId)
      return propose(session, input, { tool: chosen.tool, arguments: chosen.arguments ?? {} }, last)
    }
    if (modelId === null) {
      const done = run.steps.filter(({ kind, name }) => kind === 'tool' && name !== definition.deliver.tool).length
      const planned = definition.playbook[done]
      if (planned === undefined || run.steps.length >= definition.stepsMax) return deliver(session, run, input, null)
      live.stage(session.runId, 'searching')
      return propose(session, input, { tool: planned.tool, arguments: fill(planned.arguments, input.fields, null) }, null)
    }
    if (run.steps.length >= definition.stepsMax) return deliver(session, run, input, modelId)
    const asked = await choose(session, run, input, modelId)
    if (asked.ok || isStop(asked.error.code) || session.signal.aborted) return asked
    model.isBroken = true
    return ok(null)
  }

  const refuseMalformed = (session: Session, { id: stepId }: Step): Result<null> =>
    session.send(() => [{ type: 'proposal.refuse', epoch: session.epoch, stepId, tool: null, code: 'tool.malformed' }])

  return async (session) => {
    const input = AgentInput.parse(JSON.parse(session.input))
    // Bounded by the run's own budget of calls; a step that changes nothing ends it.
    const model = { isBroken: false }
    for (;;) {
      if (session.signal.aborted) return fail('run.stopped', 'The run was stopped.', 'Start it again when you want it.')
      const stepped = await next(session, input, model)
      if (!stepped.ok) return stepped
      if (stepped.value !== null) return ok(stepped.value)
    }
  }
}

/** A model call that ended with its core, or with the work of its run; the model is asked again. */
const wasStopped = ({ kind, phase, failureCode }: Step): boolean =>
  kind === 'model' && phase === 'failed' && (failureCode === 'run.executor_lost' || failureCode === 'child.cancelled')

const hasGivenUp = (step: Step): boolean => step.kind === 'model' && step.phase === 'failed' && !wasStopped(step)

/** What a model chose; null when it was no choice but a draft. Untrusted: anything else is malformed. */
function readChoice(session: Session, step: Step): z.infer<typeof Choice> | 'malformed' | null {
  const text = step.output === null ? null : session.readBody(step.output.body)
  try {
    const json: unknown = JSON.parse(text ?? '')
    if (typeof json === 'object' && json !== null && 'claims' in json) return null
    const parsed = Choice.safeParse(json)
    return parsed.success ? parsed.data : 'malformed'
  } catch {
    return 'malformed'
  }
}
