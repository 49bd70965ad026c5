/**
 * Builds what a model was shown anew, from what the run pinned and recorded, and holds it against the commitment that its event has. It
 * shows that the words, the calls and the passages on record are those that led to the answer. Reads only.
 */
import * as z from 'zod'
import { type Evidence, renderContext } from '../context/build.ts'
import { AgentInput, type PromptUse } from '../domain/agent.ts'
import { readJson } from '../domain/canonical-json.ts'
import { describeLocator } from '../domain/locator.ts'
import type { RunEvent } from '../domain/run/events.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { crossingTool } from '../domain/tool.ts'
import { draftQuestion, planInstructions, planQuestion } from './agent-outputs.ts'
import type { FoundPassage } from './draft.ts'
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
}

export interface RebuiltContexts {
  /** Contexts of models of this machine. */
  readonly total: number
  readonly same: number
  /** Of which something is not here any more. */
  readonly gone: number
}

type Texts = (use: PromptUse) => string | null

/** Everything a context could have been: how many of the calls so far fitted is not on record, and is tried. */
async function candidates(
  run: ExistingRun,
  step: Step,
  built: Built,
  parts: RebuildParts,
  texts: Texts,
): Promise<readonly string[] | null> {
  const { readBody, readPassages } = parts
  const raw = readJson(readBody(run.input.body) ?? '')
  const definition = PinnedDefinition.safeParse(readJson(run.definition === null ? '' : (readBody(run.definition.body) ?? '')))
  const show = (instructions: string, question: string, evidence: readonly Evidence[]): string =>
    JSON.stringify(renderContext({ instructions, question }, evidence))
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
    const question = draftQuestion(about, [...(given.success ? given.data.wishes : []), ...said])
    const evidence = passages.map(({ file, locator, text }, i) => ({ n: i + 1, source: `${file}, ${describeLocator(locator)}`, text }))
    return [show(draft, question, evidence)]
  }
  if (!given.success) return null
  const gather = texts('gather')
  const thread = describeThread({ readBody }, before)
  const lead: ReadonlyArray<readonly [string, string]> = [
    ...(gather === null ? [] : [[choiceInstructions(gather, definition.data.offers), choiceQuestion(given.data.title)] as const]),
    ...(draft !== null && output === 'plan'
      ? [[planInstructions(draft, definition.data.agents), planQuestion(about, given.data)] as const]
      : []),
  ]
  return lead.flatMap(([instructions, question]) =>
    thread.map((_block, left) => show(instructions, question, thread.slice(0, thread.length - left))),
  )
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
  let [total, same, gone] = [0, 0, 0]
  for (const event of events) {
    const step = event.type === 'context.built' ? run.steps.find(({ id }) => id === event.stepId) : undefined
    if (event.type !== 'context.built' || step?.name !== 'edge') continue
    total += 1
    const made = await candidates(run, step, event, parts, texts)
    if (made === null) gone += 1
    else if (made.some((text) => matches(event.prompt, text))) same += 1
  }
  return { total, same, gone }
}
