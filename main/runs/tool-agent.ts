/**
 * The loop of an agent that uses tools: gather, draft, deliver. It keeps no state of its own: what comes next follows from the steps
 * that are on record, so that it goes on where it stopped, whoever executes it and whenever.
 */
import * as z from 'zod'
import { buildContext } from '../context/build.ts'
import { resumeParts } from '../context/resume.ts'
import { type AgentDefinition, AgentInput, fill } from '../domain/agent.ts'
import type { ContextBundle } from '../domain/context-bundle.ts'
import { windowRules } from '../domain/context-window.ts'
import { joinAll, type Label, marking } from '../domain/label.ts'
import { isOutside } from '../domain/policy.ts'
import { trustedValues } from '../domain/provenance.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RouteDecision } from '../domain/route.ts'
import { spiralOf } from '../domain/run/spiral.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { isOpenPhase } from '../domain/run/step-phases.ts'
import { countAsked, taskFeatures } from '../domain/task-features.ts'
import { type Artifact, crossingTool } from '../domain/tool.ts'
import { toJsonSchema } from '../tools/model-schema.ts'
import type { ChatRequest } from '../world.ts'
import { answeredHere, hasFailedHere, wasStopped } from './attempts.ts'
import { atBestTier } from './best-tier.ts'
import { composeReport } from './compose-report.ts'
import { contextRecord, withinWindow } from './context-record.ts'
import { crossingsIn, openCrossing } from './crossing-steps.ts'
import { checkDraft, createDrafter, type DraftParts, draftLimits, type FoundPassage, toOutput } from './draft.ts'
import type { Agent, AgentResult } from './loop.ts'
import type { Session } from './session.ts'
import { artifactsOf, describeThread, evidenceOf, type Thread } from './thread.ts'
import { advance, checkCall, type ProposedCall, replyOf, type ToolParts, waits } from './tool-step.ts'

const limits = { choiceTokensMax: 400, passagesMax: 12 } as const

export interface ToolAgentOptions extends DraftParts, ToolParts {
  readonly definition: AgentDefinition
  readonly instructions: string
  readonly draftInstructions: string
  /** Passages by id, in that order; what is gone, or may not be seen, is left out. */
  readonly readPassages: (ids: readonly string[]) => Promise<Result<readonly FoundPassage[]>>
  /** What something that was read is labelled now; null where it is gone, or has no label of its own. */
  readonly labelOfHeld: (artifact: Artifact) => Label | null
  /** What earlier attempts of the same task handed on, newest first, as far as this run may read it. */
  readonly carried: (runId: string) => readonly CarriedBundle[]
  readonly clock: () => number
}

export interface CarriedBundle {
  readonly bundle: ContextBundle
  readonly label: Label
}

/** A choice of the next call is about no passages. */
const nothingCounted = { terms: 0, unknownTerms: 0, passages: 0, documents: 0, collections: 0 } as const

/** Chosen instead of a tool: there is enough, or nothing more to be found. */
const draftChoice = 'draft_report'
const Choice = z.strictObject({ tool: z.string(), arguments: z.unknown().optional() })

/** A choice that a model of this machine makes. */
interface Here {
  readonly thread: Thread
  readonly earlier: readonly CarriedBundle[]
  /** Of everything that is said in it. */
  readonly label: Label
  readonly modelId: string
  readonly route: RouteDecision | null
}

export function createToolAgent(options: ToolAgentOptions): Agent {
  const { definition, inference, live, clock, allowance, redact, goUp, labelOf } = options
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

  const risks = definition.tools.flatMap((name) => options.findTool(name)?.risk ?? [])
  const countsOf = (run: ExistingRun) => ({ steps: run.steps.length, risks })
  const asked = (input: AgentInput) => ({
    instructions: `${options.instructions.trim()}\n\nCalls:\n${offers.join('\n')}`,
    question: `${input.title}\nWhat is the next call?`,
  })

  /** Asks a model for the next call; `nobody` when there is none that answers. */
  async function choose(
    session: Session,
    run: ExistingRun,
    input: AgentInput,
    modelId: string | null,
  ): Promise<Result<'chosen' | 'nobody'>> {
    live.stage(session.runId, 'reading')
    const thread = describeThread(session, run)
    // What has been raised since it was read is as high in what is said of it.
    const now = artifactsOf(session, run).flatMap((artifact) => options.labelOfHeld(artifact) ?? [])
    const earlier = options.carried(session.runId)
    const label = joinAll([session.label(), ...now, ...earlier.map((one) => one.label)])
    const best = await atBestTier(
      goUp,
      session,
      {
        purpose: 'choice',
        ...{ ...asked(input), questionLabel: label, schemaFor: () => choiceSchema, seed: draftLimits.seed, requested: input.tier },
        pieces: thread.parts.map((part) => ({ source: part.title ?? part.kind, text: part.text, label, part })),
        ...{ allowance: allowance(), redact, tokensMax: limits.choiceTokensMax },
        features: async () => taskFeatures({ ...countAsked(input.title), ...countsOf(run), ...nothingCounted }),
        edge: modelId === null ? null : { modelId },
        isMade: false,
      },
      modelId === null ? null : (route) => chooseHere(session, input, { thread, earlier, label, modelId, route }),
    )
    return best.ok ? ok(best.value.kind === 'nobody' ? 'nobody' : 'chosen') : best
  }

  async function chooseHere(session: Session, input: AgentInput, { thread, earlier, label, modelId, route }: Here): Promise<Result<null>> {
    const { instructions, question } = asked(input)
    const allowed = allowance()
    const built = await buildContext({
      parts: [
        { kind: 'system', source: 'instructions', why: 'agent', text: instructions },
        ...thread.parts,
        { kind: 'question', source: 'question', why: 'asked', text: question },
      ],
      ...{ leftOut: thread.leftOut, allowance: allowed, aimShare: windowRules.mainShareMax, redact },
      ...(earlier.length === 0
        ? {}
        : {
            resume: (tokens: number) =>
              resumeParts(
                earlier.map(({ bundle }) => bundle),
                tokens,
              ),
          }),
      countTokens: (messages, pieces) => inference.countTokens(modelId, messages, pieces),
    })
    if (!built.ok) return built
    const { messages, promptTokens } = built.value
    const chat: ChatRequest = {
      ...{ modelId, messages, schema: choiceSchema, tokensMax: limits.choiceTokensMax, seed: draftLimits.seed, temperature: 0 },
      ...{ owner: marking(label), onText: () => undefined, onPrompt: withinWindow(allowed), signal: session.signal },
    }
    const step = await session.model(
      {
        ...{ tier: 'edge', modelId, modelDigest: options.digestOf(modelId), seed: draftLimits.seed, prompt: JSON.stringify(messages) },
        context: contextRecord(built.value, []),
        tokensMax: promptTokens + chat.tokensMax,
        ...{ label, route },
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
    const about = { tool: tool.name, effect: tool.effect, risk: tool.risk, isGuarded: options.isGuarded(tool.risk) }
    const proposed = await session.propose({ ...about, input: text, bytesMax, tainted })
    return proposed.ok ? ok(null) : proposed
  }

  /** Drafts from everything that was found, with what a person said about earlier drafts, and proposes to deliver it. */
  async function deliver(
    session: Session,
    run: ExistingRun,
    input: AgentInput,
    modelId: string | null,
    isMade = false,
  ): Promise<Result<AgentResult | null>> {
    const found = await options.readPassages(evidenceOf(session, run).slice(0, limits.passagesMax))
    if (!found.ok) return found
    const said = run.steps.flatMap(({ feedback, name }) => (feedback === null || name === crossingTool ? [] : [feedback]))
    const wishes = said.flatMap(({ body }) => session.readBody(body) ?? [])
    const about = input.fields[definition.draftFrom] ?? input.title
    const question = [about, ...wishes.map((wish) => `A person said about the last draft: ${wish}`)].join('\n')
    // Without a model, words about a draft would only be searched for in the documents.
    const wanted = modelId === null ? about : question
    const drafted = await draft(session, {
      ...{ question: wanted, passages: found.value, modelId, top: limits.passagesMax },
      ...{ instructions: options.draftInstructions, tier: input.tier, isMade, counts: countsOf(run) },
      questionLabel: joinAll([run.input, ...said].map(({ body }) => labelOf(body) ?? session.label())),
    })
    if (!drafted.ok) return drafted
    live.stage(session.runId, 'checking')
    const { composed, counts } = checkDraft(drafted.value)
    const recorded = session.recordQuotes(drafted.value.step.stepId, counts)
    if (!recorded.ok) return recorded
    const label = session.label()
    if (counts.supported === 0) return ok({ text: JSON.stringify({ file: null, reason: 'not_in_documents', ...counts }), label })
    const { tier, step, fellBack } = drafted.value
    const report = { title: input.title, composed, label, tier, device: step.device, ...(fellBack === undefined ? {} : { fellBack }) }
    const text = composeReport(report)
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
    // What would leave belongs to the model call that it is for.
    const open = run.steps.find(({ phase, name }) => isOpenPhase(phase) && name !== crossingTool)
    if (open !== undefined) return advance(options, session, open)
    // What was stopped is as if it had never begun: what led to it leads to it again.
    const last = run.steps.findLast((step) => !wasStopped(step) && step.name !== crossingTool) ?? null
    // What another run delivered lies in the folder of that run.
    const isDelivery = last !== null && last.kind === 'tool' && last.name === definition.deliver.tool && last.copiedFrom === null
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
    const isChosen = last !== null && last.kind === 'model' && last.phase === 'succeeded' && last.refusal === null
    if (last !== null && isChosen) {
      const chosen = readChoice(session, last)
      // A draft whose proposal was not reached: composing it again costs nothing, its model call stands.
      if (chosen === null) return deliver(session, run, input, last.name === 'reflex' ? null : modelId, last === answeredHere(run))
      if (chosen === 'malformed') return refuseMalformed(session, last)
      if (chosen.tool === draftChoice) return deliver(session, run, input, modelId)
      return propose(session, input, { tool: chosen.tool, arguments: chosen.arguments ?? {} }, last)
    }
    const taken = run.steps.filter(({ name }) => name !== crossingTool).length
    const playbook = () => {
      const done = run.steps.filter(({ kind, name }) => kind === 'tool' && name !== definition.deliver.tool && name !== crossingTool).length
      const planned = definition.playbook[done]
      if (planned === undefined || taken >= definition.stepsMax) return deliver(session, run, input, null)
      live.stage(session.runId, 'searching')
      return propose(session, input, { tool: planned.tool, arguments: fill(planned.arguments, input.fields, null) }, null)
    }
    // Without a model here the playbook gathers as well, unless a person wants another tier.
    const goesUp = waiting !== null || (input.tier !== null && isOutside(input.tier))
    if (modelId === null && !goesUp) return playbook()
    if (waiting === null && taken >= definition.stepsMax) return deliver(session, run, input, modelId)
    const chosen = await choose(session, run, input, modelId)
    if (!chosen.ok) return chosen
    if (chosen.value === 'chosen') return ok(null)
    if (modelId === null) return playbook()
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
