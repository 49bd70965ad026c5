/** A place for a tool to run in: a folder on disk, bodies in memory, and holdings of three small documents. */
import { join } from 'node:path'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import { queryTable } from '../../main/store/table-sql.ts'
import type { Delegation } from '../../main/tools/delegation.ts'
import type { HeldDocument, HeldPassage, HeldTable, ToolHoldings } from '../../main/tools/holdings.ts'
import type { ToolContext } from '../../main/tools/tool.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const stepOf = (n: number): string => `stp_${String(n).padStart(26, '0')}`
export const documentOf = (n: number): string => `doc_${String(n).padStart(26, '0')}`

const cui = labelFromName('cui')
const documents: readonly HeldDocument[] = [1, 2, 3].map((n) => ({
  documentId: documentOf(n),
  file: n === 3 ? 'depths.csv' : `paper-${n}.md`,
  title: null,
  format: n === 3 ? 'csv' : 'markdown',
  collection: 'Harbour',
  passages: 2,
  label: n === 2 ? cui : unclassified,
}))
const passages: readonly HeldPassage[] = documents.flatMap(({ documentId, file, label }) =>
  [0, 1].map((n) => ({
    passageId: `${documentId}.${n}`,
    documentId,
    file,
    heading: 'Quays',
    text: `The eastern quay is ${n + 7} metres deep.`,
    locator: { kind: 'lines', from: n + 1, to: n + 1 } as const,
    label,
  })),
)
export const depths: HeldTable = {
  documentId: documentOf(3),
  file: 'depths.csv',
  columns: ['Quay', 'Depth (m)', 'Surveyed'],
  rows: [
    ['east', '7', '2019-04-01'],
    ['west', '11', '2020-05-02'],
    ['north', '', '2021-06-03'],
  ],
  label: cui,
}
const missing = fail('document.not_found', 'There is no such document.', 'List the documents.')

export const holdings: ToolHoldings = {
  search: async (query, _collection, count) => ok(passages.filter(({ text }) => text.includes(query)).slice(0, count)),
  readPassage: async (passageId) => {
    const found = passages.find((passage) => passage.passageId === passageId)
    return found === undefined ? missing : ok(found)
  },
  readDocument: async (documentId, from, count) => {
    const document = documents.find((held) => held.documentId === documentId)
    const blocks = ['# Quays', 'The eastern quay is 7 metres deep.', 'The western one is deeper.']
    return document === undefined ? missing : ok({ document, blocks: blocks.slice(from, from + count), total: blocks.length })
  },
  listDocuments: async (_collection, from, count) => ok({ documents: documents.slice(from, from + count), total: documents.length }),
  readTable: async (documentId) => (documentId === depths.documentId ? ok(depths) : missing),
}

/** A mission that takes what is asked for. */
export const delegation: Delegation = {
  isOpen: () => true,
  judge: () => ok({ tokensAtMost: 1_000, needsPerson: false }),
  add: () => ok({ key: 'd1', tokensMax: 1_000 }),
  withdraw: () => ok(null),
}

/** Bodies as a run keeps them. */
export function bodies() {
  const texts: string[] = []
  return {
    putBody: (text: string) => `bdy_${texts.push(text) - 1}`,
    readBody: (body: string) => texts[Number(body.slice(4))] ?? null,
  }
}

export function toolContext(more: Partial<ToolContext> = {}): ToolContext {
  return {
    runId: `run_${'0'.repeat(26)}`,
    stepId: stepOf(1),
    folder: join(temporaryFolder(), 'runs', 'one'),
    holdings,
    queryTable: async (table, sql) => ok(queryTable(table, sql)),
    delegation,
    signal: new AbortController().signal,
    ...bodies(),
    ...more,
  }
}
