/**
 * The loop of an agent that uses tools: gather, draft, deliver. It keeps no state of its own: what comes next follows from the steps
 * that are on record, so that it goes on where it stopped, whoever executes it and whenever.
 */
import * as z from 'zod'
import { type AgentDefinition, AgentInput, callsFor, type FixedCall, fill, type PromptUse } from '../domain/agent.ts'
import { readJson } from '../domain/canonical-json.ts'
import type { PlannableAgent } from '../domain/mission/check-plan.ts'
import { givable, runDepths } from '../domain/mission/delegated-task.ts'
import { plannable } from '../domain/mission/plan-draft.ts'
import { isOutside } from '../domain/policy.ts'
import { type TrustedValues, trustedValues } from '../domain/provenance.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { spiralOf } from '../domain/run/spiral.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { isOpenPhase } from '../domain/run/step-phases.ts'
import { crossingTool, delegateTool } from '../domain/tool.ts'
import { canonicalArguments } from '../tools/arguments.ts'
import type { Delegation } from '../tools/delegation.ts'
import { toJsonSchema } from '../tools/model-schema.ts'
import type { AnyTool } from '../tools/tool.ts'
import { createOutput, type OutputParts } from './agent-outputs.ts'
import { answeredHere, hasFailedHere, wasStopped } from './attempts.ts'
import { askAboutThread } from './choose-call.ts'
import { crossingsIn, openCrossing } from './crossing-steps.ts'
import { createHandOn, isHandingOn } from './hand-on.ts'
import type { Agent, AgentResult } from './loop.ts'
import type { Session } from './session.ts'
import { advance, type CheckedCall, checkCall, type ProposedCall, type Refusal, replyOf, type ToolParts, waits } from './tool-step.ts'

const limits = { choiceTokensMax: 400 } as const

export interface ToolAgentOptions extends Omit<OutputParts, 'risks'>, ToolParts {
  readonly definition: AgentDefinition
  /** What a run may ask of its mission. */
  readonly delegationOf: (runId: string) => Delegation
  /** The text of one of its prompts, as this run uses it; null when it has none. Fails when it has been purged. */
  readonly promptOf: (run: ExistingRun, use: PromptUse) => Result<string | null>
  readonly clock: () => number
}

/** Chosen instead of a tool: there is enough, or nothing more to be found. */
const draftChoice = 'draft_report'
export const Choice = z.strictObject({ tool: z.string(), arguments: z.unknown().optional() })

/** What stands in an answer that is a draft, by what it drafts. */
const draftKeys = ['claims', 'rows', 'shards'] as const

type Named = ReadonlyArray<{ readonly name: string; readonly summary: string }>
const lines = (named: Named): readonly string[] => named.map(({ name, summary }) => `${name}: ${summary}`)

/** The instructions of a choice: the prompt, what may be called, and who may be given a task by one of the calls. */
export const choiceInstructions = (prompt: string, offers: Named, agents: Named): string => {
  const calls = [...lines(offers), `${draftChoice}: Write the report from what was found`]
  const isAsking = offers.some(({ name }) => name === delegateTool)
  return [prompt.trim(), ['Calls:', ...calls].join('\n'), ...(isAsking ? [['Agents:', ...lines(agents)].join('\n')] : [])].join('\n\n')
}
/** The question of a choice. */
export const choiceQuestion = (title: string): string => `${title}\nWhat is the next call?`

/** The grammar of a choice: one call of an offered tool, or the decision to draft. */
export const choiceSchemaOf = (offered: readonly AnyTool[], agents: readonly PlannableAgent[]) => ({
  anyOf: [
    ...offered.map((tool) => ({
      type: 'object',
      properties: { tool: { const: tool.name }, arguments: toJsonSchema(tool, agents) },
      required: ['tool', 'arguments'],
      additionalProperties: false,
    })),
    { type: 'object', properties: { tool: { const: draftChoice } }, required: ['tool'], additionalProperties: false },
  ],
})

export function createToolAgent(options: ToolAgentOptions): Agent {
  const { definition, live, clock } = options
  const risks = definition.tools.flatMap((name) => options.findTool(name)?.risk ?? [])
  const { make, beyond } = createOutput({ ...options, risks })
  const handOn = createHandOn({ ...options, beyond })

  const offered = definition.offers.flatMap((name) => options.findTool(name) ?? [])
  const isDelivering = ({ name, kind }: Step): boolean => kind === 'tool' && name === definition.deliver?.tool

  /** Asks a model for the next call; `nobody` when there is none that answers. */
  async function choose(
    session: Session,
    run: ExistingRun,
    input: AgentInput,
    modelId: string | null,
  ): Promise<Result<'chosen' | 'nobody'>> {
    live.stage(session.runId, 'reading')
    const prompt = options.promptOf(run, 'gather')
    if (!prompt.ok) return prompt
    // What is above this run's label is not told to who works under it.
    const agents = givable(plannable(options.agents(session.label())))
    const mayAsk = agents.length > 0 && options.delegationOf(session.runId).isOpen()
    const calls = offered.filter(({ name }) => mayAsk || name !== delegateTool)
    const instructions = choiceInstructions(prompt.value ?? '', calls, agents)
    const best = await askAboutThread(
      { ...options, risks },
      session,
      { run, input, modelId },
      {
        ...{ purpose: 'choice', instructions, question: choiceQuestion(input.title) },
        ...{ schema: choiceSchemaOf(calls, agents), tokensMax: limits.choiceTokensMax },
      },
    )
    return best.ok ? ok(best.value.kind === 'nobody' ? 'nobody' : 'chosen') : best
  }

  /** What a model wrote into a task is no trusted value for whoever works on it. */
  const trustedIn = ({ depth }: ExistingRun, { fields }: AgentInput): TrustedValues =>
    trustedValues(definition, depth >= runDepths.delegated ? {} : fields)

  const check = (session: Session, input: AgentInput, call: ProposedCall, isPlanned: boolean): CheckedCall | Refusal =>
    checkCall(options, definition, call, { isPlanned, trusted: trustedIn(session.run(), input) })

  async function record(session: Session, { tool, input: text, bytesMax, tainted }: CheckedCall): Promise<Result<null>> {
    const about = { tool: tool.name, effect: tool.effect, risk: tool.risk, isGuarded: options.isGuarded(tool.risk) }
    const proposed = await session.propose({ ...about, input: text, bytesMax, tainted })
    return proposed.ok ? ok(null) : proposed
  }

  async function propose(session: Session, input: AgentInput, call: ProposedCall, by: Step | null): Promise<Result<null>> {
    const checked = check(session, input, call, by === null)
    if (!('code' in checked)) return record(session, checked)
    // Without a model the call comes from the agent's own definition, and trying again would change nothing.
    if (by === null) return fail(checked.code, `The call ${call.tool} may not be made.`, 'Look at the events of the run.')
    return session.send(() => [{ type: 'proposal.refuse', epoch: session.epoch, stepId: by.id, ...checked }])
  }

  /** Drafts from everything that was found, with what a person said about earlier drafts; a file is proposed to be delivered. */
  async function deliver(
    session: Session,
    run: ExistingRun,
    input: AgentInput,
    model: string | null,
    isMade = false,
  ): Promise<Result<AgentResult | null>> {
    const prompt = options.promptOf(run, 'draft')
    if (!prompt.ok) return prompt
    // Without words to lead it, a model does not draft.
    const modelId = prompt.value === null ? null : model
    const made = await make({ session, run, input, modelId, instructions: prompt.value ?? '', isMade })
    if (!made.ok) return made
    const { kind, text } = made.value
    if (kind === 'result' || definition.deliver === undefined) return ok({ text, label: session.label() })
    const { tool, arguments: template } = definition.deliver
    const proposed = await propose(session, input, { tool, arguments: fill(template, input.fields, text) }, null)
    return proposed.ok ? ok(null) : proposed
  }

  /** Drafts anew; before that, what the model has no room for is handed on. */
  async function draft(session: Session, run: ExistingRun, input: AgentInput, modelId: string | null): Promise<Result<AgentResult | null>> {
    const call = modelId === null ? ok(null) : await handOn(session, run, input, modelId)
    if (!call.ok) return call
    const checked = call.value === null ? null : check(session, input, call.value, true)
    return checked === null || 'code' in checked ? deliver(session, run, input, modelId) : record(session, checked)
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
    // What would leave belongs to the model call that it is for.
    const open = run.steps.find(({ phase, name }) => isOpenPhase(phase) && name !== crossingTool)
    if (open !== undefined) return advance(options, session, open)
    // What was stopped is as if it had never begun: what led to it leads to it again.
    const last = run.steps.findLast((step) => !wasStopped(step) && step.name !== crossingTool) ?? null
    // What another run delivered lies in the folder of that run.
    const isDelivery = last !== null && isDelivering(last) && last.copiedFrom === null
    if (last !== null && isDelivery && last.phase === 'succeeded') return finish(session, last, true)
    // A model that broke is not asked again in this run: the playbook goes on.
    const hasFailed = model.isBroken || run.steps.some(hasFailedHere)
    // A model call that was put to a person is taken up where it stopped, whatever failed before it.
    const under = openCrossing(run)
    const waiting = crossingsIn(session, run).find(({ step }) => step.id === under?.id)?.given ?? null
    const wasHere = waiting === null ? !hasFailed : !waiting.causes.includes('no_edge_model')
    const modelId = wasHere ? input.modelId : null
    if (waiting?.purpose === 'draft') return deliver(session, run, input, modelId)
    // Without a model there is nobody who could draft it otherwise.
    if (last !== null && isDelivery && last.phase === 'revised' && modelId !== null) return deliver(session, run, input, modelId)
    if (last !== null && isDelivery && ['rejected', 'revised', 'expired'].includes(last.phase)) return finish(session, last, false)
    // What does not fit is handed on: the draft that it came before follows.
    if (last !== null && isHandingOn(session, last)) return deliver(session, run, input, modelId)
    const isChosen = last !== null && last.kind === 'model' && last.phase === 'succeeded' && last.refusal === null
    if (last !== null && isChosen) {
      const chosen = readChoice(session, last)
      // A draft whose proposal was not reached: composing it again costs nothing, its model call stands.
      if (chosen === null) return deliver(session, run, input, last.name === 'reflex' ? null : modelId, last === answeredHere(run))
      if (chosen === 'malformed') return refuseMalformed(session, last)
      if (chosen.tool === draftChoice) return draft(session, run, input, modelId)
      return propose(session, input, { tool: chosen.tool, arguments: chosen.arguments ?? {} }, last)
    }
    const taken = run.steps.filter(({ name }) => name !== crossingTool).length
    const planCall = ({ tool, arguments: template }: FixedCall) => {
      live.stage(session.runId, 'searching')
      return propose(session, input, { tool, arguments: fill(template, input.fields, null) }, null)
    }
    /** The first of these calls that was not made yet, whatever else a model chose in between. */
    const nextOf = (calls: readonly FixedCall[]) =>
      callsFor(calls, input.fields).find((call) => !wasMade(session, run, call, fill(call.arguments, input.fields, null)))
    // What is needed in any case comes before anything is chosen, with a model and without one.
    const needed = nextOf(definition.prefetch)
    if (needed !== undefined && taken < definition.stepsMax) return planCall(needed)
    const byRule = (draftedBy: string | null = null) => {
      const planned = nextOf(definition.playbook)
      return planned === undefined || taken >= definition.stepsMax ? deliver(session, run, input, draftedBy) : planCall(planned)
    }
    // Without a model here the playbook gathers as well, unless a person wants another tier.
    const goesUp = waiting !== null || (input.tier !== null && isOutside(input.tier))
    if (modelId === null && !goesUp) return byRule()
    // Where nothing is offered there is nothing to choose.
    if (waiting === null && offered.length === 0) return byRule(modelId)
    if (waiting === null && taken >= definition.stepsMax) return draft(session, run, input, modelId)
    const chosen = await choose(session, run, input, modelId)
    if (!chosen.ok) return chosen
    if (chosen.value === 'chosen') return ok(null)
    if (modelId === null) return byRule()
    model.isBroken = true
    return ok(null)
  }

  /** A call is the same by its tool and its exact arguments. */
  function wasMade(session: Session, run: ExistingRun, { tool: name }: FixedCall, given: unknown): boolean {
    const tool = options.findTool(name)
    const text = tool === null ? null : canonicalArguments(tool, given)
    const isSame = (step: Step): boolean =>
      step.kind === 'tool' && step.name === name && session.readBody(step.input.body) === (text?.ok ? text.value : null)
    return run.steps.some(isSame)
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

/** Whether what a model wrote is a draft, and no choice. */
export function isDraftText(text: string): boolean {
  const json = readJson(text)
  return typeof json === 'object' && json !== null && draftKeys.some((key) => key in json)
}

/** What a model chose; null when it was no choice but a draft. Untrusted: anything else is malformed. */
function readChoice(session: Session, step: Step): z.infer<typeof Choice> | 'malformed' | null {
  const text = (step.output === null ? null : session.readBody(step.output.body)) ?? ''
  if (isDraftText(text)) return null
  const parsed = Choice.safeParse(readJson(text))
  return parsed.success ? parsed.data : 'malformed'
}
