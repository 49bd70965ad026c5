/**
 * Builds what a model was shown anew, from what the run pinned and recorded, and holds it against the commitment that its event has. It
 * shows that the words, the calls and the passages on record are those that led to the answer. Reads only.
 */
import * as z from 'zod'
import { asRecorded } from '../context/rebuild.ts'
import type { ContextPart } from '../context/render.ts'
import { resumeParts } from '../context/resume.ts'
import { AgentInput, type PromptUse } from '../domain/agent.ts'
import { readJson } from '../domain/canonical-json.ts'
import type { ContextBundle } from '../domain/context-bundle.ts'
import type { RunEvent } from '../domain/run/events.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { crossingTool, delegateTool } from '../domain/tool.ts'
import { draftQuestion, planInstructions, planQuestion } from './agent-outputs.ts'
import { draftParts, type FoundPassage } from './draft.ts'
import { describeThread } from './thread.ts'
import { choiceInstructions, choiceQuestion } from './tool-agent.ts'

type Built = Extract<RunEvent, { type: 'context.built' }>

const summaries = z.array(z.object({ name: z.string(), summary: z.string() }))
/** What a run pinned of its agent. */
const PinnedDefinition = z.object({
  definition: z.object({ draftFrom: z.string(), output: z.string(), offers: z.array(z.string()) }),
  offers: summaries,
  agents: summaries,
})

export interface RebuildParts {
  readonly readBody: (body: string) => string | null
  /** In that order; null when one of them is not here any more. */
  readonly readPassages: (ids: readonly string[]) => Promise<readonly FoundPassage[] | null>
  /** What earlier attempts of the same task handed on, newest first. */
  readonly carried: readonly ContextBundle[]
  /** Takes out every secret that is kept here. */
  readonly redact: (text: string) => string
}

export interface RebuiltContexts {
  /** Contexts of models of this machine. */
  readonly total: number
  readonly same: number
  /** Of which something is not here any more. */
  readonly gone: number
}

type Texts = (use: PromptUse) => string | null

const system = (text: string): ContextPart => ({ kind: 'system', source: 'instructions', why: 'agent', text })
const question = (text: string): ContextPart => ({ kind: 'question', source: 'question', why: 'asked', text })

/** Everything that it could have been built from, one list for each thing that such a step may have been asked. */
async function candidates(
  run: ExistingRun,
  step: Step,
  built: Built,
  parts: RebuildParts,
  texts: Texts,
): Promise<ReadonlyArray<readonly ContextPart[]> | null> {
  const { readBody, readPassages, carried } = parts
  const raw = readJson(readBody(run.input.body) ?? '')
  const definition = PinnedDefinition.safeParse(readJson(run.definition === null ? '' : (readBody(run.definition.body) ?? '')))
  if (!definition.success || raw === undefined) return null
  const given = AgentInput.safeParse(raw)
  const { draftFrom, output } = definition.data.definition
  const asked = z.object({ question: z.string() }).safeParse(raw)
  const about = given.success ? (given.data.fields[draftFrom] ?? given.data.title) : asked.success ? asked.data.question : ''
  const before = { ...run, steps: run.steps.slice(0, step.ordinal) }
  const draft = texts('draft')
  if (built.passages.length > 0) {
    const passages = await readPassages(built.passages)
    if (passages === null || draft === null) return null
    const said = before.steps.flatMap(({ feedback, name }) =>
      feedback === null || name === crossingTool ? [] : [readBody(feedback.body) ?? ''],
    )
    const words = draftQuestion(about, [...(given.success ? given.data.wishes : []), ...said])
    return [draftParts(draft, words, passages)]
  }
  if (!given.success) return null
  const gather = texts('gather')
  const done = [...describeThread({ readBody }, before).parts, ...resumeParts(carried, built.contextTokens).parts]
  const { offers, agents } = definition.data
  // Whether it could ask for a task then, its mission said.
  const offered = [offers, offers.filter(({ name }) => name !== delegateTool)]
  return [
    ...(gather === null
      ? []
      : offered.map((calls) => [system(choiceInstructions(gather, calls, agents)), ...done, question(choiceQuestion(given.data.title))])),
    ...(draft !== null && output === 'plan'
      ? [[system(planInstructions(draft, agents)), ...done, question(planQuestion(about, given.data))]]
      : []),
  ]
}

/** A context counts as the same only when its very bytes are those that were committed to. */
export async function rebuildContexts(
  run: ExistingRun,
  events: readonly RunEvent[],
  parts: RebuildParts,
  matches: (reference: Built['prompt'], text: string) => boolean,
): Promise<RebuiltContexts> {
  const texts: Texts = (use) => {
    const pin = run.prompts.find((one) => one.use === use)
    return pin === undefined ? null : parts.readBody(pin.body.body)
  }
  const isSame = (made: readonly ContextPart[], { parts: record, prompt }: Built): boolean => {
    const messages = record === undefined ? null : asRecorded(made, record, parts.redact)
    return messages !== null && matches(prompt, JSON.stringify(messages))
  }
  let [total, same, gone] = [0, 0, 0]
  for (const event of events) {
    const step = event.type === 'context.built' ? run.steps.find(({ id }) => id === event.stepId) : undefined
    if (event.type !== 'context.built' || step?.name !== 'edge') continue
    total += 1
    const made = await candidates(run, step, event, parts, texts)
    if (made === null) gone += 1
    else if (made.some((one) => isSame(one, event))) same += 1
  }
  return { total, same, gone }
}
