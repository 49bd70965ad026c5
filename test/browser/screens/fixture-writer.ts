/** Invented runs of the report writer: one held for an approval, one that came to its end, one out of tokens. Events as the log has them, with their bodies. */
import type { BodyRef } from '../../../main/domain/body-ref.ts'
import { type Budget, defaultBudget, nothing } from '../../../main/domain/budget.ts'
import { chainStart, type RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { RunEvent } from '../../../main/domain/run/events.ts'
import type { Effect, Risk } from '../../../main/domain/tool.ts'
import { chatModelId, run } from './fixture-answers.ts'
import { openRequests, writerRunId, writerTitle } from './fixture-approvals.ts'
import { cui, passageIdOf } from './fixture-holdings.ts'
import { hex, id, nowMs } from './fixture-ids.ts'

const texts = new Map<string, string>()
let bodies = 2_000
function body(text: string): BodyRef {
  const ref: BodyRef = { body: id('bdy', ++bodies), commitment: { alg: 'sha256', value: hex(bodies) } }
  texts.set(ref.body, text)
  return ref
}
/** The text of one of these runs. */
export const writerText = (wanted: string): string | null => texts.get(wanted) ?? null

const budget: Budget = { ...defaultBudget, tokensMax: 12_000, modelCallsMax: 12, toolCallsMax: 16, durationMsMax: 480_000 }

/** Tells a run event by event; each takes the time it says. */
function teller(stream: string, startMs: number, firstStep: number) {
  const rows: { atMs: number; event: RunEvent }[] = []
  let atMs = startMs
  let ordinal = 0
  const say = (afterMs: number, make: (atMs: number) => RunEvent) => {
    atMs += afterMs
    rows.push({ atMs, event: make(atMs) })
  }
  const next = () => ({ ordinal: ordinal++, stepId: id('stp', firstStep + ordinal - 1) })
  const begin = (forkedFrom: { runId: string; ordinal: number } | null = null) => {
    const task = body(`{"task":${JSON.stringify(writerTitle)},"collection":"Sample case: survey buoy SB-14"}`)
    const intent = { agent: 'report-writer', attempt: 1, conversationId: null, input: task, budget, depth: 0, forkedFrom }
    say(0, () => ({
      type: 'run.created',
      shardId: id('shd', 12),
      ...intent,
      requirements: ['cites every sentence', 'asked before writing'],
    }))
    say(2, (at) => ({ type: 'run.queued', from: 'prep', reason: 'user_request', atMs: at }))
    launch()
  }
  const launch = () => {
    const executor = { boot: id('boot', 1), pid: 4_121, startedAt: '183311' }
    say(5, (at) => ({ type: 'run.launching', from: 'queued', reason: 'scheduler', epoch: 1, atMs: at, executor }))
    say(3, (at) => ({ type: 'run.activated', from: 'launching', reason: 'agent_ready', atMs: at }))
  }
  const model = (promptTokens: number, completionTokens: number, chosen: string, refusal: string | null = null) => {
    const { ordinal: place, stepId } = next()
    const prompt = body(
      `You write reports from the analyst's documents. You may call: search_holdings, read_passage, ask_human, write_file.\nAnswer with one call.\n\nTask: ${writerTitle}\n\nSo far:\n${'• a finished call and what it gave\n'.repeat(place)}`,
    )
    say(18, () => ({
      ...{ type: 'context.built', stepId, prompt, promptTokens, limitTokens: 3_276, contextTokens: 8_192 },
      passages: [0, 1, 2].map(passageIdOf),
    }))
    const digest = { alg: 'sha256', value: hex(77) } as const
    const about = { tier: 'edge', modelId: chatModelId, seed: 7, modelDigest: digest, input: prompt } as const
    say(2, (at) => ({ type: 'model.requested', stepId, ordinal: place, ...about, reserved: { ...nothing, tokens: 3_276 }, atMs: at }))
    const usage = { promptTokens, reusedTokens: 988, completionTokens, contextTokens: 8_192, firstTokenMs: 380, totalMs: 4_100 }
    const settled = { ...nothing, tokens: promptTokens + completionTokens }
    const served = { stop: 'end', device: 'CPU, 6 of 8 threads', usage } as const
    say(4_100, (at) => ({ type: 'model.answered', stepId, output: body(chosen), ...served, settled, atMs: at }))
    if (refusal !== null) say(1, (at) => ({ type: 'proposal.refused', stepId, tool: 'delete_file', failure: { code: refusal }, atMs: at }))
  }
  const propose = (tool: string, effect: Effect, risk: Risk, input: string) => {
    const { ordinal: place, stepId } = next()
    say(3, (at) => ({ type: 'tool.proposed', stepId, ordinal: place, tool, effect, risk, input: body(input), reserved: nothing, atMs: at }))
    return stepId
  }
  const perform = (stepId: string, output: string, tookMs: number, bytesWritten = 0) => {
    say(1, (at) => ({ type: 'tool.dispatched', stepId, atMs: at }))
    say(tookMs, (at) => ({ type: 'tool.succeeded', stepId, output: body(output), settled: { ...nothing, bytesWritten }, atMs: at }))
  }
  /** Asks a person, and lets the run wait. */
  const ask = (stepId: string, holdId: string, kind: 'approval' | 'question', expiresAtMs: number | null) => {
    if (kind === 'approval') say(4, (at) => ({ type: 'tool.approval_requested', stepId, holdId, request: null, atMs: at }))
    else say(4, (at) => ({ type: 'tool.asked', stepId, holdId, atMs: at }))
    say(0, (at) => ({ type: 'hold.opened', holdId, kind, stepId, expiresAtMs, atMs: at }))
    say(1, (at) => ({ type: 'run.held', from: 'active', reason: kind === 'approval' ? 'approval' : 'question', atMs: at }))
  }
  const resume = (holdId: string, decision: 'answered' | 'approved') => {
    say(0, (at) => ({ type: 'hold.closed', holdId, decision, atMs: at }))
    say(1, (at) => ({ type: 'run.queued', from: 'held', reason: decision === 'approved' ? 'approval' : 'user_request', atMs: at }))
    launch()
  }
  const recorded = (): readonly RecordedEvent[] =>
    rows.map(({ atMs: at, event }, i) => ({
      ...{ seq: 500 + i, stream, version: i + 1, at, tenant: 'station', label: cui, event },
      actor: /created|answered$|approved|closed/.test(event.type)
        ? { issuer: 'operator', account: 'm.arden' }
        : { issuer: 'runtime', account: 'report-writer' },
      previous: i === 0 ? chainStart : `sha256:${hex(3_000 + i - 1)}`,
      hash: `sha256:${hex(3_000 + i)}`,
    }))
  return { say, begin, model, propose, perform, ask, resume, recorded }
}

const writeInput = openRequests[0]?.arguments ?? '{}'

/** As far as the request to write: the same in both runs. */
function opening(tell: ReturnType<typeof teller>, answerHold: string, answer: string) {
  tell.model(1_204, 48, '{"tool":"search_holdings","arguments":{"query":"Pale Heron berth night","top":6}}')
  tell.perform(
    tell.propose('search_holdings', 'read', 'read', '{"query":"Pale Heron berth night","top":6}'),
    '{"hits":6,"documents":2}',
    28,
  )
  tell.model(1_640, 31, '{"tool":"delete_file","arguments":{"name":"old.md"}}', 'tool.not_on_list')
  tell.model(1_702, 64, '{"tool":"read_passage","arguments":{"passage":"doc_03.9"}}')
  tell.perform(
    tell.propose('read_passage', 'read', 'read', '{"passage":"doc_03.9"}'),
    '{"text":"02:31  PALE HERON: Port Control, Pale Heron."}',
    6,
  )
  const asked = tell.propose('ask_human', 'read', 'human', openRequests[3]?.arguments ?? '{}')
  tell.ask(asked, answerHold, 'question', null)
  tell.say(94_000, (atMs) => ({ type: 'tool.answered', stepId: asked, holdId: answerHold, output: body(JSON.stringify(answer)), atMs }))
  tell.resume(answerHold, 'answered')
}

const heldTeller = teller(writerRunId, nowMs - 16 * 60_000, 93)
heldTeller.begin()
opening(heldTeller, id('hld', 31), 'Both, with the reason')
heldTeller.model(2_310, 214, `{"tool":"write_file","arguments":${writeInput}}`)
heldTeller.say(0, (atMs) => ({ type: 'requirement.marked', requirement: 'asked before writing', isMet: true, atMs }))
heldTeller.model(2_680, 240, '{"tool":"write_file","arguments":{}}')
heldTeller.say(0, (atMs) => ({ type: 'budget.warned', measure: 'tokens', atMs }))
heldTeller.ask(heldTeller.propose('write_file', 'idempotent', 'write', writeInput), id('hld', 1), 'approval', nowMs + 11 * 60_000)
export const writerHeldEvents = heldTeller.recorded()

export const doneRunId = id('run', 14)
const doneTeller = teller(doneRunId, nowMs - 95 * 60_000, 193)
doneTeller.begin({ runId: writerRunId, ordinal: 5 })
opening(doneTeller, id('hld', 32), '02:40, corrected for the clock')
doneTeller.model(2_310, 198, `{"tool":"write_file","arguments":${writeInput.replace('02:31', '02:40')}}`)
const written = doneTeller.propose('write_file', 'idempotent', 'write', writeInput.replace('02:31', '02:40'))
doneTeller.ask(written, id('hld', 22), 'approval', nowMs)
doneTeller.say(61_000, (atMs) => ({ type: 'tool.approved', stepId: written, holdId: id('hld', 22), atMs }))
doneTeller.resume(id('hld', 22), 'approved')
doneTeller.perform(written, '{"name":"pale-heron.md","sizeBytes":1040,"isNew":true}', 11, 1_040)
for (const requirement of ['cites every sentence', 'asked before writing'])
  doneTeller.say(0, (atMs) => ({ type: 'requirement.marked', requirement, isMet: true, atMs }))
doneTeller.say(4, (atMs) => ({
  ...{ type: 'run.completed', from: 'active', reason: 'completion', result: body('The report lies in pale-heron.md.'), label: cui, atMs },
}))
export const writerDoneEvents = doneTeller.recorded()

export const spentRunId = id('run', 15)
const spentTeller = teller(spentRunId, nowMs - 30 * 60_000, 293)
spentTeller.begin()
for (const bay of ['P', 'Q', 'R', 'S']) spentTeller.model(2_760, 240, `{"tool":"search_holdings","arguments":{"query":"seals bay ${bay}"}}`)
spentTeller.say(1, (atMs) => ({ type: 'budget.warned', measure: 'tokens', atMs }))
spentTeller.say(1, (atMs) => ({ type: 'budget.exceeded', measure: 'tokens', action: 'pause', atMs }))
spentTeller.say(0, (atMs) => ({
  type: 'hold.opened',
  holdId: id('hld', 33),
  kind: 'budget',
  atMs,
  stepId: null,
  expiresAtMs: nowMs + 60_000,
}))
spentTeller.say(1, (atMs) => ({ type: 'run.held', from: 'active', reason: 'quota_exceeded', atMs }))
export const spentEvents = spentTeller.recorded()

const of = (number: number, title: string, change: Parameters<typeof run>[2]) =>
  run(number, title, { agent: 'report-writer', conversationId: null, ...change })

export const writerRuns = [
  of(12, writerTitle, {
    status: 'held',
    reason: 'approval',
    holds: ['approval'],
    tokensUsed: 10_133,
    endedAt: null,
    createdAt: nowMs - 16 * 60_000,
  }),
  of(13, 'Tell the pier which moorings are overdue', {
    ...{
      status: 'held',
      reason: 'approval',
      holds: ['approval', 'operator'],
      tokensUsed: 3_122,
      endedAt: null,
      createdAt: nowMs - 24 * 60_000,
    },
  }),
  of(15, 'List every seal with the day it was last checked', {
    ...{ status: 'held', reason: 'quota_exceeded', holds: ['budget'], tokensUsed: 12_000, endedAt: null, createdAt: nowMs - 30 * 60_000 },
  }),
  of(14, writerTitle, {
    ...{ status: 'complete', tokensUsed: 7_197, forkedFrom: { runId: writerRunId, ordinal: 5 }, createdAt: nowMs - 95 * 60_000 },
    endedAt: nowMs - 92 * 60_000,
  }),
  of(16, 'Who had the keys to the battery store?', {
    ...{
      status: 'complete',
      isImported: true,
      tokensUsed: 5_410,
      createdAt: nowMs - 5 * 86_400_000,
      endedAt: nowMs - 5 * 86_400_000 + 210_000,
    },
  }),
]
