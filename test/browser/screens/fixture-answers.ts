/** Invented questions with their answers: by a model, quoted without one, and not in the documents. */
import type { Answer, AnsweredClaim, Citation } from '../../../main/contract/answer.ts'
import type { Conversation, Turn } from '../../../main/contract/calls.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { cui, documents, passageIdOf, sources } from './fixture-holdings.ts'
import { id, nowMs } from './fixture-ids.ts'

export const conversationId = id('cnv', 1)
export const chatModelId = id('mdl', 1)
const noUsage = { promptTokens: 0, reusedTokens: 0, completionTokens: 0, contextTokens: 0, firstTokenMs: null, totalMs: 184 }
const modelUsage = {
  promptTokens: 1_840,
  reusedTokens: 1_512,
  completionTokens: 214,
  contextTokens: 8_192,
  firstTokenMs: 412,
  totalMs: 6_240,
}

export const cite = (n: number, source: number, quote: string, verified = true): Citation => {
  const one = sources[source]
  const document = documents[one?.document ?? 0]
  return {
    ...{ n, documentId: document?.id ?? '', passageId: passageIdOf(source), file: document?.file ?? '' },
    ...{ locator: one?.locator ?? { kind: 'lines', from: 1, to: 1 }, quote, verified },
  }
}

const claim = (text: string, ...citations: number[]): AnsweredClaim => ({ text, supported: citations.length > 0, citations })

export const run = (number: number, title: string, change: Partial<RunSummary> = {}): RunSummary => ({
  ...{ id: id('run', number), agent: 'ask', title, attempt: 1, status: 'complete', reason: 'completion', holds: [] },
  ...{ isCancelRequested: false, conversationId, label: cui, tokensUsed: 2_054, createdAt: nowMs - number * 900_000 },
  ...{ depth: 0, forkedFrom: null, isImported: false },
  ...{ movedAt: nowMs - number * 900_000 + 6_300, endedAt: nowMs - number * 900_000 + 6_300, failure: null },
  ...change,
})

function answer(
  number: number,
  question: string,
  claims: readonly AnsweredClaim[],
  citations: readonly Citation[],
  change: Partial<Answer> = {},
): Answer {
  return {
    ...{
      runId: id('run', number),
      question,
      answer: claims.map((one) => one.text).join(' '),
      supported: claims.some((one) => one.supported),
    },
    ...{ claims: [...claims], citations: [...citations], nearest: [], tier: 'edge', model: chatModelId, device: 'CPU, 6 of 8 threads' },
    ...{ label: cui, usage: modelUsage },
    ...change,
  }
}

const questions = {
  gusts: 'How strong were the gusts at Kessary Light, and do the sources agree?',
  cost: 'What did the replacement buoy cost?',
  heron: 'Where was the Pale Heron at 02:31?',
} as const

const gusts = answer(
  3,
  questions.gusts,
  [
    claim(
      'The Weather Desk measured that the strongest gust of the night was 25 knots from the south-west, which is 46 kilometres per hour.',
      1,
    ),
    claim('The incident report instead says that gusts of 46 knots were recorded at Kessary Light shortly after one in the morning.', 2),
    claim('The instrument was sound: anemometer and recorder were checked on 2 March and were within one knot of the reference.', 3),
    claim('The duty officer probably read the wrong column.'),
  ],
  [
    cite(1, 0, 'The strongest gust of the night was 25 knots from the south-west, which is 46 kilometres per hour'),
    cite(2, 1, 'Gusts of 46 knots were recorded at Kessary Light shortly after one in the morning'),
    cite(3, 0, 'Anemometer and recorder were checked on 2 March and were within one knot of the reference instrument'),
  ],
)

const cost = answer(2, questions.cost, [], [], {
  nearest: [0, 5].map((i) => ({
    ...{ documentId: documents[i]?.id ?? '', file: documents[i]?.file ?? '' },
    locator: i === 0 ? { kind: 'page', page: 1, boxes: [] } : { kind: 'paragraph', headings: ['15 April: to do'], paragraph: 5 },
  })),
})

const heron = answer(
  1,
  questions.heron,
  [
    claim('Port Control, Pale Heron. About a mile and a half north-west of the Light.', 1),
    claim('The tender Pale Heron lay at Berth 3 all night.', 2),
  ],
  [
    cite(1, 3, 'Port Control, Pale Heron. About a mile and a half north-west of the Light.'),
    cite(2, 4, 'The tender Pale Heron lay at Berth 3 all night.'),
  ],
  { tier: 'reflex', model: null, device: 'cpu', usage: noUsage, label: unclassified },
)

export const turns: readonly Turn[] = [
  { run: run(3, questions.gusts), question: questions.gusts, questionLabel: cui, answer: gusts },
  { run: run(2, questions.cost), question: questions.cost, questionLabel: cui, answer: cost },
  {
    run: run(1, questions.heron, { tokensUsed: 0, label: unclassified }),
    question: questions.heron,
    questionLabel: unclassified,
    answer: heron,
  },
]

export const conversation: Conversation = {
  ...{ id: conversationId, title: questions.gusts, collection: 'Sample case: survey buoy SB-14', runs: 3 },
  ...{ createdAt: nowMs - 2_700_000, lastAt: nowMs - 900_000 },
}

export const conversations: readonly Conversation[] = [
  conversation,
  ...[
    'Which moorings are overdue for inspection?',
    'Who signed for the battery packs on 10 March, and what came back?',
    'How quickly must a class A alarm be acknowledged?',
    'What did Lena Brask see at Tolver Cove?',
  ].map((title, i) => ({ ...conversation, id: id('cnv', i + 2), title, runs: (i % 3) + 1, lastAt: nowMs - (i + 2) * 5_400_000 })),
]

/** A question that is being answered: what a model would write under the grammar, and the claim already checked. */
export const streaming = {
  question: 'How was the mooring rope parted, and could a tender have been there?',
  runId: id('run', 9),
  conversationId: id('cnv', 9),
  text: '{"claims":[{"text":"A run from Berth 3 to K4, north-east for an hour, and home again is about 19 nautical miles.","n":3,"quote":"A run from Berth 3 to K4, north-east for an hour, and home again is about 19 nautical miles"},{"text":"The mooring was cut with a blade, 2.6 metres below the swivel.","n":1,"quote":"The cut was made with a blade"},{"text":"The vessel that called Port Control at 02:31 used the name Pale Her',
  checked: {
    index: 0,
    claim: claim('A run from Berth 3 to K4, north-east for an hour, and home again is about 19 nautical miles.', 1),
    citations: [cite(1, 2, 'A run from Berth 3 to K4, north-east for an hour, and home again is about 19 nautical miles')],
  },
}
