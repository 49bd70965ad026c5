/**
 * A scripted core for screenshots: puts `window.holdfast` in place before the page starts. Only pictures are made with it;
 * what the product does is tested against the real core. `window.holdfastScene` says what is shown.
 */
import './fixture-without-eval.ts'
import type { CallReply } from '../../../main/contract/api.ts'
import type { CallInput, CallName, CallOutput } from '../../../main/contract/calls.ts'
import type { FeedItem } from '../../../main/contract/runs.ts'
import type { StationStatus } from '../../../main/contract/station.ts'
import { unclassified } from '../../../main/domain/label.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { agentAnswers } from './fixture-agents.ts'
import { conversation, conversations, run, streaming, turns } from './fixture-answers.ts'
import { crossingBytes, crossingPayload, writerRunId } from './fixture-approvals.ts'
import { auditAnswers, auditStatus, damagedStore } from './fixture-audit.ts'
import { contextAnswers } from './fixture-context.ts'
import { custodyAnswers } from './fixture-custody.ts'
import { doorAnswers } from './fixture-doors.ts'
import { editorAnswers } from './fixture-editor.ts'
import { engine } from './fixture-engine.ts'
import { bodyText, completeEvents, failedEvents, heldEvents } from './fixture-events.ts'
import { handedOnAnswers } from './fixture-handed-on.ts'
import { healthAnswers } from './fixture-health.ts'
import { collections, cui, documents, hits, passageOf } from './fixture-holdings.ts'
import { id, nowMs } from './fixture-ids.ts'
import { missionAnswers } from './fixture-missions.ts'
import { promptAnswers } from './fixture-prompts.ts'
import { doctor, emptyStatus, fullStatus, models } from './fixture-station.ts'
import { tierAnswers } from './fixture-tiers.ts'
import { traceAnswers } from './fixture-traces.ts'
import { wayAnswers } from './fixture-ways.ts'
import { doneRunId, spentEvents, spentRunId, writerDoneEvents, writerHeldEvents, writerRuns, writerText } from './fixture-writer.ts'

/** `auditor` has everything and may only look, `reviewer` may answer for it as well, `one-agent` has one agent. `full` has everything, `empty` nothing yet, `failing` refuses every call but the station's, `loading` never answers them, `refusing` refuses every call. */
export type Scene =
  | 'full'
  | 'empty'
  | 'failing'
  | 'loading'
  | 'first-run'
  | 'streaming'
  | 'sample'
  | 'damaged'
  | 'auditor'
  | 'reviewer'
  | 'one-agent'
  | 'refusing'

/** An answer is drawn with the next frame, and what it makes the page ask for is under way by the one after it. */
const quietFrames = 3

interface Fixture {
  readonly pathOf: (file: File) => string | null
  readonly call: (name: string, input: unknown) => Promise<CallReply>
  /** Delivers an item of the feed as if it had just happened. */
  readonly tell: (item: FeedItem) => void
  readonly subscribe: (after: number | null, listener: (item: FeedItem) => void) => () => void
  /** Resolves once nothing is asked for any more, and what came was drawn. */
  readonly rest: () => Promise<void>
}

type Answer<N extends CallName> = CallOutput<N> | Extract<CallReply, { ok: false }>
type Answers = { [N in CallName]?: (input: CallInput<N>) => Answer<N> | Promise<Answer<N>> }

const scope = globalThis as unknown as { holdfastScene: Scene; holdfast: Fixture }
const scene = scope.holdfastScene

const runs = [
  run(9, streaming.question, {
    status: 'active',
    reason: 'agent_ready',
    endedAt: null,
    tokensUsed: 412,
    createdAt: nowMs - 9_000,
    movedAt: nowMs - 8_900,
  }),
  run(8, 'Compare the berth sheet with the recording of channel 12.', {
    status: 'held',
    reason: 'user_request',
    holds: ['operator'],
    endedAt: null,
  }),
  run(7, 'Which moorings are overdue for inspection?', {
    ...{ status: 'failed', reason: 'failure' },
    failure: {
      ...{ code: 'model.deadline', message: 'The model did not answer within 30 seconds.' },
      hint: 'Ask again, choose a smaller model, or ask without a model.',
    },
  }),
  ...writerRuns,
  run(6, 'Who signed for the battery packs on 10 March, and what came back?', { status: 'aborted', reason: 'user_request' }),
  ...turns.map((turn) => turn.run),
  ...Array.from({ length: 180 }, (_, i) =>
    run(i + 24, ['How deep is the channel at K4?', 'What stood in the alarm log on 9 March?'][i % 2] ?? ''),
  ),
]

const pageOf = <T>(items: readonly T[], input: { limit?: number | undefined; offset?: number | undefined }) => ({
  items: items.slice(input.offset ?? 0, (input.offset ?? 0) + (input.limit ?? 50)),
  total: items.length,
})

const isEmpty = scene === 'empty' || scene === 'first-run' || scene === 'sample'
let status: StationStatus = isEmpty ? { ...emptyStatus, ceiling: scene === 'first-run' ? null : emptyStatus.ceiling } : fullStatus
if (scene === 'damaged') status = { ...status, readOnly: damagedStore }
if (scene === 'auditor') status = { ...status, roles: ['auditor'] }
if (scene === 'reviewer') status = { ...status, roles: ['analyst', 'reviewer'] }
if (scene === 'sample') status = { ...status, counts: { ...status.counts, documents: 12 }, sampleCase: fullStatus.sampleCase }

const streamingTurn = {
  run: { ...(runs[0] ?? run(9, '')), conversationId: streaming.conversationId },
  question: streaming.question,
  questionLabel: cui,
  answer: null,
}

function eventsOf(runId: string): readonly RecordedEvent[] {
  if (runId === writerRunId) return writerHeldEvents
  if (runId === doneRunId) return writerDoneEvents
  if (runId === spentRunId) return spentEvents
  const status = runs.find((one) => one.id === runId)?.status
  const events = (status === 'held' ? heldEvents : status === 'failed' ? failedEvents : completeEvents)(runId)
  return status === 'active' ? events.slice(0, 9) : events
}

const textOf = (body: string) => (body === crossingPayload ? crossingBytes : (writerText(body) ?? bodyText(body)))

const answers: Answers = {
  ...engine({ all: runs, eventsOf, textOf }, isEmpty),
  ...editorAnswers(isEmpty),
  ...auditAnswers,
  ...agentAnswers({ isEmpty, isOne: scene === 'one-agent' }),
  ...promptAnswers(isEmpty),
  ...missionAnswers(isEmpty),
  ...contextAnswers,
  ...handedOnAnswers(isEmpty),
  ...traceAnswers(isEmpty),
  ...healthAnswers(isEmpty),
  ...tierAnswers(isEmpty),
  ...wayAnswers(isEmpty),
  ...doorAnswers(isEmpty),
  ...custodyAnswers({ isEmpty, isDamaged: scene === 'damaged', purpose: scene === 'auditor' ? 'development' : 'production' }),
  'audit.status': () => auditStatus(isEmpty),
  'station.status': () => status,
  'station.configure': () => {
    status = { ...status, ceiling: emptyStatus.ceiling }
    return status
  },
  'station.doctor': () => doctor,
  'sample.load': () => ({ importId: id('imp', 1) }),
  'collections.list': () => ({ items: isEmpty ? [] : [...collections] }),
  'conversations.list': (input) => pageOf(isEmpty ? [] : conversations, input),
  'conversations.get': (input) =>
    input.conversationId === streaming.conversationId
      ? { conversation: { ...conversation, id: streaming.conversationId, title: streaming.question }, turns: [streamingTurn] }
      : { conversation, turns: [...turns] },
  'ask.start': () => ({ runId: streaming.runId, conversationId: streaming.conversationId }),
  'passages.get': (input) => passageOf(input.passageId) ?? passageOf(hits[0]?.passageId ?? '') ?? failFixture(),
  'search.query': (input) => ({ query: input.query, hits: [...hits], embedder: status.embedder, vectorSearch: 'lancedb', tookMs: 11.4 }),
  'documents.list': (input) => pageOf(isEmpty ? [] : documents, input),
  'documents.get': (input) => ({
    document: documents.find((one) => one.id === input.documentId) ?? documents[0] ?? failFixture(),
    ...{ pages: [], blockCount: 0, broughtBy: null },
  }),
  'documents.labels': (input) => ({
    documentId: input.documentId,
    ...{ label: cui, floor: unclassified },
    history: [
      { kind: 'imported', at: nowMs - 86_400_000 * 2, by: 'm.arden', from: unclassified, to: unclassified, reason: null },
      { kind: 'raised', at: nowMs - 86_400_000, by: 's.officer', from: unclassified, to: cui, reason: 'It names the watch keepers.' },
    ],
  }),
  'answers.released': (input) => ({ runId: input.runId, release: null, label: cui }),
  'documents.blocks': () => ({ from: 0, blocks: [], total: 0 }),
  'imports.list': (input) => pageOf([], input),
  'runs.get': (input) => runs.find((one) => one.id === input.runId) ?? runs[0] ?? failFixture(),
  'runs.events': (input) => pageOf(eventsOf(input.runId), input),
  'bodies.read': (input) => ({ body: input.body, text: textOf(input.body), isPurged: false }),
  'runs.cancel': () => runs[3] ?? failFixture(),
  'runs.pause': () => runs[1] ?? failFixture(),
  'runs.resume': () => runs[0] ?? failFixture(),
  'models.list': () => ({ items: isEmpty ? [] : [...models] }),
  'models.verify': () => ({ items: [...models] }),
}

function failFixture(): never {
  throw new Error('the fixture holds no such thing')
}

const failing: CallReply = {
  ok: false,
  error: {
    ...{ code: 'store.unreadable', message: 'The store could not be read.' },
    hint: 'Check that the disk is connected and not full, then try again. Settings has a self-check.',
  },
}

const isRefusal = (value: unknown): value is Extract<CallReply, { ok: false }> =>
  typeof value === 'object' && value !== null && 'ok' in value && value.ok === false && 'error' in value

async function reply(name: string, input: unknown): Promise<CallReply> {
  if (scene === 'refusing' || (scene === 'failing' && name !== 'station.status')) return failing
  // The page is built against the same contract: a name it calls is a name there is.
  const answer = answers[name as CallName] as ((input: unknown) => unknown) | undefined
  const value = await answer?.(input)
  if (value === undefined) return failing
  return isRefusal(value) ? value : { ok: true, value }
}

let underWay = 0

async function call(name: string, input: unknown): Promise<CallReply> {
  if (scene === 'loading' && name !== 'station.status') return new Promise(() => undefined)
  underWay += 1
  try {
    return await reply(name, input)
  } finally {
    underWay -= 1
  }
}

async function rest(): Promise<void> {
  for (let quiet = 0; quiet < quietFrames; quiet = underWay === 0 ? quiet + 1 : 0) await new Promise(requestAnimationFrame)
}

const listeners = new Set<(item: FeedItem) => void>()
const tell = (item: FeedItem) => {
  for (const listener of listeners) listener(item)
}

function subscribe(_after: number | null, listener: (item: FeedItem) => void): () => void {
  listeners.add(listener)
  const live = { runId: streaming.runId, stage: 'writing', text: streaming.text, claims: [] }
  const isStreaming = scene === 'streaming' || scene === 'full'
  queueMicrotask(() => listener({ kind: 'snapshot', seq: 900, boot: id('boot', 1), live: isStreaming ? [live] : [], imports: [] }))
  if (isStreaming) {
    setTimeout(() => {
      listener({ kind: 'claim', runId: streaming.runId, checked: streaming.checked })
    }, 50)
  }
  return () => listeners.delete(listener)
}

scope.holdfast = { call, subscribe, pathOf: (file: File) => `/media/m.arden/TRANSFER/${file.name}`, tell, rest }
