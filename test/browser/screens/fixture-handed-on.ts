/** What invented runs handed on: held and complete, with a chain, long values by their place, and one whose source was purged. */
import type { CallInput, CallName, CallOutput } from '../../../main/contract/calls.ts'
import type { BundleSummary } from '../../../main/contract/context.ts'
import { type ContextBundle, contextBundleId } from '../../../main/domain/context-bundle.ts'
import { writerRunId, writerTitle } from './fixture-approvals.ts'
import { cui } from './fixture-holdings.ts'
import { id, nowMs } from './fixture-ids.ts'

const doneRunId = id('run', 14)
const first = contextBundleId(writerRunId, 21)
const second = contextBundleId(doneRunId, 24)
const third = contextBundleId(doneRunId, 38)

const summary = (bundleId: string, runId: string, number: number, change: Partial<BundleSummary>): BundleSummary => ({
  ...{
    id: bundleId,
    runId,
    agent: 'report-writer',
    number,
    trigger: 'held',
    label: cui,
    continues: null,
    tokens: 612,
    sourceTokens: 4_118,
  },
  ...{ madeAt: nowMs - 95 * 60_000, isPurged: false },
  ...change,
})

const summaries: readonly BundleSummary[] = [
  summary(third, doneRunId, 2, { trigger: 'complete', continues: second, tokens: 904, sourceTokens: 7_197, madeAt: nowMs - 92 * 60_000 }),
  summary(second, doneRunId, 1, { continues: first }),
  summary(first, writerRunId, 1, { madeAt: nowMs - 16 * 60_000 }),
]

const bundleOf = ({ id: bundleId, agent, trigger, continues }: BundleSummary): ContextBundle => ({
  ...{ format: 'holdfast.context-bundle', version: 1, id: bundleId, agent, trigger, continues },
  summary: `report-writer, attempt 1: ${trigger}. Steps: edge 4, search_holdings 1, read_passage 1, ask_human 1, write_file 1. Tokens: 7197.`,
  decisions: [
    { key: 'step-5', choice: 'answered', why: { text: 'Both, with the reason' }, by: 'person' },
    {
      ...{ key: 'step-7', choice: 'approved', by: 'person' },
      why: { section: 'step-7.feedback', chars: 2_140, begins: 'The time is that of the clock, which was nine minutes slow: say so' },
    },
  ],
  findings: [
    { text: 'The berth sheet has the tender alongside at Berth 3 from 22:15 to 06:30.', isVerified: true, sources: [] },
    { text: 'Whether she went is not in these documents.', isVerified: false, sources: [] },
  ],
  parameters: {
    task: { text: writerTitle },
    notes: {
      section: 'input',
      chars: 10_400,
      begins: 'What the inquiry has so far, in the words of N. Corrow: the buoy was last heard at',
    },
  },
  nextSteps: trigger === 'held' ? ['Step 7, write_file: A person decides whether it may be made.'] : [],
  handoff: {
    ...{
      goal: writerTitle,
      summary: 'report-writer is held.',
      decisions: ['step-5', 'step-7'],
      openRisks: ['1 of 2 claims are not verified.'],
    },
    continuation: trigger === 'held' ? 'It goes on by itself once nothing holds it.' : 'Nothing is left to do.',
    artifacts: trigger === 'held' ? [] : [{ kind: 'file', name: 'pale-heron.md', section: 'step-7.output' }],
  },
  ...{ leftOut: { findings: 3, artifacts: 0, openRisks: 1 }, source: { tokens: 7_197, sections: 12 } },
})

const source = Array.from({ length: 4_000 }, (_, i) => `Line ${i + 1} of the source, exactly as it was.`).join('\n')
const pieceChars = 128 * 1_024

type Answers = { [N in CallName]?: (input: CallInput<N>) => CallOutput<N> }

export function handedOnAnswers(isEmpty: boolean): Answers {
  const find = (wanted: string): BundleSummary => {
    const found = summaries.find((one) => one.id === wanted)
    if (found === undefined) throw new Error('the fixture holds no such bundle')
    return found
  }
  return {
    'contextBundles.list': ({ runId, limit = 50, offset = 0 }) => {
      const items = isEmpty ? [] : summaries.filter((one) => runId === undefined || one.runId === runId)
      return { items: items.slice(offset, offset + limit), total: items.length }
    },
    'contextBundles.get': ({ contextBundleId: wanted }) => {
      const found = find(wanted)
      const isPurged = wanted === second
      return {
        ...{ ...found, isPurged, isIntact: true, bundle: isPurged ? null : bundleOf(found) },
        sections: ['input', 'step-0.input', 'step-0.output', 'step-7.output'].map((section, i) => ({
          ...{ id: section, body: id('bdy', 900 + i), isPurged: isPurged && section === 'input' },
        })),
      }
    },
    'contextBundles.chain': ({ contextBundleId: wanted }) => {
      const at = summaries.findIndex((one) => one.id === wanted)
      const items = summaries.slice(at)
      const decisions = items.flatMap((one) => bundleOf(one).decisions.map((decision) => ({ ...decision, bundleId: one.id })))
      return { items, decisions: decisions.slice(0, 4), artifacts: [] }
    },
    'contextBundles.expand': ({ contextBundleId: wanted, section, offset = 0 }) => ({
      ...{ id: wanted, section: section ?? null, chars: source.length, offset, text: source.slice(offset, offset + pieceChars) },
    }),
  }
}
