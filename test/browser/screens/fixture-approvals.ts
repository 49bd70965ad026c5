/** Invented requests to a person: calls to approve with small and large diffs, questions of each form, and a proposal. */
import type { Approval, ApprovalItem, ApprovalPreview } from '../../../main/contract/approvals.ts'
import { canonicalJson } from '../../../main/domain/canonical-json.ts'
import type { ApprovalRequest, HumanQuestion } from '../../../main/domain/human-request.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { cui } from './fixture-holdings.ts'
import { hex, id, nowMs } from './fixture-ids.ts'

const minute = 60_000
export const writerRunId = id('run', 12)
export const writerTitle = 'Reconcile the berth sheet with the recording of channel 12'

const report = [
  '# Where was the Pale Heron?',
  '',
  'The berth sheet has the tender alongside at Berth 3 from 22:15 to 06:30 [1].',
  'A vessel that used her name called Port Control at 02:31, a mile and a half north-west of the Light [2].',
  'Rounds were made at 22:30 and at 05:45; nobody looked in between [1].',
  '',
  '## What this leaves open',
  '',
  'A run from Berth 3 to K4 and home again is about 19 nautical miles, a little over two hours at 9 knots [3].',
  'The time between the rounds is enough for it. Whether she went is not in these documents.',
  '',
  '## Sources',
  '',
  '[1] 04-harbour-master-memo.html, “The tender Pale Heron lay at Berth 3 all night.”',
  '[2] 03-port-control-transcript.txt, “Port Control, Pale Heron. About a mile and a half north-west of the Light.”',
  '[3] 06-investigator-notes.md, “about 19 nautical miles”',
]

/** A new file of so many lines, as the diff that creates it: three lines of it are its head. */
function created(name: string, lines: readonly string[]): string {
  return [`--- /dev/null`, `+++ b/${name}`, `@@ -0,0 +1,${lines.length} @@`, ...lines.map((line) => `+${line}`)].join('\n')
}

const numbered = (lines: number): readonly string[] =>
  Array.from({ length: lines }, (_, i) => `${String(i + 1).padStart(3, '0')}  seal HX-${2_000 + i}, bay ${'PQRS'[i % 4]}, checked 30 May`)

const preview = (name: string, lines: readonly string[], change: Partial<ApprovalPreview> = {}): ApprovalPreview => {
  const diff = created(name, lines)
  return {
    ...{ summary: `Creates ${name}, ${lines.join('\n').length} bytes.`, diff, diffLines: lines.length + 3 },
    ...{ undo: 'The file is removed again.', ...change },
  }
}

/** The request as a list tells of it. */
export const itemOf = ({ arguments: text, argumentsHash: _hash, preview, feedback: _feedback, ...about }: Approval): ApprovalItem => ({
  ...about,
  ...{ summary: preview?.summary ?? null, argumentsBytes: text?.length ?? null, diffLines: preview?.diffLines ?? 0 },
})

export function request(number: number, kind: Approval['kind'], tool: string, input: unknown, change: Partial<Approval> = {}): Approval {
  return {
    ...{ holdId: id('hld', number), runId: writerRunId, stepId: id('stp', number + 100), kind, agent: 'report-writer' },
    ...{
      runTitle: writerTitle,
      tool,
      toolSummary: 'Write a text file (.md, .txt, .csv, .json) into the folder of this run, in place of what stands there',
    },
    ...{ effect: 'idempotent', risk: 'write', arguments: canonicalJson(input), argumentsHash: { alg: 'sha256', value: hex(number + 900) } },
    ...{ label: cui, preview: null, openedAt: nowMs - number * 4 * minute, expiresAt: nowMs + number * 11 * minute, rung: 0 },
    ...{ decision: null, decidedAt: null, decidedBy: null, feedback: null },
    ...change,
  }
}

/** A call that writes a file whose diff has exactly so many lines. */
export const diffOf = (number: number, lines: number): Approval => {
  const text = numbered(lines - 3)
  return request(
    number,
    'approval',
    'write_file',
    { name: `seals-${lines}.txt`, text: text.join('\n') },
    { preview: preview(`seals-${lines}.txt`, text) },
  )
}

const question = (change: Partial<HumanQuestion>): HumanQuestion => ({
  ...{ question: '', context: '', urgency: 'low', format: 'free_text', choices: null, schema: null },
  ...change,
})
const asks = { effect: 'read', risk: 'human', expiresAt: null, toolSummary: 'Ask a person a question and wait for the answer' } as const

const proposal: ApprovalRequest = {
  summary: 'Write one report of two pages that compares the berth sheet with the recording, and leave the fuel figures out.',
  findings: [
    'The memo says the tender lay at Berth 3 all night; its author saw her at 22:30 and at 05:45 only.',
    'The recording has a vessel of that name off the Light at 02:31.',
    'The investigator’s fuel figures rest on a receipt that is not among the documents.',
  ],
  proposal:
    'Write pale-heron.md with three sections: what each source says, where they differ, and what nobody recorded. Every sentence carries a quote.',
  alternatives: [
    {
      option: 'One table without sentences',
      reasonRejected: 'The sources differ in what they mean by “all night”; a cell cannot say that.',
    },
    {
      option: 'Include the fuel figures',
      reasonRejected: 'The receipt they rest on is not in the holdings, so no quote would support them.',
    },
  ],
  impact: { files: ['pale-heron.md'], services: [], time: 'about four minutes', risk: 'low' },
  risks: [
    {
      risk: 'A reader takes the gap in the rounds for proof that she sailed.',
      mitigation: 'The last section says in its first sentence that it does not follow.',
    },
  ],
  rollbackPlan: 'Undo the one write; the folder of this run is then empty again.',
  questions: ['Should the names of the watch stand in the report?'],
  confidence: 0.82,
  estimatedTokens: 14_500,
  estimatedDurationMs: 240_000,
}

const timeQuestion = question({
  ...{ question: 'Which of the two times should the report take as the time of the call?', format: 'multiple_choice', urgency: 'high' },
  ...{ context: 'The recorder’s clock was nine minutes slow that night; the transcript keeps the recorder’s time.' },
  choices: ['02:31, as the transcript has it', '02:40, corrected for the clock', 'Both, with the reason'],
})

export const crossingId = id('hld', 15)
export const crossingPayload = id('bdy', 4_001)
export const crossingBytes = canonicalJson({
  model: 'llama-3.3-70b-instruct',
  messages: [
    { role: 'system', content: 'Answer from the numbered passages only. Quote the words that each sentence rests on.' },
    {
      role: 'user',
      content: `[1] 04-harbour-master-memo.html\n${report[2]}\n[2] 03-port-control-transcript.txt\n${report[3]}\nQuestion: Where was the Pale Heron?`,
    },
  ],
  ...{ max_tokens: 900, seed: 7, stream: true, temperature: 0 },
})
const crossing = (): Approval => {
  const diff = [
    '--- a/request',
    '+++ b/request',
    '@@ -4,1 +4,1 @@',
    '-Signed for by J. Brask, watch 2.',
    '+Signed for by [name], watch 2.',
  ].join('\n')
  const input = {
    ...{
      purpose: 'draft',
      tier: 'datacenter',
      endpointId: id('end', 1),
      destination: '10.20.0.5:8443',
      model: 'llama-3.3-70b-instruct',
      label: cui,
    },
    ...{ digest: { alg: 'sha256', value: hex(415) }, bytes: crossingBytes.length, costMicrosMax: 14_000, included: [0, 1] },
    ...{ causes: ['context_too_large', 'features'], removed: { names: 1 }, task: { alg: 'sha256', value: hex(416) } },
  }
  const shown = { endpoint: 'Building 4, rack 2', mode: 'suggest', confidence: 0.82, payload: crossingPayload } as const
  return request(15, 'approval', 'cross_boundary', input, {
    ...{ risk: 'crossing', effect: 'unsafe', toolSummary: 'Let a larger model outside this machine see the question and its passages' },
    preview: { summary: 'Suggested: send 612 bytes, CUI, to Building 4, rack 2.', diff, diffLines: 5, undo: null, crossing: shown },
  })
}

export const gateId = id('hld', 3)
export const writeId = id('hld', 1)
export const questionIds = { choice: id('hld', 4), yesNo: id('hld', 5), schema: id('hld', 6), text: id('hld', 10) } as const
export const diffIds = { at49: id('hld', 11), at50: id('hld', 12), at499: id('hld', 13), at500: id('hld', 14) } as const

export const openRequests: readonly Approval[] = [
  request(
    1,
    'approval',
    'write_file',
    { name: 'pale-heron.md', text: report.join('\n') },
    { preview: preview('pale-heron.md', report), rung: 1 },
  ),
  request(
    2,
    'approval',
    'send_to_pier',
    { to: 'pier\u202Egnp.exe', note: 'a zero\u200Bwidth space', times: 3 },
    {
      ...{
        effect: 'unsafe',
        risk: 'unknown',
        toolSummary: null,
        runTitle: 'Tell the pier which moorings are overdue',
        runId: id('run', 13),
      },
    },
  ),
  request(3, 'gate', 'request_human_approval', proposal, {
    ...{ ...asks, toolSummary: 'Ask a person to approve, reject or revise what is planned, with findings, risks and a way back' },
    ...{ expiresAt: nowMs + 7 * 3_600_000, preview: { summary: proposal.summary, diff: null, diffLines: 0, undo: null } },
  }),
  ...[
    timeQuestion,
    question({
      ...{ question: 'May the names of the watch stand in the report?', format: 'yes_no', urgency: 'medium' },
      context: 'The memo names two people. The collection’s floor is CUI.',
    }),
    question({
      ...{ question: 'How long should the report be, and for whom?', context: 'The task names neither.' },
      schema: {
        type: 'object',
        properties: {
          pages: { type: 'integer', minimum: 1, maximum: 6 },
          reader: { type: 'string', enum: ['harbour board', 'insurer', 'inquiry'] },
          remark: { type: 'string', maxLength: 200 },
        },
        required: ['pages', 'reader'],
      },
    }),
  ].map((input, i) =>
    request(i + 4, 'question', 'ask_human', input, { ...asks, preview: { summary: input.question, diff: null, diffLines: 0, undo: null } }),
  ),
  diffOf(11, 49),
  diffOf(12, 50),
  diffOf(13, 499),
  diffOf(14, 500),
  request(
    10,
    'question',
    'ask_human',
    question({ question: 'What is the vessel in photograph 4 called?', context: 'Its bow is cut off in the scan.' }),
    {
      ...asks,
      preview: { summary: 'What is the vessel in photograph 4 called?', diff: null, diffLines: 0, undo: null },
    },
  ),
  crossing(),
]

const by = (decidedMinutesAgo: number, decision: NonNullable<Approval['decision']>, feedback: string | null = null): Partial<Approval> => ({
  ...{ decision, decidedAt: nowMs - decidedMinutesAgo * minute, decidedBy: decision === 'expired' ? null : 'm.arden', feedback },
})

const decided = (number: number, name: string, lines: readonly string[], change: Partial<Approval>): Approval =>
  request(number, 'approval', 'write_file', { name, text: lines.join('\n') }, { preview: preview(name, lines), ...change })

export const decidedRequests: readonly Approval[] = [
  decided(21, 'summary.md', ['Too short.'], by(31, 'revised', 'Name the sources under each section, not at the end.')),
  decided(25, 'moorings.csv', ['mooring,last checked', 'K4,2026-03-01'], { ...by(58, 'approved'), label: unclassified }),
  decided(22, 'pale-heron.md', report, { ...by(92, 'approved'), runId: id('run', 14), stepId: id('stp', 200) }),
  decided(23, 'names.txt', ['Corrow, Brask'], by(120, 'rejected', 'No names outside the inquiry.')),
  decided(24, 'draft.md', ['Draft'], by(300, 'expired')),
  ...[31, 32].map((number) =>
    request(number, 'question', 'ask_human', timeQuestion, {
      ...{ ...asks, ...by(number, 'answered') },
      ...{ preview: { summary: timeQuestion.question, diff: null, diffLines: 0, undo: null } },
      ...(number === 31 ? { stepId: id('stp', 98) } : { runId: id('run', 14), stepId: id('stp', 198) }),
    }),
  ),
]
