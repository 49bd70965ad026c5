/** The engine's calls over invented content: decides, folds, compares and exports as the core would, as far as a picture needs it. */
import type { AgentSummary, StepSummary, ToolSummary } from '../../../main/contract/agents.ts'
import type { Approval } from '../../../main/contract/approvals.ts'
import type { CallInput, CallName, CallOutput } from '../../../main/contract/calls.ts'
import type { Exemption } from '../../../main/contract/exemptions.ts'
import type { RunDiff } from '../../../main/contract/replay.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { usualSchedule } from '../../../main/domain/attended-time.ts'
import { defaultBudget } from '../../../main/domain/budget.ts'
import { exemptionLimits } from '../../../main/domain/exemption.ts'
import { checkAnswer, checkApprovalAnswer, HumanQuestion } from '../../../main/domain/human-request.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { fail, type Result } from '../../../main/domain/result.ts'
import type { HoldDecision, RunEvent } from '../../../main/domain/run/events.ts'
import { fold } from '../../../main/domain/run/evolve.ts'
import type { Step } from '../../../main/domain/run/state.ts'
import { needsApproval, riskRules } from '../../../main/domain/tool.ts'
import { decidedRequests, itemOf, openRequests } from './fixture-approvals.ts'
import { id, nowMs } from './fixture-ids.ts'

type Answer<N extends CallName> = CallOutput<N> | Extract<Result<never>, { ok: false }>
type Answers = { [N in CallName]?: (input: CallInput<N>) => Answer<N> | Promise<Answer<N>> }

/** What the rest of the fixture knows of runs. */
export interface Runs {
  readonly all: readonly RunSummary[]
  readonly eventsOf: (runId: string) => readonly RecordedEvent[]
  readonly textOf: (body: string) => string | null
}

const finder = (name: string, title: string, summary: string, input: AgentSummary['input']): AgentSummary => ({
  ...{ name, title, summary, responsibility: summary, level: 4, output: 'findings', origin: 'product', isNarrowed: false },
  ...{ input, tools: ['search_holdings', 'read_document'], budget: { ...defaultBudget, tokensMax: 200_000 }, stepsMax: 12 },
})
const agents: readonly AgentSummary[] = [
  {
    ...{ name: 'ask', title: 'Ask', summary: 'Answers one question from your documents, with quotes that were checked.', stepsMax: 4 },
    ...{ responsibility: 'Answers one question from the documents.', level: 3, output: 'answer', origin: 'product', isNarrowed: false },
    input: [{ name: 'question', title: 'Question', kind: 'text', isRequired: true, charsMax: 2_000 }],
    ...{ tools: ['search_holdings'], budget: defaultBudget },
  },
  {
    ...{ name: 'report-writer', title: 'Report writer', stepsMax: 20 },
    summary: 'Searches and reads your documents, drafts a cited report, and asks you before it writes the file.',
    ...{ responsibility: 'Writes one report.', level: 3, output: 'report', origin: 'product', isNarrowed: false },
    input: [
      { name: 'task', title: 'What the report is about', kind: 'text', isRequired: true, charsMax: 2_000 },
      { name: 'collection', title: 'Only from this collection', kind: 'text', isRequired: false, charsMax: 100 },
    ],
    tools: [
      'search_holdings',
      'read_document',
      'read_passage',
      'calculate',
      'append_note',
      'ask_human',
      'request_human_approval',
      'write_file',
    ],
    budget: { ...defaultBudget, tokensMax: 12_000, modelCallsMax: 12, toolCallsMax: 16, durationMsMax: 480_000 },
  },
  finder('research', 'Research', 'Searches and reads your documents about a topic and hands on claims, each with the words it rests on.', [
    { name: 'topic', title: 'What to find out', kind: 'text', isRequired: true, charsMax: 500 },
  ]),
  finder('compare', 'Compare', 'Reads two documents and says where they agree and where they differ on a topic.', [
    { name: 'topic', title: 'What to compare', kind: 'text', isRequired: true, charsMax: 500 },
    { name: 'first', title: 'First document (file name or id)', kind: 'document', isRequired: true, charsMax: 255 },
    { name: 'second', title: 'Second document (file name or id)', kind: 'document', isRequired: true, charsMax: 255 },
  ]),
]

const tool = (name: string, summary: string, breaker: ToolSummary['breaker'] = 'closed', failuresInRow = 0): ToolSummary => ({
  ...{ name, summary, effect: 'read', risk: 'read', needsApproval: false, breaker, failuresInRow },
})
const tools: readonly ToolSummary[] = [
  tool('search_holdings', 'Find passages in the documents by a question or by words'),
  tool('read_document', 'Read a document by its id, block by block (headings, paragraphs, rows)', 'closed', 2),
  tool('table_query', 'Query one table document (CSV) with a single SELECT', 'open', 5),
  tool('calculate', 'Calculate an expression', 'half_open', 6),
  tool('write_file', 'Write a text file into the folder of this run, in place of what stands there'),
]

type Quota = Omit<CallOutput<'quota.get'>, 'tokensSpent' | 'costMicrosSpent' | 'policy'>
const unbounded: Quota = { tokensMax: null, costMicrosMax: null, concurrentRunsMax: null }

const lifted = (number: number, atMs: number, justification: string): Exemption => ({
  ...{ id: id('exm', number), guardrail: 'context_share', justification, grantedAt: atMs, grantedBy: 'm.arden' },
  ...{ expiresAt: atMs + exemptionLimits.lastsMs, isInForce: atMs + exemptionLimits.lastsMs > nowMs },
})

const refusals = {
  expired: fail('hold.expired', 'The time to decide on this call is over.', 'Resume the run; it can ask again.'),
  other: fail('hold.other_arguments', 'This approval is for other arguments.', 'Look at the request again.'),
  unknown: fail('hold.unknown', 'There is no such request any more.', 'Look at what was decided.'),
  decided: fail('hold.unknown_hold', 'This hold is not open any more.', 'Somebody else decided it; look at what was decided.'),
} as const

const pageOf = <T>(items: readonly T[], input: { limit?: number | undefined; offset?: number | undefined }) => ({
  items: items.slice(input.offset ?? 0, (input.offset ?? 0) + (input.limit ?? 50)),
  total: items.length,
})

const onlyRunEvents = (events: readonly RecordedEvent[]) => events.map(({ event }) => event as RunEvent)

function summaryOf(run: RunSummary, step: Step, approvals: readonly Approval[]): StepSummary {
  const request = approvals.find(({ stepId, decision }) => stepId === step.id && decision !== null)
  const isWritten = step.name === 'write_file' && step.phase === 'succeeded'
  return {
    ...{ id: step.id, runId: run.id, agent: run.agent, ordinal: step.ordinal, kind: step.kind, name: step.name, effect: step.effect },
    ...{
      risk: step.risk,
      phase: step.phase,
      input: step.input.body,
      output: step.output?.body ?? null,
      feedback: step.feedback?.body ?? null,
    },
    ...{ failure: step.failureCode ?? step.refusal, served: step.served, copiedFrom: step.copiedFrom?.stepId ?? null },
    requiresApproval: step.kind === 'tool' && needsApproval(step.risk, step.effect),
    approvalTimeoutMs: riskRules[step.risk].approvalTimeoutMs,
    approval:
      isWritten || request !== undefined
        ? { decision: request?.decision ?? 'approved', decidedBy: 'm.arden', decidedAt: step.endedAtMs, reason: null }
        : null,
    ...{
      startedAt: step.startedAtMs,
      endedAt: step.endedAtMs,
      durationMs: step.endedAtMs === null ? null : step.endedAtMs - step.startedAtMs,
    },
    ...{ tokensUsed: (step.served?.usage.promptTokens ?? 0) + (step.served?.usage.completionTokens ?? 0), canUndo: isWritten },
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function engine(runs: Runs, isEmpty: boolean): Answers {
  let open: readonly Approval[] = isEmpty ? [] : openRequests
  let decided: readonly Approval[] = isEmpty ? [] : decidedRequests
  let undone: readonly string[] = []
  let quota: Quota = { tokensMax: isEmpty ? null : 2_000_000, costMicrosMax: null, concurrentRunsMax: null }
  let hours = isEmpty ? [] : usualSchedule.open
  let exemptions: readonly Exemption[] = isEmpty
    ? []
    : [lifted(1, nowMs - 26 * 3_600_000, 'The whole recording of the night had to be compared at once.')]
  const raised = new Map<string, Partial<typeof defaultBudget>>()

  const find = (holdId: string) => [...open, ...decided].find((one) => one.holdId === holdId)
  const runOf = (runId: string): RunSummary => {
    const found = runs.all.find((one) => one.id === runId) ?? runs.all[0]
    if (found === undefined) throw new Error('the fixture holds no run')
    return found
  }
  const stepsOf = (runId: string): readonly StepSummary[] => {
    const state = fold(onlyRunEvents(runs.eventsOf(runId)))
    const steps = state.status === 'absent' ? [] : state.steps
    return steps
      .map((step) => summaryOf(runOf(runId), step, [...open, ...decided]))
      .map((step) => (undone.includes(step.id) ? { ...step, phase: 'undone', canUndo: false } : step))
  }
  function settle(holdId: string, decision: HoldDecision, feedback: string | null) {
    const request = open.find((one) => one.holdId === holdId)
    if (request === undefined) return find(holdId) === undefined ? refusals.unknown : refusals.decided
    // One request of the story was already too late when it was decided.
    if (request.tool === 'send_to_pier') return refusals.expired
    const settled: Approval = { ...request, decision, feedback, decidedAt: nowMs, decidedBy: 'm.arden' }
    open = open.filter((one) => one !== request)
    decided = [settled, ...decided]
    return settled
  }
  const budgetOf = (runId: string) => {
    const state = fold(onlyRunEvents(runs.eventsOf(runId)))
    if (state.status === 'absent') throw new Error('the fixture holds no such run')
    return { budget: { ...state.budget, ...raised.get(runId) }, usage: state.usage }
  }
  function diff(a: string, b: string): RunDiff {
    const [left, right] = [stepsOf(a), stepsOf(b)]
    const text = (body: string | null) => (body === null ? null : runs.textOf(body))
    const side = (step: StepSummary | undefined) =>
      step === undefined
        ? null
        : { stepId: step.id, kind: step.kind, name: step.name, phase: step.phase, input: step.input, output: step.output }
    return {
      ...{ a, b, isSameInput: true, isSameResult: false },
      steps: Array.from({ length: Math.max(left.length, right.length) }, (_, i) => ({
        ...{ a: side(left[i]), b: side(right[i]), isSamePhase: left[i]?.phase === right[i]?.phase },
        isSameInput: text(left[i]?.input ?? null) === text(right[i]?.input ?? null),
        isSameOutput: text(left[i]?.output ?? null) === text(right[i]?.output ?? null),
      })),
    }
  }
  const file = (runId: string) => JSON.stringify({ format: 'holdfast-run-1', run: runId, events: runs.eventsOf(runId) })

  return {
    'approvals.list': (input) => ({ ...pageOf((input.isOpen === false ? decided : open).map(itemOf), input), open: open.length }),
    'approvals.get': (input) => find(input.holdId) ?? refusals.unknown,
    'approvals.approve': (input) =>
      find(input.holdId)?.argumentsHash?.value === input.argumentsHash.value ? settle(input.holdId, 'approved', null) : refusals.other,
    'approvals.reject': (input) => settle(input.holdId, 'rejected', input.feedback),
    'approvals.revise': (input) => settle(input.holdId, 'revised', input.feedback),
    'approvals.answer': (input) => {
      const request = open.find((one) => one.holdId === input.holdId)
      if (request === undefined) return refusals.decided
      const checked =
        request.kind === 'gate'
          ? checkApprovalAnswer(input.answer)
          : checkAnswer(HumanQuestion.parse(JSON.parse(request.arguments ?? '{}')), input.answer)
      return checked.ok ? settle(input.holdId, 'answered', null) : checked
    },
    'agents.list': () => ({ items: [...agents], refused: [] }),
    'tools.list': () => ({ items: [...tools] }),
    'runs.start': () => ({ runId: runs.all[0]?.id ?? '' }),
    'runs.list': (input) => {
      const contains = input.contains?.toLowerCase()
      const found = runs.all.filter(
        (run) =>
          (input.statuses === undefined || input.statuses.includes(run.status)) &&
          (input.agent === undefined || run.agent === input.agent) &&
          (contains === undefined || (run.title ?? '').toLowerCase().includes(contains)),
      )
      return pageOf(isEmpty ? [] : found, input)
    },
    'runs.retry': (input) => runOf(input.runId),
    'runs.fork': (input) => runOf(input.runId),
    'runs.replay': (input) => {
      const events = runs.eventsOf(input.runId)
      const verdict = {
        isChainWhole: true,
        firstBreak: null,
        isSame: true,
        differences: [],
        contexts: { total: 1, same: 1, gone: 0 },
        status: runOf(input.runId).status,
      }
      return { runId: input.runId, events: events.length, ...verdict }
    },
    'runs.diff': (input) => diff(input.a, input.b),
    'runs.export': async (input) => {
      const text = file(input.runId)
      const offset = input.offset ?? 0
      const about = { fileName: 'pale-heron.holdfast-run.json', chars: text.length, sizeBytes: text.length }
      return { ...about, digest: { alg: 'sha256', value: await sha256(text) }, offset, text: text.slice(offset, offset + 4_000) }
    },
    'uploads.begin': () => ({ uploadId: id('upl', 1) }),
    'uploads.append': (input) => ({ received: input.offset + atob(input.data).length }),
    'runs.import': () =>
      fail('run.import_broken', 'This file is not a run: its events are not chained.', 'Export it again where it was made.'),
    'runs.budget': (input) => budgetOf(input.runId),
    'runs.raise': (input) => {
      const given = Object.fromEntries(Object.entries(input.budget).filter(([, value]) => value !== undefined))
      raised.set(input.runId, { ...raised.get(input.runId), ...given })
      return budgetOf(input.runId)
    },
    'runs.undo': (input) => {
      undone = [...undone, input.stepId]
      const step = stepsOf(input.runId).find((one) => one.id === input.stepId)
      if (step === undefined) return fail('run.unknown_step', 'The run has no such call.', 'Look at the run again.')
      return step
    },
    'steps.list': (input) => pageOf(input.runId === undefined ? [] : stepsOf(input.runId), input),
    'quota.get': () => ({ ...quota, policy: unbounded, tokensSpent: isEmpty ? 0 : 312_400, costMicrosSpent: 0 }),
    'quota.set': ({ tokensMax, costMicrosMax, concurrentRunsMax = null }) => {
      quota = { tokensMax, costMicrosMax, concurrentRunsMax }
      return { ...quota, policy: unbounded, tokensSpent: 312_400, costMicrosSpent: 0 }
    },
    'attended.get': () => ({ open: hours }),
    'attended.set': ({ open: wanted }) => {
      hours = wanted
      return { open: hours }
    },
    'exemptions.list': (input) => pageOf(exemptions, input),
    'exemptions.grant': ({ justification }) => {
      const granted = lifted(2, nowMs, justification)
      exemptions = [granted, ...exemptions]
      return granted
    },
  }
}
