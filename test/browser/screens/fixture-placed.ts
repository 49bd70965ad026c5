/** What invented bundles put in place: a policy that is not in force, a dataset that is coming in, and one with something to do. */
import type { BundleDataset, BundlePlaced } from '../../../main/contract/bundle-placed.ts'
import { hex, id } from './fixture-ids.ts'

const item = { bundle: hex(413), channel: 'stable', seq: 13 }
const whole: BundleDataset = {
  ...{
    ...item,
    item: 'notices',
    title: 'Notices to mariners',
    version: '44',
    state: 'whole',
    importId: id('imp', 41),
    collection: 'Notices',
  },
  ...{ documents: 1_278, files: 1_280, refusedTotal: 2, leftTotal: 1, command: null },
  refused: [
    {
      ...{ file: '2026/notice-0917.pdf', code: 'parse.encrypted', reason: 'The file is protected by a password or encryption.' },
      hint: 'Save a copy without protection and import that.',
    },
    {
      ...{ file: '2026/annex.bin', code: 'parse.unsupported', reason: 'Files of this kind are not read.' },
      hint: 'Save it as PDF, DOCX, HTML, Markdown, text or CSV.',
    },
  ],
  left: [{ documentId: id('doc', 77), collection: 'Notices', file: '2025/notice-0112.pdf' }],
}

export const placed: BundlePlaced = {
  policy: {
    ...{ bundle: hex(413), item: 'policy', title: 'Policy 7 of Site security', version: 7, isInForce: false },
    because: {
      code: 'policy.key_needed',
      message: 'Nothing here says whose signature counts.',
      hint: 'Give the public key of whoever signs policies: holdfast policy load FILE --key PUBKEY.',
    },
    command: `holdfast policy load --from-bundle ${hex(413).slice(0, 12)} --key PUBKEY`,
  },
  datasets: [
    {
      ...{ ...item, item: 'charts', title: 'Harbour orders', version: '3', state: 'importing', importId: id('imp', 42) },
      ...{ collection: 'Harbour orders', documents: 212, files: 640, refused: [], refusedTotal: 0, left: [], leftTotal: 0, command: null },
    },
    whole,
  ],
  packs: [
    {
      bundle: hex(413),
      item: 'berths',
      title: 'Agents of the harbour office',
      agents: ['berths', 'tides'],
      isInstalled: true,
      because: null,
    },
  ],
}
