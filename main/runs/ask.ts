/** The ask agent: search the holdings, draft claims from what was found, look every quote up, compose the answer. */
import * as z from 'zod'
import { AgentInput } from '../domain/agent.ts'
import { idOf } from '../domain/ids.ts'
import { joinAll, unclassified } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { Tier } from '../domain/tier.ts'
import { answeredHere } from './attempts.ts'
import { composeAnswer, nearestDocuments } from './compose-answer.ts'
import { checkDraft, citable, createDrafter, type DraftParts, type FoundPassage } from './draft.ts'
import type { Agent, AgentResult } from './loop.ts'

export const askLimits = { nearestMax: 3 } as const

/** What a shard of this agent holds. */
export const AskInput = z.strictObject({
  question: z.string().min(1),
  /** Row number; null = everything the person may see. */
  collection: z.int().nullable(),
  modelId: idOf('mdl').nullable(),
  top: z.int().min(1).max(20),
  /** The tier that a person asked for; `reflex` wants no model. */
  tier: Tier.nullable().default(null),
})
export type AskInput = z.infer<typeof AskInput>

const topUsual = 8
const noCollection = fail('collection.unknown', 'There is no such collection.', 'List the collections to see their names.')

/** The input of a run that was asked for with a question, or started like other agents with fields. */
function inputOf(text: string, collectionOf: (name: string) => number | undefined): Result<AskInput> {
  const raw: unknown = JSON.parse(text)
  const given = AgentInput.safeParse(raw)
  if (!given.success) return ok(AskInput.parse(raw))
  const { fields, modelId, tier, title } = given.data
  const name = fields.collection
  const collection = name === undefined ? null : collectionOf(name)
  if (collection === undefined) return noCollection
  const wanted = tier === 'reflex' ? null : modelId
  return ok(AskInput.parse({ question: fields.question ?? title, collection, modelId: wanted, top: topUsual, tier }))
}

export interface AskOptions extends DraftParts {
  readonly search: (input: AskInput, signal: AbortSignal) => Promise<Result<readonly FoundPassage[]>>
  /** Passages by row number, in that order; what is gone is left out. */
  readonly readPassages: (passages: readonly number[]) => Promise<Result<readonly FoundPassage[]>>
  /** What leads it, as this run uses it. Fails when that has been purged. */
  readonly instructionsOf: (run: ExistingRun) => Result<string>
  /** The row number of a collection by its name; undefined when there is none. */
  readonly collectionOf?: (name: string) => number | undefined
}

const Hits = z.array(z.int())

export function createAskAgent(options: AskOptions): Agent {
  const { live, collectionOf = () => undefined } = options
  const draft = createDrafter(options)

  return async (session): Promise<Result<AgentResult>> => {
    const given = inputOf(session.input, collectionOf)
    if (!given.ok) return given
    const input = given.value
    const instructions = options.instructionsOf(session.run())
    if (!instructions.ok) return instructions
    live.stage(session.runId, 'searching')
    const searched = await session.tool('search_holdings', session.input, async () => {
      const hits = await options.search(input, session.signal)
      if (!hits.ok) return hits
      // That something was found says that it is there.
      const label = joinAll(hits.value.map((hit) => hit.label))
      return ok({ text: JSON.stringify(hits.value.map(({ passage }) => passage)), label })
    })
    if (!searched.ok) return searched
    const read = await options.readPassages(Hits.parse(JSON.parse(searched.value.text)))
    if (!read.ok) return read
    const { question, modelId, top, tier: wanted } = input
    const questionLabel = options.labelOf(session.run().input.body) ?? session.label()
    const drafted = await draft(session, {
      ...{ question, passages: read.value, modelId, instructions: instructions.value, top, tier: wanted },
      isMade: answeredHere(session.run()) !== null,
      questionLabel,
      counts: { steps: 0, risks: ['read'] },
    })
    if (!drafted.ok) return drafted
    if (session.signal.aborted) return fail('run.stopped', 'The run was stopped.', 'Start it again when you want it.')

    live.stage(session.runId, 'checking')
    const { step, included, tier, sentUnder = unclassified, fellBack } = drafted.value
    const { composed, counts } = checkDraft(drafted.value)
    const recorded = session.recordQuotes(step.stepId, counts)
    if (!recorded.ok) return recorded

    const sources = included.filter(
      ({ passageId }) => tier !== 'reflex' || composed.citations.some((citation) => citation.passageId === passageId),
    )
    const nearest = nearestDocuments(
      citable(read.value),
      (n) => read.value[n - 1]?.locator ?? { kind: 'lines', from: 1, to: 1 },
      askLimits.nearestMax,
    )
    const label = joinAll([questionLabel, sentUnder, ...(counts.supported === 0 ? read.value : sources).map((passage) => passage.label)])
    const answer = composeAnswer(composed, {
      runId: session.runId,
      question: input.question,
      nearest: [...nearest],
      tier,
      model: drafted.value.modelId,
      device: step.device,
      label,
      usage: step.usage,
      ...(fellBack === undefined ? {} : { fellBack }),
    })
    return ok({ text: JSON.stringify(answer), label })
  }
}
