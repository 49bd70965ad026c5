/**
 * Reviews of how agents are run, as Markdown: each week how the first six of the twelve principles are kept, each fortnight what people and
 * safety have to do with the other six. Numbers and names of ours only. Pure: the same figures are the same text.
 */
import type { ApprovalRate } from './approval-rate.ts'

export const reviewPeriods = ['week', 'fortnight'] as const
export type ReviewPeriod = (typeof reviewPeriods)[number]

const dayMs = 24 * 60 * 60_000
export const reviewLastsMs: Readonly<Record<ReviewPeriod, number>> = { week: 7 * dayMs, fortnight: 14 * dayMs }

export interface ReviewFigures {
  /** Days, as a person writes them. */
  readonly from: string
  readonly to: string
  /** How often each kind of event was recorded. */
  readonly events: Readonly<Record<string, number>>
  /** Of runs that were created: by a person, with pinned prompts, and as another try. */
  readonly created: { readonly byPerson: number; readonly pinned: number; readonly retries: number }
  /** Percent of what a model can hold; `over`: contexts above 40. */
  readonly contexts: { readonly mean: number | null; readonly most: number | null; readonly over: number }
  readonly executorsLost: number
  readonly agents: ReadonlyArray<{
    readonly agent: string
    readonly runs: number
    readonly failed: number
    readonly tokens: number
    /** Calls of a run, on average. */
    readonly steps: number
  }>
  readonly approval: ApprovalRate
}

type Line = readonly [what: string, value: string | number]

interface Principle {
  readonly number: number
  readonly title: string
  readonly lines: (figures: ReviewFigures) => readonly Line[]
}

const percent = (part: number, whole: number): string => (whole === 0 ? 'none' : `${Math.round((100 * part) / whole)} %`)
const rounded = (value: number | null): string => (value === null ? 'none' : `${Math.round(value)} %`)
const of =
  (type: string) =>
  ({ events }: ReviewFigures): number =>
    events[type] ?? 0

const weekly: readonly Principle[] = [
  {
    number: 1,
    title: 'Natural language becomes tool calls',
    lines: (figures) => [
      ['Calls proposed', of('tool.proposed')(figures)],
      ['Proposals of models refused', of('proposal.refused')(figures)],
      ['Share refused', percent(of('proposal.refused')(figures), of('tool.proposed')(figures) + of('proposal.refused')(figures))],
    ],
  },
  {
    number: 2,
    title: 'Own your prompts',
    lines: (figures) => [
      ['Runs created', of('run.created')(figures)],
      ['of them with pinned prompts', figures.created.pinned],
      ['Changes of prompts and agents recorded', of('drift.recorded')(figures)],
    ],
  },
  {
    number: 3,
    title: 'Own your context window',
    lines: (figures) => [
      ['Contexts built', of('context.built')(figures)],
      ['Full on average', rounded(figures.contexts.mean)],
      ['Fullest', rounded(figures.contexts.most)],
      ['Above 40 %', figures.contexts.over],
    ],
  },
  {
    number: 4,
    title: 'Tools give structured outputs',
    lines: (figures) => [
      ['Calls that succeeded', of('tool.succeeded')(figures)],
      ['Calls that failed', of('tool.failed')(figures)],
      ['Calls of unknown outcome', of('tool.unknown')(figures)],
    ],
  },
  {
    number: 5,
    title: 'One state of execution and of business',
    lines: (figures) => [
      ['Runs completed', of('run.completed')(figures)],
      ['Runs failed', of('run.failed')(figures)],
      ['Runs aborted', of('run.aborted')(figures)],
      ['Missions begun', of('mission.created')(figures)],
      ['Missions over', of('mission.completed')(figures)],
    ],
  },
  {
    number: 6,
    title: 'Launch, pause, resume',
    lines: (figures) => [
      ['Launches', of('run.launching')(figures)],
      ['Runs held', of('run.held')(figures)],
      ['Cancellations asked for', of('run.cancel_requested')(figures)],
      ['Executors lost', figures.executorsLost],
    ],
  },
]

const fortnightly: readonly Principle[] = [
  {
    number: 7,
    title: 'Contact humans with tool calls',
    lines: (figures) => [
      ['Approvals asked for', of('tool.approval_requested')(figures)],
      ['Approved', of('tool.approved')(figures)],
      ['Rejected or sent back', of('tool.rejected')(figures)],
      ['Run out', of('tool.expired')(figures)],
      ['Questions answered', of('tool.answered')(figures)],
      ['What the last decisions say', figures.approval.verdict.replaceAll('_', ' ')],
    ],
  },
  {
    number: 8,
    title: 'Own your control flow',
    lines: (figures) => [
      ['Runs that went in circles', of('spiral.detected')(figures)],
      ['Limits passed', of('budget.exceeded')(figures)],
      ['Plans refused', of('mission.plan_refused')(figures)],
      ['Decisions at gates', of('gate.decided')(figures)],
    ],
  },
  {
    number: 9,
    title: 'Compact errors into context',
    lines: (figures) => [
      ['Failures of models', of('model.failed')(figures)],
      ['Failures of tools', of('tool.failed')(figures)],
      ['Runs that tried again', figures.created.retries],
    ],
  },
  {
    number: 10,
    title: 'Small, focused agents',
    lines: ({ agents }) =>
      agents.map(({ agent, runs, failed, steps }) => [agent, `${runs} runs, ${failed} failed, ${steps.toFixed(1)} calls on average`]),
  },
  {
    number: 11,
    title: 'Trigger from anywhere',
    lines: (figures) => [
      ['Runs begun by people', figures.created.byPerson],
      ['Runs begun by missions and other parts', of('run.created')(figures) - figures.created.byPerson],
      ['Calls of programs elsewhere', of('serve.called')(figures)],
    ],
  },
  {
    number: 12,
    title: 'Stateless reducer',
    lines: (figures) => [
      ['Verifications of the record', of('audit.verified')(figures)],
      ['Faults found in it', of('audit.failed')(figures)],
      ['Restores', of('store.restored')(figures)],
    ],
  },
]

const safety: ReadonlyArray<readonly [what: string, type: string]> = [
  ['Incidents opened', 'incident.opened'],
  ['Incidents closed', 'incident.closed'],
  ['Guardrails lifted', 'exemption.granted'],
  ['Attempts to leave refused', 'egress.denied'],
  ['Calls denied', 'call.denied'],
  ['Answers withheld for their label', 'reply.withheld'],
  ['Drift found', 'drift.found'],
  ['Papers exported', 'export.made'],
]

const listed = (lines: readonly Line[]): readonly string[] =>
  lines.length === 0 ? ['Nothing.'] : ['| what | how much |', '|---|---|', ...lines.map(([what, value]) => `| ${what} | ${value} |`)]

export function reviewMarkdown(period: ReviewPeriod, figures: ReviewFigures): string {
  const [principles, span] =
    period === 'week' ? [weekly, 'Weekly review: principles 1 to 6'] : [fortnightly, 'Fortnightly review: principles 7 to 12']
  const sections = principles.flatMap(({ number, title, lines }) => ['', `## ${number}. ${title}`, '', ...listed(lines(figures))])
  const more = period === 'week' ? [] : ['', '## Safety', '', ...listed(safety.map(([what, type]) => [what, of(type)(figures)]))]
  return [`# ${span}`, '', `From ${figures.from} to ${figures.to}.`, ...sections, ...more, ''].join('\n')
}
