/** Invented missions in every state that a person can meet them in, and what a decision makes of them. */
import type { CallInput, CallName, CallOutput } from '../../../main/contract/calls.ts'
import type { BoardView, MissionDetail, MissionShardView, MissionSummary } from '../../../main/contract/missions.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { type Gate, gateDecisions } from '../../../main/domain/mission/gates.ts'
import type { ReportSection } from '../../../main/domain/mission/report.ts'
import { cite } from './fixture-answers.ts'
import { cui, documents } from './fixture-holdings.ts'
import { hex, id, nowMs } from './fixture-ids.ts'

const digest = (number: number) => ({ alg: 'sha256' as const, value: hex(number) })

const titles = [
  'How strong were the gusts at Kessary Light, and do the sources agree?',
  'Who was near the buoy in the night of 11 March?',
  'When was the mooring last inspected, and what was found?',
  'All of it: what caused the loss of survey buoy SB-14?',
] as const

const shard = (number: number, change: Partial<MissionShardView> = {}): MissionShardView => ({
  ...{ key: `s${number}`, title: titles[number - 1] ?? '', agent: 'research', after: [], input: { topic: titles[number - 1] ?? '' } },
  ...{ tokensMax: 200_000, tokensUsed: 0, status: 'waiting', askedBy: null, runs: [], check: null, skippedFor: null, documents: [] },
  ...change,
})

const ran = (number: number, change: Partial<MissionShardView['runs'][number]> = {}): MissionShardView['runs'][number] => ({
  ...{ runId: id('run', number), attempt: 1, outcome: 'complete', code: null, status: 'complete' },
  ...{ startedAt: nowMs - 420_000, endedAt: nowMs - 300_000 },
  ...change,
})

const accepted = (claims: number, supported: number) => ({
  status: 'accepted' as const,
  check: { fault: null, counts: { claims, supported, quotes: claims, verified: supported } },
})

const planned = [
  shard(1),
  shard(2),
  shard(3, { agent: 'document-reader', tokensMax: 120_000 }),
  shard(4, {
    ...{ after: ['s1', 's2', 's3'], agent: 'compare' },
    input: { topic: titles[3], first: documents[0]?.id ?? '', second: documents[1]?.id ?? '' },
    documents: (['first', 'second'] as const).map((field, i) => ({
      ...{ field, documentId: documents[i]?.id ?? '', file: documents[i]?.file ?? null },
    })),
  }),
]

/** As many as a plan may have. */
const many = Array.from({ length: 64 }, (_, i) => {
  const title = `${titles[i % 3]} (${i + 1})`
  return shard(1, {
    key: `s${i + 1}`,
    title,
    after: i < 40 ? [] : [`s${i - 39}`, `s${i - 30}`],
    input: { topic: title },
    tokensMax: 15_000,
  })
})

const working = [
  shard(1, { ...accepted(3, 3), tokensUsed: 41_208, runs: [ran(3)] }),
  shard(2, { status: 'running', tokensUsed: 12_412, runs: [ran(9, { outcome: null, status: 'active', endedAt: null })] }),
  shard(3, {
    ...{ status: 'refused', tokensUsed: 9_870, agent: 'document-reader', tokensMax: 120_000, runs: [ran(7, { outcome: 'complete' })] },
    check: { fault: 'result.quote_not_found', counts: { claims: 2, supported: 0, quotes: 2, verified: 0 } },
  }),
  shard(4, { after: ['s1', 's2', 's3'], agent: 'compare' }),
]

const done = [
  shard(1, { ...accepted(3, 2), tokensUsed: 41_208, runs: [ran(3)] }),
  shard(2, { ...accepted(2, 2), tokensUsed: 52_018, runs: [ran(1)] }),
  shard(3, {
    ...{ status: 'failed', agent: 'document-reader', tokensMax: 120_000, tokensUsed: 9_870 },
    runs: [
      ran(7, { outcome: 'failed', status: 'failed', code: 'model.deadline' }),
      ran(8, { attempt: 2, outcome: 'failed', status: 'failed', code: 'model.deadline' }),
    ],
  }),
  shard(4, { ...accepted(1, 1), after: ['s1', 's2', 's3'], agent: 'compare', tokensUsed: 30_114, runs: [ran(2)] }),
]

const edge = { tier: 'edge', device: 'CPU, 6 of 8 threads' } as const
const sections: readonly ReportSection[] = [
  {
    ...{ key: 's1', title: titles[0], agent: 'research', runId: id('run', 3), leftOut: 1, omitted: 0, ...edge },
    claims: [
      {
        text: 'The Weather Desk measured that the strongest gust of the night was 25 knots from the south-west, at 01:10.',
        ...{ supported: true, citations: [1], notes: [{ note: 'number_not_quoted', shard: null }] },
      },
      {
        text: 'The incident report instead says that gusts of 46 knots were recorded at Kessary Light shortly after one in the morning.',
        ...{ supported: true, citations: [2], notes: [{ note: 'differs', shard: 's4' }] },
      },
    ],
  },
  {
    ...{ key: 's2', title: titles[1], agent: 'research', runId: id('run', 1), leftOut: 0, omitted: 14, tier: 'reflex', device: 'none' },
    claims: [
      { text: 'Port Control, Pale Heron. About a mile and a half north-west of the Light.', supported: true, citations: [3], notes: [] },
      { text: 'The tender Pale Heron lay at Berth 3 all night.', supported: true, citations: [4], notes: [] },
    ],
  },
  {
    ...{ key: 's4', title: titles[3], agent: 'compare', runId: id('run', 2), leftOut: 0, omitted: 0, ...edge },
    claims: [
      {
        text: 'A run from Berth 3 to K4, north-east for an hour, and home again is about 19 nautical miles.',
        ...{ supported: true, citations: [5], notes: [{ note: 'repeated', shard: 's2' }] },
      },
    ],
  },
]

const report = (goal: string): MissionDetail['report'] => ({
  commitment: digest(44),
  content: {
    ...{ goal, sections: [...sections], counts: { claims: 6, supported: 5, quotes: 6, verified: 5 } },
    citations: [
      cite(1, 0, 'The strongest gust of the night was 25 knots from the south-west, which is 46 kilometres per hour'),
      cite(2, 1, 'Gusts of 46 knots were recorded at Kessary Light shortly after one in the morning'),
      cite(3, 3, 'Port Control, Pale Heron. About a mile and a half north-west of the Light.'),
      cite(4, 4, 'The tender Pale Heron lay at Berth 3 all night.'),
      cite(5, 2, 'A run from Berth 3 to K4, north-east for an hour, and home again is about 19 nautical miles'),
    ],
    missing: [{ key: 's3', title: titles[2], status: 'failed', code: 'model.deadline' }],
  },
})

const verdict: NonNullable<MissionDetail['plan']>['verdict'] = {
  need: 'recommended',
  reasons: [
    { measure: 'cost', grade: 'medium', isKnown: true },
    { measure: 'novelty', grade: 'medium', isKnown: true },
  ],
  mayProceedAlone: false,
}

const look = {
  passages: 50,
  documents: documents.map(({ id: documentId, file }, i) => ({ documentId, file, passages: 13 - i, isWithin: i !== 3 })),
}

const goals = [
  'What caused the loss of survey buoy SB-14? Who was near it that night, and when was its mooring last inspected?',
  'Reconcile the seal log with the interviews of June.',
  'Do the sources agree on the weather in the night of 11 March?',
  'Which moorings are overdue for inspection, and who answers for each of them?',
] as const

interface Change extends Partial<MissionDetail> {
  readonly number: number
  readonly at?: Gate
}

function mission({ number, at, ...change }: Change): MissionDetail {
  const shardList = change.shardList ?? []
  const settled = shardList.filter(({ status }) => status !== 'waiting' && status !== 'running' && status !== 'ended').length
  return {
    ...{ id: id('msn', number), goal: goals[(number - 1) % goals.length] ?? '', phase: 'PLANNING', outcome: null, gate: at ?? null },
    ...{ isPaused: false, shards: shardList.length, shardsSettled: settled, label: number % 3 === 0 ? unclassified : cui },
    ...{ createdAt: nowMs - number * 840_000, createdBy: 'm.arden', movedAt: nowMs - number * 240_000 },
    ...{ gates: ['G2', 'G4'], passed: [], tokensMax: 1_000_000, look, planner: null, plan: null, refused: [], feedback: [], report: null },
    openGate: at === undefined ? null : { gate: at, openedAt: nowMs - number * 240_000, isHeld: false, decisions: [...gateDecisions[at]] },
    tokensUsed: shardList.reduce((sum, { tokensUsed }) => sum + tokensUsed, 0),
    ...change,
    shardList,
  }
}

const plan = { revision: 2, commitment: digest(42), verdict, by: null }
const under = {
  phase: 'EXECUTING',
  passed: ['G2'],
  plan,
  feedback: ['Ask about the harbour master as well.'],
} satisfies Partial<MissionDetail>
const all: readonly Gate[] = ['G1', 'G2', 'G3', 'G4']

export const missionIds = {
  ...{ plan: id('msn', 1), report: id('msn', 2), working: id('msn', 3), refused: id('msn', 4), direction: id('msn', 5) },
  ...{ results: id('msn', 6), noPlan: id('msn', 7), released: id('msn', 8), wide: id('msn', 9) },
}

const faults: MissionDetail['refused'] = [
  { code: 'plan.unknown_shard', at: 'shards[2].after[0]' },
  { code: 'plan.missing_input', at: 'shards[0].input.topic' },
]

const details: readonly MissionDetail[] = [
  mission({ number: 1, at: 'G2', plan, shardList: planned, feedback: ['Ask about the harbour master as well.'] }),
  mission({ number: 2, at: 'G4', ...under, shardList: done, report: report(goals[1]), tokensMax: 500_000 }),
  mission({ number: 3, ...under, shardList: working }),
  mission({ number: 4, planner: id('run', 12), refused: faults }),
  mission({ number: 5, at: 'G1', gates: [...all] }),
  mission({ number: 6, at: 'G3', ...under, gates: [...all], passed: ['G1', 'G2'], shardList: done, isPaused: true }),
  mission({ number: 7, at: 'G2', refused: faults }),
  mission({
    number: 8,
    ...under,
    phase: 'COMPLETED',
    outcome: 'released',
    passed: ['G2', 'G4'],
    shardList: done,
    report: report(goals[3]),
  }),
  mission({ number: 9, phase: 'COMMITTED', passed: ['G2'], plan, shardList: many }),
  ...(['failed', 'aborted', 'empty', 'rolled_back'] as const).map((outcome, i) =>
    mission({ number: 10 + i, ...under, phase: 'COMPLETED', outcome, shardList: done }),
  ),
  ...Array.from({ length: 180 }, (_, i) =>
    mission({ number: 20 + i, ...under, phase: 'COMPLETED', outcome: 'released', shardList: done, movedAt: nowMs - (20 + i) * 3_600_000 }),
  ),
]

const written = { account: 'm.arden', author: null }
const board: BoardView = {
  directives: [
    { ...written, name: 'approach', revision: 2, content: 'Statements of witnesses first, then the instruments.', at: nowMs - 500_000 },
  ],
  entries: [
    {
      ...{ ...written, id: id('ent', 1), kind: 'risk', phase: 'EXECUTING', confidence: null, at: nowMs - 480_000 },
      content: 'The clock of channel 12 ran nine minutes fast. Times of the transcript are not those of the log.',
    },
    {
      ...{
        author: 'research',
        account: 'holdfast',
        id: id('ent', 2),
        kind: 'finding',
        phase: 'EXECUTING',
        confidence: 1,
        at: nowMs - 300_000,
      },
      content: JSON.stringify({ shard: 's1', runId: id('run', 3), claims: sections[0]?.claims.map(({ text }) => text) }),
    },
    ...Array.from({ length: 60 }, (_, i): BoardView['entries'][number] => ({
      ...{ ...written, id: id('ent', 3 + i), kind: i % 2 === 0 ? 'observation' : 'question', phase: 'EXECUTING', confidence: null },
      ...{ content: `Line ${i + 1} of the depot’s list has no signature.`, at: nowMs - 200_000 + i * 1_000 },
    })),
  ],
}

const taught = (number: number, content: string) => ({
  ...{ id: id('ent', 300 + number), account: 'm.arden', at: nowMs - number * 86_400_000, content, missionId: id('msn', 10 + number) },
  ...{ goal: goals[number % goals.length] ?? '', label: number % 2 === 0 ? unclassified : cui },
})
const lessons: CallOutput<'board.lessons'>['items'] = [
  taught(
    1,
    'context: Logs of Port Control\nsolution: The clock of channel 12 was checked against the radar first.\nlearning: Times of the transcript are nine minutes late; say so in the goal.\nimpact: Two contradictions fewer at G4.',
  ),
  taught(2, 'context: Lists of the depot\nsolution: The paper copies were asked for.'),
  ...Array.from({ length: 60 }, (_, i) => taught(3 + i, `context: Inspection ${i + 1} of the moorings\nlearning: Look at the older list.`)),
]

type Answers = { [N in CallName]?: (input: CallInput<N>) => CallOutput<N> }

const toSummary = ({
  id,
  goal,
  phase,
  outcome,
  gate,
  isPaused,
  shards,
  shardsSettled,
  label,
  createdAt,
  createdBy,
  movedAt,
}: MissionDetail) =>
  ({ id, goal, phase, outcome, gate, isPaused, shards, shardsSettled, label, createdAt, createdBy, movedAt }) satisfies MissionSummary

/** What a decision leaves, as far as a screen shows it. */
function decided(mission: MissionDetail, { decision, feedback }: CallInput<'missions.decide'>): MissionDetail {
  const at = { ...mission, gate: null, openGate: null }
  switch (decision) {
    case 'approve':
      return { ...at, phase: 'EXECUTING', passed: ['G2'] }
    case 'hold':
      return { ...mission, openGate: mission.openGate === null ? null : { ...mission.openGate, isHeld: true } }
    case 'abort':
      return { ...at, phase: 'COMPLETED', outcome: 'aborted' }
    case 'rollback':
      return { ...at, phase: 'COMPLETED', outcome: 'rolled_back' }
    case 'deploy':
      return mission.gate === 'G4' ? { ...at, phase: 'COMPLETED', outcome: 'released' } : at
    case 'revise':
    case 'redirect':
      return { ...at, plan: null, shardList: [], shards: 0, planner: id('run', 12), feedback: [...mission.feedback, feedback ?? ''] }
    default:
      return at
  }
}

/** A core of its own: what is decided here stays decided until the page is gone. */
export function missionAnswers(isEmpty: boolean): Answers {
  let missions = isEmpty ? [] : details
  let written = board
  let kept = isEmpty ? [] : lessons
  const find = (missionId: string): MissionDetail => {
    const found = missions.find((one) => one.id === missionId)
    if (found === undefined) throw new Error('the fixture holds no such mission')
    return found
  }
  const put = (next: MissionDetail): MissionDetail => {
    missions = missions.map((one) => (one.id === next.id ? next : one))
    return next
  }
  return {
    'missions.list': ({ phases, isWaiting, limit = 50, offset = 0 }) => {
      const items = missions.filter(({ phase, gate }) => (phases?.includes(phase) ?? true) && (isWaiting !== true || gate !== null))
      const waiting = missions.filter(({ gate }) => gate !== null).length
      return { items: items.slice(offset, offset + limit).map(toSummary), total: items.length, waiting }
    },
    'missions.get': ({ missionId }) => find(missionId),
    'missions.start': ({ goal }) => {
      missions = [{ ...mission({ number: 300 }), goal, look: null, createdAt: nowMs, movedAt: nowMs }, ...missions]
      return { missionId: id('msn', 300) }
    },
    'missions.plan': ({ missionId, plan: { shards: given } }) => {
      const shards = given as ReadonlyArray<{
        readonly key: string
        readonly title: string
        readonly after: string[]
        readonly agent: string
      }>
      const faults = shards.flatMap(({ title }, i) => (title === '' ? [{ code: 'plan.malformed' as const, at: `shards[${i}].title` }] : []))
      if (faults.length > 0) return { mission: null, faults }
      const before = find(missionId)
      const shardList = shards.map(({ key, title, after, agent }) => ({ ...shard(1), key, title, after, agent }))
      const revision = (before.plan?.revision ?? 0) + 1
      const own = { revision, commitment: digest(43), verdict, by: 'm.arden' }
      return { mission: put({ ...before, plan: own, shardList, shards: shardList.length, refused: [] }), faults: [] }
    },
    'missions.decide': (input) => put(decided(find(input.missionId), input)),
    'missions.release': ({ missionId }) => put(decided(find(missionId), { missionId, gate: 'G4', decision: 'deploy' })),
    'missions.pause': ({ missionId }) => put({ ...find(missionId), isPaused: true }),
    'missions.resume': ({ missionId }) => put({ ...find(missionId), isPaused: false }),
    'missions.abort': ({ missionId }) => put({ ...find(missionId), phase: 'COMPLETED', outcome: 'aborted', gate: null, openGate: null }),
    'board.get': () => written,
    'board.lessons': ({ limit = 50, offset = 0 }) => ({ items: kept.slice(offset, offset + limit), total: kept.length }),
    'board.learn': ({ missionId, ...words }) => {
      const content = Object.entries(words).flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`]))
      const lesson = { id: id('ent', 201), account: 'm.arden', at: nowMs, content: content.join('\n') }
      kept = [{ ...lesson, missionId, goal: find(missionId).goal, label: find(missionId).label }, ...kept]
      const entry = { ...lesson, kind: 'lesson', author: null, phase: 'COMPLETED', confidence: null } as const
      written = { ...written, entries: [...written.entries, entry] }
      return { board: written, warnings: [] }
    },
    'board.history': ({ name }) => ({
      items: [
        { author: null, account: 'm.arden', name, revision: 1, content: 'The instruments first.', at: nowMs - 900_000 },
        ...written.directives.filter((one) => one.name === name),
      ],
    }),
    'board.write': ({ kind, content }) => {
      const entry = { id: id('ent', 200), kind, author: null, account: 'm.arden', phase: 'EXECUTING', confidence: null, at: nowMs } as const
      written = { ...written, entries: [...written.entries, { ...entry, content }] }
      return written
    },
    'board.direct': ({ name, content }) => {
      const before = written.directives.find((one) => one.name === name)
      const next = { author: null, account: 'm.arden', name, revision: (before?.revision ?? 0) + 1, content, at: nowMs }
      written = { ...written, directives: [...written.directives.filter((one) => one.name !== name), next] }
      return written
    },
  }
}
