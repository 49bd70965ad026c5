/** The events of an invented run, chained as in the log, and bodies for them. */
import type { BodyRef } from '../../../main/domain/body-ref.ts'
import { defaultBudget, nothing } from '../../../main/domain/budget.ts'
import { chainStart, type RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { RunEvent } from '../../../main/domain/run/events.ts'
import { chatModelId, conversationId } from './fixture-answers.ts'
import { cui, passageIdOf } from './fixture-holdings.ts'
import { hex, id, nowMs } from './fixture-ids.ts'

const body = (number: number): BodyRef => ({ body: id('bdy', number), commitment: { alg: 'sha256', value: hex(number + 500) } })
const start = nowMs - 2_700_000

const intent = { budget: defaultBudget, depth: 0, forkedFrom: null, requirements: [] as string[] }

const story: readonly (readonly [number, RunEvent])[] = [
  [0, { type: 'run.created', shardId: id('shd', 3), agent: 'ask', attempt: 1, conversationId, input: body(1), ...intent }],
  [2, { type: 'run.queued', from: 'prep', reason: 'user_request', atMs: start + 2 }],
  [
    6,
    {
      ...{ type: 'run.launching', from: 'queued', reason: 'scheduler', epoch: 1, atMs: start + 6 },
      executor: { boot: id('boot', 1), pid: 4_121, startedAt: '183311' },
    },
  ],
  [9, { type: 'run.activated', from: 'launching', reason: 'agent_ready', atMs: start + 9 }],
  [
    12,
    {
      type: 'tool.proposed',
      stepId: id('stp', 1),
      ordinal: 0,
      tool: 'search_holdings',
      effect: 'read',
      risk: 'read',
      input: body(2),
      reserved: nothing,
      atMs: start + 12,
    },
  ],
  [13, { type: 'tool.dispatched', stepId: id('stp', 1), atMs: start + 13 }],
  [41, { type: 'tool.succeeded', stepId: id('stp', 1), output: body(3), settled: nothing, atMs: start + 41 }],
  [
    48,
    {
      ...{ type: 'context.built', stepId: id('stp', 2), prompt: body(4), promptTokens: 1_840, limitTokens: 3_276, contextTokens: 8_192 },
      passages: [0, 1, 2, 4].map(passageIdOf),
    },
  ],
  [
    50,
    {
      ...{ type: 'model.requested', stepId: id('stp', 2), ordinal: 1, tier: 'edge', modelId: chatModelId, seed: 7, atMs: start + 50 },
      ...{ modelDigest: { alg: 'sha256', value: hex(77) }, input: body(4), reserved: { ...nothing, tokens: 3_276 } },
    },
  ],
  [
    6_210,
    {
      ...{ type: 'model.answered', stepId: id('stp', 2), output: body(5), stop: 'end', device: 'CPU, 6 of 8 threads', atMs: start + 6_210 },
      usage: { promptTokens: 1_840, reusedTokens: 1_512, completionTokens: 214, contextTokens: 8_192, firstTokenMs: 412, totalMs: 6_160 },
      settled: { ...nothing, tokens: 2_054 },
    },
  ],
  [6_231, { type: 'quotes.checked', stepId: id('stp', 2), claims: 4, supported: 3, quotes: 3, verified: 3 }],
  [6_240, { type: 'run.completed', from: 'active', reason: 'completion', result: body(6), label: cui, atMs: start + 6_240 }],
]

function record(stream: string, rows: readonly (readonly [number, RunEvent])[]): readonly RecordedEvent[] {
  return rows.map(([offset, event], i) => ({
    ...{ seq: 400 + i, stream, version: i + 1, at: start + offset, tenant: 'station', label: cui, event },
    actor: i === 0 ? { issuer: 'operator', account: 'm.arden' } : { issuer: 'runtime', account: 'ask' },
    previous: i === 0 ? chainStart : `sha256:${hex(i - 1)}`,
    hash: `sha256:${hex(i)}`,
  }))
}

/** A whole run, and one that waits for its operator in the middle. */
export const completeEvents = (runId: string): readonly RecordedEvent[] => record(runId, story)
export const heldEvents = (runId: string): readonly RecordedEvent[] =>
  record(runId, [
    ...story.slice(0, 8),
    [60, { type: 'hold.opened', holdId: id('hld', 1), kind: 'operator', atMs: start + 60, stepId: null, expiresAtMs: null }],
    [61, { type: 'run.held', from: 'active', reason: 'user_request', atMs: start + 61 }],
  ])
export const failedEvents = (runId: string): readonly RecordedEvent[] =>
  record(runId, [
    ...story.slice(0, 9),
    [30_050, { type: 'model.failed', stepId: id('stp', 2), failure: { code: 'model.deadline' }, settled: nothing, atMs: start + 30_050 }],
    [30_060, { type: 'run.failed', from: 'active', reason: 'failure', failure: { code: 'model.deadline' }, atMs: start + 30_060 }],
  ])

const bodies = [
  'How strong were the gusts at Kessary Light, and do the sources agree?',
  '{"query":"strong gusts Kessary Light sources agree","top":8}',
  '5 passages from 4 documents',
  'Answer from the numbered passages only.\n\n[1] The front passed Kessary Light at 00:58. The strongest gust of the night was 25 knots …\n\nQuestion: How strong were the gusts at Kessary Light, and do the sources agree?',
  '{"claims":[{"text":"The Weather Desk measured that the strongest gust of the night was 25 knots from the south-west …","n":1,"quote":"The strongest gust of the night was 25 knots"}]}',
  'The Weather Desk measured that the strongest gust of the night was 25 knots from the south-west, which is 46 kilometres per hour. …',
] as const

export const bodyText = (wanted: string): string | null => bodies.find((_, i) => id('bdy', i + 1) === wanted) ?? null
