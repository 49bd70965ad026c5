/**
 * What an agent makes of what it gathered: findings, a report, a table or a plan. Each quote is looked up before anything is said of it,
 * and each has a way without a model. A file is only composed here; it is delivered by a call like any other.
 */
import * as z from 'zod'
import type { AgentDefinition, AgentInput } from '../domain/agent.ts'
import { readJson } from '../domain/canonical-json.ts'
import { claimLimits, DraftClaim } from '../domain/claim.ts'
import { compactFindings, type Findings } from '../domain/findings.ts'
import { joinAll, type Label } from '../domain/label.ts'
import { describeLocator } from '../domain/locator.ts'
import { namesIn } from '../domain/mission/plan-documents.ts'
import { plannable, planSchema, playbookPlan, readPlan } from '../domain/mission/plan-draft.ts'
import { ok, type Result } from '../domain/result.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import type { SensitiveSpan } from '../domain/sensitive-text.ts'
import { checkRows, columnsOf, readRows, rowSchema, tableLimits } from '../domain/table-draft.ts'
import { crossingTool } from '../domain/tool.ts'
import { askAboutThread, type ThreadParts, type ThreadQuestion } from './choose-call.ts'
import { composeReport } from './compose-report.ts'
import { composeTable, placedRows, rowsOfTable, type TableRow } from './compose-table.ts'
import {
  checkDraft,
  citable,
  createDrafter,
  type Drafted,
  type DraftForm,
  type DraftParts,
  type FoundPassage,
  numbered,
  readClaims,
} from './draft.ts'
import { passagesBeyond } from './passages-beyond.ts'
import { leads, marked, marks, reflexDraftLimits, sides, spread } from './reflex-drafts.ts'
import type { Session } from './session.ts'
import { evidenceOf } from './thread.ts'
import { replyOf } from './tool-step.ts'

export const outputLimits = { passagesMax: 12, reviewedMax: 2_000, markedMax: 99, planTokensMax: 1_200 } as const

/** The text that ends the run, or the text of the file that is to be delivered. */
export type Made = { readonly kind: 'result'; readonly text: string } | { readonly kind: 'file'; readonly text: string }

export interface Drafting {
  readonly session: Session
  readonly run: ExistingRun
  readonly input: AgentInput
  /** Null drafts without a model. */
  readonly modelId: string | null
  readonly instructions: string
  /** It was drafted on this machine before the run was taken up again. */
  readonly isMade: boolean
}

export interface OutputParts extends DraftParts, ThreadParts {
  readonly definition: AgentDefinition
  /** Passages by id, in that order; what is gone, or may not be seen, is left out. */
  readonly readPassages: (ids: readonly string[]) => Promise<Result<readonly FoundPassage[]>>
  /** Ids of all passages of a document, in order. */
  readonly passagesOf: (documentId: string) => readonly string[]
  /** Agents that a plan may name in a run of this label. */
  readonly agents: (within: Label) => readonly AgentDefinition[]
  /** What a site looks for besides, in a text that is to be handed on. */
  readonly findMore: (text: string) => readonly SensitiveSpan[]
}

const TableOutput = z.object({
  documentId: z.string(),
  file: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  tableColumns: z.array(z.object({ name: z.string(), header: z.string() })),
})

const ManyClaims = z.object({ claims: z.array(DraftClaim).max(reflexDraftLimits.marksMax) })
/** Claims by rule may be more than a model is let write. */
const readManyClaims = (text: string): readonly DraftClaim[] => {
  const parsed = ManyClaims.safeParse(readJson(text))
  return parsed.success && parsed.data.claims.length > claimLimits.claimsMax ? parsed.data.claims : readClaims(text)
}

const notFound = (counts: object): Made => ({ kind: 'result', text: JSON.stringify({ file: null, reason: 'not_in_documents', ...counts }) })

/** The instructions of a plan: the prompt, and whom it may give a task. */
export const planInstructions = (prompt: string, agents: ReadonlyArray<{ readonly name: string; readonly summary: string }>): string =>
  `${prompt.trim()}\n\nAgents:\n${agents.map(({ name, summary }) => `${name}: ${summary}`).join('\n')}`

/** The question of a plan: the goal, what is there on it, and what was wrong with the last one. */
export function planQuestion(
  goal: string,
  { fields: { documents }, wishes, faults }: Pick<AgentInput, 'fields' | 'wishes' | 'faults'>,
): string {
  const files = documents === undefined ? [] : [`Documents that have something on it:\n${documents}`]
  const said = wishes.map((wish) => `A person said about the last plan: ${wish}`)
  return [goal, ...files, ...said, ...faults.map((fault) => `The last plan could not be carried out: ${fault}`)].join('\n')
}

/** The question of a draft, with what people said about earlier ones. */
export const draftQuestion = (about: string, wishes: readonly string[]): string =>
  [about, ...wishes.map((wish) => `A person said about the last draft: ${wish}`)].join('\n')

export interface Output {
  readonly make: (drafting: Drafting) => Promise<Result<Made>>
  /** Passages that the model has no room for in a draft of findings; none without a model. */
  readonly beyond: (drafting: Drafting) => Promise<Result<readonly string[]>>
}

export function createOutput(parts: OutputParts): Output {
  const { definition, quoteOnly, live, labelOf, risks } = parts
  const isReview = definition.reflex === 'marks'
  const reflex = { quotes: quoteOnly, leads, marks: marks(parts.findMore), sides: sides(quoteOnly) }[definition.reflex]
  const draft = createDrafter({ ...parts, quoteOnly: reflex })

  /** Documents that a person named, whole, and what the calls found besides. */
  async function gathered(session: Session, run: ExistingRun, input: AgentInput): Promise<Result<readonly FoundPassage[]>> {
    const read = run.steps.flatMap((step) =>
      step.phase === 'succeeded' && step.name === 'read_document' ? (replyOf(session, step)?.artifacts ?? []) : [],
    )
    const given = new Set(Object.values(input.fields))
    const documents = [...new Set(read.flatMap((one) => (one.kind === 'document' && given.has(one.documentId) ? [one.documentId] : [])))]
    if (isReview) {
      const all = await parts.readPassages(documents.flatMap((id) => parts.passagesOf(id)).slice(0, outputLimits.reviewedMax))
      return all.ok ? ok(await marked(all.value, outputLimits.markedMax, parts.findMore)) : all
    }
    const found = [...new Set([...input.evidence, ...evidenceOf(session, run)])]
    const room = Math.max(1, Math.floor(outputLimits.passagesMax / Math.max(1, documents.length)))
    const named = documents.flatMap((id) => {
      const own = parts.passagesOf(id)
      const hits = found.filter((passageId) => own.includes(passageId)).slice(0, Math.floor(room / 2))
      return [...new Set([...hits, ...spread(own, room - hits.length)])]
    })
    const others = documents.length > 0 ? [] : found
    return parts.readPassages([...named, ...others].slice(0, outputLimits.passagesMax))
  }

  const questionOf = (input: AgentInput): string => input.fields[definition.draftFrom] ?? input.title

  function askedIn({ session, run, input }: Drafting) {
    const said = run.steps.flatMap(({ feedback, name }) => (feedback === null || name === crossingTool ? [] : [feedback]))
    const wishes = [...input.wishes, ...said.flatMap(({ body }) => session.readBody(body) ?? [])]
    return { said, question: draftQuestion(questionOf(input), wishes) }
  }

  async function beyond(drafting: Drafting): Promise<Result<readonly string[]>> {
    const { session, run, input, modelId, instructions } = drafting
    if (modelId === null || definition.output !== 'findings') return ok([])
    const found = await gathered(session, run, input)
    if (!found.ok) return found
    const left = await passagesBeyond(parts, { modelId, instructions, question: askedIn(drafting).question, passages: found.value })
    return ok(left.map(({ passageId }) => passageId))
  }

  async function drafted(drafting: Drafting, passages: readonly FoundPassage[], form?: DraftForm): Promise<Result<Drafted>> {
    const { session, run, input, modelId, instructions, isMade } = drafting
    const { said, question } = askedIn(drafting)
    return draft(session, {
      // Without a model, words about a draft would only be searched for in the documents.
      ...{ question: modelId === null ? questionOf(input) : question, passages, modelId, top: outputLimits.passagesMax },
      ...{ instructions, tier: isReview ? 'reflex' : input.tier, isMade, counts: { steps: run.steps.length, risks } },
      questionLabel: joinAll([run.input, ...said].map(({ body }) => labelOf(body) ?? session.label())),
      ...(form === undefined ? {} : { form }),
    })
  }

  async function claims(drafting: Drafting): Promise<Result<{ readonly made: Drafted; readonly checked: ReturnType<typeof checkDraft> }>> {
    const { session, run, input } = drafting
    const found = await gathered(session, run, input)
    if (!found.ok) return found
    const made = await drafted(drafting, found.value)
    if (!made.ok) return made
    live.stage(session.runId, 'checking')
    const checked = checkDraft(made.value, made.value.tier === 'reflex' ? readManyClaims : readClaims)
    const recorded = session.recordQuotes(made.value.step.stepId, checked.counts)
    return recorded.ok ? ok({ made: made.value, checked }) : recorded
  }

  async function report(drafting: Drafting): Promise<Result<Made>> {
    const done = await claims(drafting)
    if (!done.ok) return done
    const { tier, step, fellBack } = done.value.made
    const { composed, counts } = done.value.checked
    if (counts.supported === 0) return ok(notFound(counts))
    const back = fellBack === undefined ? {} : { fellBack }
    const label = drafting.session.label()
    return ok({ kind: 'file', text: composeReport({ title: drafting.input.title, composed, label, tier, device: step.device, ...back }) })
  }

  async function findings(drafting: Drafting): Promise<Result<Made>> {
    const done = await claims(drafting)
    if (!done.ok) return done
    const { tier, step, fellBack } = done.value.made
    const { composed, counts } = done.value.checked
    const whole: Findings = {
      ...{ kind: 'findings', title: drafting.input.title, claims: [...composed.claims], citations: [...composed.citations], counts },
      ...{ tier, device: step.device, label: drafting.session.label(), ...(fellBack === undefined ? {} : { fellBack }) },
    }
    const compact = compactFindings(whole)
    return compact.ok ? ok({ kind: 'result', text: JSON.stringify(compact.value) }) : compact
  }

  /** A table document that a person named and that was queried: its rows are taken as they stand. */
  function queried(session: Session, run: ExistingRun, input: AgentInput, columns: readonly string[]): readonly TableRow[] | null {
    const step = run.steps.findLast(({ name, phase }) => name === 'table_query' && phase === 'succeeded')
    const parsed = TableOutput.safeParse(step === undefined ? null : replyOf(session, step)?.output)
    if (!parsed.success || !Object.values(input.fields).includes(parsed.data.documentId)) return null
    return rowsOfTable(parsed.data, columns)
  }

  async function table(drafting: Drafting): Promise<Result<Made>> {
    const { session, run, input } = drafting
    const columns = columnsOf(input.fields.columns ?? '')
    const exact = queried(session, run, input, columns)
    if (exact !== null) {
      const text = composeTable(columns, exact, session.label(), exact.length >= tableLimits.tableRowsMax)
      return ok(exact.length === 0 ? notFound({}) : { kind: 'file', text })
    }
    const found = await gathered(session, run, input)
    if (!found.ok) return found
    const form: DraftForm = {
      schemaFor: rowSchema(columns),
      // Which words belong into which column, only a model or a person says: without one, a row is a quote and where it stands.
      withoutModel: async (question, passages) => {
        const quoted = await quoteOnly(question, passages)
        return quoted.ok ? ok(JSON.stringify({ claims: quoted.value ?? [] })) : quoted
      },
    }
    const made = await drafted(drafting, found.value, form)
    if (!made.ok) return made
    live.stage(session.runId, 'checking')
    const passages = citable(made.value.included)
    if (made.value.tier !== 'reflex') {
      const { rows, counts } = checkRows(readRows(made.value.step.text), columns, numbered(made.value.included))
      const recorded = session.recordQuotes(made.value.step.stepId, counts)
      if (!recorded.ok) return recorded
      return ok(
        rows.length === 0 ? notFound(counts) : { kind: 'file', text: composeTable(columns, placedRows(rows, passages), session.label()) },
      )
    }
    const { composed, counts } = checkDraft(made.value)
    const recorded = session.recordQuotes(made.value.step.stepId, counts)
    if (!recorded.ok) return recorded
    const rows = composed.citations.map(({ file, locator, quote }) => ({ cells: [], file, place: describeLocator(locator), quote }))
    return ok(rows.length === 0 ? notFound(counts) : { kind: 'file', text: composeTable([], rows, session.label()) })
  }

  async function plan(drafting: Drafting): Promise<Result<Made>> {
    const { session, run, input, modelId, instructions } = drafting
    const goal = questionOf(input)
    // What is above this run's label is not told to who works under it.
    const offered = parts.agents(session.label())
    const known = plannable(offered)
    const names = namesIn(input.fields.documents)
    const schema = planSchema(known, names)
    const question = planQuestion(goal, input)
    const named = offered.filter(({ name }) => known.some((one) => one.name === name))
    const asked: ThreadQuestion = {
      ...{ purpose: 'draft', question, schema, tokensMax: outputLimits.planTokensMax },
      instructions: planInstructions(instructions, named),
    }
    const byRule: Made = { kind: 'result', text: JSON.stringify(playbookPlan(goal, { wishes: input.wishes, names, agents: known })) }
    const best = await askAboutThread(parts, session, { run, input, modelId }, asked, drafting.isMade)
    if (!best.ok) return best
    if (best.value.kind === 'nobody') return ok(byRule)
    const { text } = best.value.kind === 'here' ? best.value.done : best.value.went.step
    const read = readPlan(text, known, names)
    // A plan that cannot be carried out is none: the one by rule always can.
    return ok(read === null ? byRule : { kind: 'result', text: JSON.stringify(read) })
  }

  const makeOf: Readonly<Record<AgentDefinition['output'], Output['make']>> = { report, table, plan, findings, answer: findings }
  return { make: makeOf[definition.output], beyond }
}
