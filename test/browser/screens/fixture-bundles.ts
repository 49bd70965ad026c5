/** Invented air-gap bundles: what a medium holds, what a station took of it, and who vouches for it. */
import type { BundleInspection, BundleItem, BundleRelease, BundleStatus } from '../../../main/contract/bundles.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { hex, nowMs } from './fixture-ids.ts'

const day = 86_400_000
export const ago = (ms: number): string => new Date(nowMs - ms).toISOString()

const item = (number: number, change: Partial<BundleItem> & Pick<BundleItem, 'id' | 'kind'>): BundleItem => ({
  ...{
    name: change.id,
    title: change.name ?? change.id,
    version: '1',
    sizeBytes: 48_120,
    digest: { alg: 'sha256', value: hex(number + 300) },
    licence: 'Apache-2.0',
  },
  ...{ status: 'active', source: null },
  ...change,
})
const from = (url: string, isHashPublished = true) => ({ url, isHashPublished })

const qwen = item(1, {
  ...{ id: 'qwen2.5-7b-instruct', kind: 'model', version: '2.5', sizeBytes: 4_683_074_240 },
  source: from('https://huggingface.co/Qwen/Qwen2.5-7B-Instruct-GGUF/resolve/main/qwen2.5-7b-instruct-q4_k_m.gguf'),
})
const granite = item(2, {
  ...{ id: 'granite-3.1-2b-instruct', kind: 'model', version: '3.1', sizeBytes: 2_694_031_360, status: 'deprecated' },
  source: from('https://huggingface.co/ibm-granite/granite-3.1-2b-instruct-GGUF', false),
})
const gemma = item(3, {
  ...{ id: 'gemma-2-9b-instruct', kind: 'model', version: '2', sizeBytes: 5_761_057_728, licence: 'Gemma terms of use' },
  source: from('https://huggingface.co/bartowski/gemma-2-9b-it-GGUF'),
})
const nomic = item(4, {
  ...{ id: 'nomic-embed-text', kind: 'model', version: '1.5', sizeBytes: 274_290_560 },
  source: from('https://huggingface.co/nomic-ai/nomic-embed-text-v1.5-GGUF'),
})
const deb = item(5, {
  id: 'holdfast-linux-x64',
  kind: 'deb',
  name: 'holdfast',
  version: '1.3.0',
  sizeBytes: 291_840_112,
  licence: 'Proprietary',
})
const papers = [
  item(6, { id: 'sbom', kind: 'sbom', name: 'holdfast', version: '1.3.0', sizeBytes: 1_214_008, licence: 'CC0-1.0' }),
  item(7, { id: 'vex', kind: 'vex', name: 'holdfast', version: '1.3.0', sizeBytes: 22_904, licence: 'CC0-1.0' }),
  item(8, { id: 'licences', kind: 'licences', name: 'licences', version: '1.3.0', sizeBytes: 402_113, licence: '' }),
  item(9, { id: 'notes', kind: 'doc', name: 'release-notes', version: '1.3.0', sizeBytes: 9_120, licence: 'CC-BY-4.0' }),
]
const revoked = item(10, {
  ...{ id: 'ocr-eng-2', kind: 'ocr-data', name: 'ocr-english', version: '2', sizeBytes: 15_400_601, status: 'revoked' },
  source: from('https://github.com/tesseract-ocr/tessdata_best'),
})

export const signers = [
  { keyId: '5A1F0C3E77B2D940', name: 'Release desk, I. Varga' },
  { keyId: 'C8E2419D03AF6B75', name: 'Build desk, O. Lindqvist' },
]
const site = { keyId: '0D77AA129C4E8F31', name: 'Kessary transfer point' }

const release = (number: number, change: Partial<BundleRelease> & Pick<BundleRelease, 'version' | 'state'>): BundleRelease => ({
  ...{
    digest: hex(number + 400),
    channel: 'stable',
    seq: number,
    label: unclassified,
    createdAt: ago(day * (20 - number)),
    isPinned: false,
    isUsable: true,
  },
  items: [qwen, nomic, ...papers],
  receipt: {
    ...{ at: ago(day * (16 - number)), by: 'r.okafor', medium: '/dev/sdb1 (exfat) at /media/r.okafor/TRANSFER', acceptedUnscanned: null },
    signers: [...signers, site],
    scans: [qwen, nomic, ...papers].map(({ id }) => ({ id, outcome: 'clean', detail: 'ClamAV' })),
  },
  ...change,
})

export const releases: readonly BundleRelease[] = [
  release(14, { version: '1.2.1', state: 'kept', items: [qwen, gemma, nomic, deb, ...papers] }),
  release(13, { version: '1.2.0', state: 'active', items: [qwen, granite, nomic, ...papers], isPinned: true }),
  release(12, {
    ...{ version: '1.1.0', state: 'previous' },
    receipt: {
      ...{ at: ago(day * 7), by: 'm.arden', medium: '/dev/sr0 (udf) at /media/m.arden/HF-1-1-0', signers: [...signers] },
      scans: [
        { id: 'qwen2.5-7b-instruct', outcome: 'not_scanned', detail: 'The file is larger than the scanner can look at.' },
        ...[nomic, ...papers].map(({ id }) => ({ id, outcome: 'clean' as const, detail: 'ClamAV' })),
      ],
      acceptedUnscanned: 'Too large for the scanner here; scanned in parts at the transfer point, log 41 of 12 November.',
    },
  }),
  release(9, { version: '1.0.0', state: 'kept', isUsable: false, receipt: null, items: [granite, nomic, revoked] }),
]

export const trustOf = (purpose: 'production' | 'development'): NonNullable<BundleStatus['trust']> => ({
  ...{ rootVersion: 3, fingerprint: hex(940), purpose, epoch: 2, timeFloor: ago(day * 2) },
  roles: [
    {
      role: 'root',
      threshold: 2,
      keys: ['A. Brandt', 'S. Oyelaran', 'J. Kowal'].map((name, at) => ({
        keyId: hex(950 + at)
          .slice(0, 16)
          .toUpperCase(),
        name,
      })),
    },
    { role: 'bundle', threshold: 2, keys: signers },
    { role: 'models', threshold: 2, keys: [...signers, { keyId: hex(960).slice(0, 16).toUpperCase(), name: null }] },
  ],
})

const inspection: BundleInspection = {
  ...{ digest: hex(415), channel: 'stable', version: '1.3.0', seq: 15, createdAt: ago(day * 3), rootVersion: 3, purpose: 'production' },
  label: unclassified,
  items: [gemma, qwen, granite, nomic, deb, ...papers, revoked],
  ...{ role: 'bundle', signers, siteSigners: [site], unknownSigners: [], isStale: false, isTaken: false, volume: null },
  custody: [
    ...(['packed', 'signed', 'signed', 'copied', 'received'] as const).map((action, at) => ({
      file: `custody/${at < 4 ? 1 : 2}-desk.jsonl`,
      ...{ time: ago(day * 3 - at * 5_400_000), action, actor: ['o.lindqvist', 'o.lindqvist', 'i.varga', 'i.varga', 'd.mensah'][at] ?? '' },
      ...{ machine: ['build-04', 'build-04', 'release-01', 'release-01', 'kessary-gate'][at] ?? '', media: at > 2 ? 'TR-0417' : null },
    })),
  ],
  ignored: ['.Trashes', 'System Volume Information/WPSettings.dat'],
  plan: {
    ...{
      added: [gemma, deb, ...papers].map(({ id }) => id),
      kept: [qwen, granite, nomic].map(({ id }) => id),
      dropped: [],
      deprecated: [granite.id],
    },
    ...{
      copyBytes: [gemma, deb, ...papers].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      freeBytes: 182_400_000_000,
      missing: [],
      unmet: [],
    },
  },
}

const many = Array.from({ length: 2_000 }, (_, at) =>
  item(at + 1_000, {
    ...{ id: `paper-${at}`, kind: at % 3 === 0 ? 'dataset' : 'doc', name: `harbour-papers-${at + 1}`, sizeBytes: 1_000_000 + at * 977 },
    source: at % 2 === 0 ? from(`https://archive.example/harbour/${at}`) : null,
  }),
)

/** What lies in each folder, by the last part of its path. */
export const inspections: Readonly<Record<string, BundleInspection>> = {
  'holdfast-1.3.0': inspection,
  'volume-2': {
    ...inspection,
    volume: { index: 2, of: 3 },
    plan: {
      ...inspection.plan,
      missing: ['01', '02'].map((part) => `files/model/gemma-2-9b-instruct-2-${gemma.digest.value.slice(0, 8)}.gguf.part${part}`),
    },
  },
  'holdfast-old': {
    ...inspection,
    ...{
      version: '1.2.0',
      seq: 13,
      digest: hex(413),
      isStale: true,
      isTaken: true,
      unknownSigners: ['77B2D9405A1F0C3E'],
      siteSigners: [],
      custody: [],
    },
    plan: { ...inspection.plan, added: [], kept: inspection.items.map(({ id }) => id), copyBytes: 0 },
  },
  'holdfast-large': {
    ...inspection,
    plan: {
      ...inspection.plan,
      freeBytes: 3_100_000_000,
      unmet: ['It needs 6.3 GB on the disk; 3.1 GB are free.', 'It needs Holdfast 1.4.0; this is 0.1.0.'],
    },
  },
  archive: {
    ...inspection,
    ...{ version: '2026.11', channel: 'harbour-archive', seq: 1, items: many, role: 'bundle', siteSigners: [] },
    plan: {
      ...{
        added: many.slice(0, 1_988).map(({ id }) => id),
        kept: many.slice(1_988).map(({ id }) => id),
        dropped: [],
        deprecated: [],
        missing: [],
        unmet: [],
      },
      ...{ copyBytes: many.slice(0, 1_988).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), freeBytes: 182_400_000_000 },
    },
  },
}
