/** Invented holdings for screenshots: the papers of an inquiry into a lost buoy. */
import type { Collection, DocumentSummary, PassageDetail, SearchHit } from '../../../main/contract/holdings.ts'
import { passageId } from '../../../main/domain/ids.ts'
import { type Label, labelFromName, unclassified } from '../../../main/domain/label.ts'
import type { Locator } from '../../../main/domain/locator.ts'
import { id, nowMs } from './fixture-ids.ts'

export const cui: Label = labelFromName('cui')
export const collectionName = 'Sample case: survey buoy SB-14'

export const collections: readonly Collection[] = [
  { id: id('col', 1), name: collectionName, label: unclassified, documents: 12 },
  { id: id('col', 2), name: 'Harbour case', label: cui, documents: 202 },
]

const documentRows: readonly (readonly [string, string | null, DocumentSummary['format'], number, number, Label])[] = [
  ['01-incident-report-ir-0417.pdf', 'Incident report IR-0417: Loss of survey buoy SB-14', 'pdf', 4, 31, unclassified],
  ['02-buoy-telemetry.csv', null, 'csv', 0, 148, unclassified],
  ['03-port-control-transcript.txt', null, 'text', 0, 22, cui],
  ['04-harbour-master-memo.html', 'Memorandum of the harbour master', 'html', 0, 14, unclassified],
  ['05-mooring-inspection.docx', 'Examination of the recovered mooring', 'docx', 0, 26, unclassified],
  ['06-investigator-notes.md', 'Notes, N. Corrow', 'markdown', 0, 33, cui],
  ['08-weather-summary.pdf', 'Weather summary, 11 and 12 March', 'pdf', 2, 12, unclassified],
]

export const documents: readonly DocumentSummary[] = documentRows.map(([file, title, format, pages, passages, label], i) => ({
  ...{ id: id('doc', i + 1), collection: collectionName, file, title, format, bytes: 18_400 + i * 61_337, pages, passages },
  ...{ missing: [], label, importedAt: nowMs - 3_600_000 - i * 4_000 },
}))

interface Source {
  readonly document: number
  readonly ordinal: number
  readonly heading: string
  readonly text: string
  readonly locator: Locator
}

const page = (number: number): Locator => ({ kind: 'page', page: number, boxes: [{ x: 72, y: 210, width: 420, height: 14 }] })

export const sources: readonly Source[] = [
  {
    ...{ document: 6, ordinal: 4, heading: 'Weather summary › Wind at Kessary Light', locator: page(1) },
    text: 'The front passed Kessary Light at 00:58. The strongest gust of the night was 25 knots from the south-west, which is 46 kilometres per hour. Anemometer and recorder were checked on 2 March and were within one knot of the reference instrument.',
  },
  {
    ...{ document: 0, ordinal: 11, heading: 'Incident report IR-0417 › 4. Conditions', locator: page(2) },
    text: 'The night was overcast with rain showers. Gusts of 46 knots were recorded at Kessary Light shortly after one in the morning, from the south-west. In the view of the duty officer a failure of the mooring in heavy weather is the likely cause of the loss.',
  },
  {
    ...{ document: 5, ordinal: 7, heading: 'Notes, N. Corrow › 24 March: where was the Pale Heron?' },
    locator: { kind: 'paragraph', headings: ['Notes, N. Corrow', '24 March: where was the Pale Heron?'], paragraph: 2 },
    text: 'A run from Berth 3 to K4, north-east for an hour, and home again is about 19 nautical miles. At 9 knots that is a little over two hours and, by the yard’s figures, 560 to 680 litres.',
  },
  {
    ...{ document: 2, ordinal: 9, heading: 'Transcript of VHF channel 12', locator: { kind: 'lines', from: 27, to: 34 } },
    text: '02:31  PALE HERON: Port Control, Pale Heron. About a mile and a half north-west of the Light. Can you give me the inner leading lights?\n02:31  PORT CONTROL: Station calling, say again your name?\n02:32  PALE HERON: Pale Heron. Inner leading lights, please, and a bit brighter than last time.',
  },
  {
    ...{ document: 3, ordinal: 3, heading: 'Memorandum of the harbour master › Vessels in harbour' },
    locator: { kind: 'paragraph', headings: ['Vessels in harbour'], paragraph: 1 },
    text: 'The tender Pale Heron lay at Berth 3 all night. The berth sheet has her alongside at 22:15 and leaving at 06:30. Rounds were made at 22:30 and at 05:45.',
  },
]

/** The passage a document's ordinal names, as the core would give it. */
export function passageOf(wanted: string): PassageDetail | null {
  const source = sources.find((one) => passageId(id('doc', one.document + 1), one.ordinal) === wanted)
  if (source === undefined) return null
  const { heading, text, locator } = source
  return { id: wanted, documentId: id('doc', source.document + 1), text, heading, locator, spans: [] }
}

export const passageIdOf = (source: number): string => {
  const one = sources[source]
  return one === undefined ? '' : passageId(id('doc', one.document + 1), one.ordinal)
}

export const hits: readonly SearchHit[] = sources.map((source, i) => {
  const document = documents[source.document]
  const bm25 = i === 3 ? null : i + 1
  const vector = [2, 1, 5, 3, 4][i] ?? null
  const share = (rank: number | null) => (rank === null ? 0 : 1 / (60 + rank))
  return {
    ...{ rank: i + 1, passageId: passageIdOf(i), documentId: id('doc', source.document + 1), file: document?.file ?? '' },
    ...{ collection: collectionName, heading: source.heading, text: source.text, locator: source.locator },
    ...{ label: document?.label ?? cui, score: share(bm25) + share(vector), coverage: [1, 0.86, 0.52, 0.41, 0.4][i] ?? 0 },
    trace: [
      { stage: 'bm25', rank: bm25, score: bm25 === null ? null : 14.2 - i * 2.1, contribution: share(bm25) },
      { stage: 'vector', rank: vector, score: vector === null ? null : 0.81 - vector * 0.05, contribution: share(vector) },
    ],
  }
})
