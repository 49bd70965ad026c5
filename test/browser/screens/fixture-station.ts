/** The invented station: what it is, its models, its self-check. */
import type { DoctorReport, Model } from '../../../main/contract/models.ts'
import type { StationStatus } from '../../../main/contract/station.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { chatModelId } from './fixture-answers.ts'
import { cui } from './fixture-holdings.ts'
import { hex, id, nowMs } from './fixture-ids.ts'

export const emptyStatus: StationStatus = {
  ...{
    version: '0.1.0',
    boot: id('boot', 1),
    dataFolder: '/home/m.arden/.local/share/holdfast',
    account: 'm.arden',
    roles: ['analyst', 'administrator'],
  },
  ...{ ceiling: cui, clearance: cui, embedder: 'built-in, weightless', vectorSearch: 'lancedb', lastAnswer: null, highest: unclassified },
  serving: { tier: 'reflex', modelId: null, modelName: null, device: null },
  counts: { collections: 0, documents: 0, passages: 0, runs: 0 },
  ...{ tiersConfigured: 0, packetsOut: 0, readOnly: null },
  sampleCase: {
    ...{ name: 'Sample case: survey buoy SB-14', isLoaded: false },
    introduction:
      'On the night of 11 to 12 March 2026 a survey buoy left its station in Kessary Sound and fell silent. Nineteen days later it lay on a beach, with its mooring cut and four batteries gone. These are the papers of the inquiry. Everything in them is invented.',
    questions: [
      'How strong were the gusts at Kessary Light?',
      'Where was the Pale Heron at 02:31?',
      'How was the mooring rope parted?',
      'Who signed for the battery packs on 10 March?',
      'How quickly must a class A alarm be acknowledged?',
      'What did the replacement buoy cost?',
    ],
  },
}

export const fullStatus: StationStatus = {
  ...emptyStatus,
  tiersConfigured: 2,
  highest: cui,
  serving: { tier: 'edge', modelId: chatModelId, modelName: 'Qwen2.5 7B Instruct Q4_K_M', device: 'CPU, 6 of 8 threads' },
  lastAnswer: { tokensPerSecond: 11.8, firstTokenMs: 412, contextUse: 0.31, totalMs: 6_240 },
  counts: { collections: 2, documents: 214, passages: 9_318, runs: 41 },
  sampleCase: { ...emptyStatus.sampleCase, isLoaded: true },
}

const model = (number: number, change: Partial<Model> & Pick<Model, 'name' | 'file' | 'role'>): Model => ({
  ...{ id: id('mdl', number), architecture: 'qwen2', quantisation: 'Q4_K_M', bytes: 4_683_074_240, parameters: 7_615_616_512 },
  ...{ contextTokens: 32_768, digest: { alg: 'sha256', value: hex(number + 70) }, licence: 'Apache-2.0', state: 'verified' },
  ...{ verifiedAt: nowMs - 1_200_000, admittedAt: nowMs - 86_400_000 * 3, admittedBy: 'm.arden', isActive: true },
  ...change,
})

export const models: readonly Model[] = [
  model(1, { name: 'Qwen2.5 7B Instruct', file: 'qwen2.5-7b-instruct-q4_k_m.gguf', role: 'chat' }),
  model(2, {
    ...{ name: 'Granite 3.1 2B Instruct', file: 'granite-3.1-2b-instruct-q8_0.gguf', role: 'chat', architecture: 'granite' },
    ...{ quantisation: 'Q8_0', bytes: 2_694_031_360, parameters: 2_533_531_648, isActive: false, state: 'changed' },
  }),
  model(3, {
    ...{ name: 'Nomic Embed Text v1.5', file: 'nomic-embed-text-v1.5.f16.gguf', role: 'embed', architecture: 'nomic-bert' },
    ...{ quantisation: 'F16', bytes: 274_290_560, parameters: 136_727_040, contextTokens: 2_048 },
  }),
]

const check = (
  checkId: string,
  title: string,
  outcome: DoctorReport['checks'][number]['outcome'],
  detail: string,
  hint: string | null = null,
) => ({
  ...{ id: checkId, title, outcome, detail, hint },
})

export const doctor: DoctorReport = {
  ...{ ok: true, version: '0.1.0', checkedAt: nowMs - 4_000 },
  checks: [
    check('storage.open', 'Storage', 'passed', 'The store is sound and written with full synchronisation.'),
    check('storage.space', 'Free space', 'passed', '182 GB free where the data folder lies.'),
    check('search.words', 'Word search', 'passed', 'A planted sentence was found again in 2 ms.'),
    check('search.vectors', 'Vector search', 'passed', 'This processor has AVX2; the vector index serves.'),
    check('parsers', 'Document readers', 'passed', 'A test file of each of six formats was read in a process of its own.'),
    check(
      'isolation',
      'Isolation of readers',
      'warning',
      'Readers run without a network of their own, but this system allows no empty network namespace.',
      'Ask an administrator to allow unprivileged user namespaces.',
    ),
    check(
      'models.chat',
      'Language model',
      'skipped',
      'No model was imported. Questions are answered by quoting, without a model.',
      'Import a GGUF model on the Models screen.',
    ),
    check('egress', 'Connections out', 'passed', 'None since the start.'),
  ],
}
