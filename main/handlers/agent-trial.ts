/** What a definition would have made of a recorded run. It begins with what the run was given and with what speaks against the definition. */
import * as z from 'zod'
import type { Handlers } from '../dispatch.ts'
import { AgentDefinition, AgentInput, namedPrompt, type PromptUse } from '../domain/agent.ts'
import { agentOfFile } from '../domain/agent-file.ts'
import type { AgentTrial } from '../domain/agent-trial.ts'
import { summarise } from '../domain/agent-trial.ts'
import { budgetUnder, defaultBudget, mergeBudget } from '../domain/budget.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { prefetchChange } from '../domain/prefetch-change.ts'
import { labelInUse } from '../domain/prompt.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { placesIn } from '../runs/recorded-places.ts'
import type { TrialSide } from '../runs/trial-want.ts'
import { tryAgent } from '../runs/try-agent.ts'
import { sha256 } from '../store/event-log.ts'
import { prepareInput } from './agent-input.ts'
import type { Services } from './services.ts'

const limits = { stepsMax: 200 } as const

const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')
const notEnded = fail('run.not_ended', 'The run is still under way.', 'Wait for its end, or choose one that has ended.')
const tooLong = fail('run.too_long', `The run has more than ${limits.stepsMax} steps.`, 'Choose a shorter one.')
const notSaid = fail('run.no_definition', 'What its agent was is not on record, or has been purged.', 'Choose a run of this version.')
const inputGone = fail('run.input_purged', 'What the run was given has been purged.', 'Choose another run.')
const noWords = fail('prompt.unknown', 'There is no such prompt, or no such version of it.', 'List the prompts to see what there is.')
const busy = fail('agent.trial_under_way', 'Another definition is being tried now.', 'Wait until that is done, then try it again.')
const purged = fail('run.prompt_purged', 'The words that led this run have been purged.', 'Choose another run.')

const Pinned = z.object({ definition: AgentDefinition })
const Asked = z.object({ question: z.string(), collection: z.int().nullable() })

type Fields = AgentInput['fields']

export const agentTrialHandlers = (services: Services): Pick<Handlers, 'agents.try'> => {
  const { agents, runs, log, journal, bodies, prompts, trialAgent, documents, collections, models, inference, newId, sightOf } = services

  /** What it was given, by the names of fields: a question that was asked has them too. */
  function fieldsOf(input: string): Fields | null {
    const raw = readJson(input)
    const given = AgentInput.safeParse(raw)
    if (given.success) return given.data.fields
    const asked = Asked.safeParse(raw)
    if (!asked.success) return null
    const name = collections.list().find(({ id }) => id === asked.data.collection)?.name
    return { question: asked.data.question, ...(name === undefined ? {} : { collection: name }) }
  }

  /** What the definition makes of what the run was given. A document that is not here any more is taken as it was. */
  function inputUnder(definition: AgentDefinition, input: string, fields: Fields, account: string): Result<string> {
    const isGone = (name: string) => documents.find(fields[name] ?? '') === null
    const known = definition.input.map((field) =>
      field.kind === 'document' && Object.hasOwn(fields, field.name) && isGone(field.name) ? { ...field, kind: 'text' as const } : field,
    )
    const prepared = prepareInput(services, { ...definition, input: known }, fields, account)
    if (!prepared.ok) return prepared
    const given = AgentInput.safeParse(readJson(input))
    if (!given.success || canonicalJson(given.data.fields) === canonicalJson(prepared.value.fields)) return ok(input)
    return ok(JSON.stringify({ ...given.data, fields: prepared.value.fields }))
  }

  function pinnedPrompt(run: ExistingRun, use: PromptUse): Result<string | null> {
    const pin = run.prompts.find((one) => one.use === use)
    const text = pin === undefined ? null : bodies.read(pin.body.body)
    return pin !== undefined && text === null ? purged : ok(text)
  }
  function promptInUse(definition: AgentDefinition, use: PromptUse, account: string): Result<string | null> {
    const reference = definition.prompts[use]
    if (reference === undefined) return ok(null)
    const { agent, name } = namedPrompt(definition.name, reference)
    const version = prompts.find(agent, name, labelInUse)
    const isSeen = version !== null && sightOf(account)?.permits(version.label) !== false
    const text = isSeen ? prompts.text(version) : null
    return text === null ? noWords : ok(text)
  }

  const tryOne: Handlers['agents.try'] = async ({ file, definition: text, runId }, { account }) => {
    const row = runs.get(runId)
    if (row === null) return unknown
    if (row.endedAt === null) return notEnded
    const { state, label } = journal.read(runId)
    if (state.status === 'absent') return unknown
    if (state.steps.length > limits.stepsMax) return tooLong
    const pinned = Pinned.safeParse(readJson((state.definition === null ? null : bodies.read(state.definition.body)) ?? ''))
    if (!pinned.success) return notSaid
    const input = bodies.read(state.input.body)
    const fields = input === null ? null : fieldsOf(input)
    if (input === null || fields === null) return inputGone
    const isSeen = sightOf(account)?.permits(agents.labelOf(agentOfFile(file))) !== false
    const { definition, refused, faults } = agents.check(file, text, !isSeen)
    if (definition === null)
      return fail('agent.not_readable', refused?.message ?? 'It is no definition of an agent.', 'Set that right, then try it again.')

    const before = pinned.data.definition
    const start = { prefetch: prefetchChange(before, definition, fields) }
    const about = { runId, name: definition.name, agent: row.agent, label }

    const blocking = faults.find(({ severity }) => severity === 'blocks')
    const taken = inputUnder(definition, input, fields, account)
    const refusal = blocking?.message ?? (taken.ok ? null : taken.error.message)
    if (refusal !== null || !taken.ok)
      return ok({
        ...{ ...about, verdict: 'not_started', differsAt: null, summary: `The run would not have begun: ${refusal}` },
        ...{ start: { ...start, refusal }, steps: [], end: null, unjudged: 0 },
      } satisfies AgentTrial)

    const [spent, spends] = [mergeBudget(defaultBudget, before.budget), mergeBudget(defaultBudget, definition.budget)]
    const sides: { readonly before: TrialSide; readonly now: TrialSide } = {
      before: {
        ...{ definition: before, input, budgetOf: (recorded) => recorded },
        agentAt: (moment) => trialAgent(before, moment, pinnedPrompt),
      },
      now: {
        ...{ definition, input: taken.value, budgetOf: (recorded) => budgetUnder(recorded, spent, spends) },
        agentAt: (moment) => trialAgent(definition, moment, (_run, use) => promptInUse(definition, use, account)),
      },
    }
    const { steps, end } = await tryAgent(placesIn(log.readStream(runId)), sides, {
      ...{ runId, label, readBody: bodies.read, newId, sha256 },
      counterOf: (modelId) => (models.active('chat')?.id === modelId ? inference.countTokens : null),
      placeOf: (id) => documents.find(id),
    })
    return ok({ ...about, ...summarise(steps, end), start: { ...start, refusal: null }, steps: [...steps], end } satisfies AgentTrial)
  }

  let isUnderWay = false
  return {
    // It builds and counts contexts as a run does, many times: runs at work come before a second one.
    'agents.try': async (input, caller) => {
      if (isUnderWay) return busy
      isUnderWay = true
      try {
        return await tryOne(input, caller)
      } finally {
        isUnderWay = false
      }
    },
  }
}
