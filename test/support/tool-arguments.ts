/** Arguments for the tests of every tool. */
import { documentOf } from './tool-context.ts'

/** Arguments that each tool takes. A tool without a row here fails the contract. */
export const goodArguments: Readonly<Record<string, unknown>> = {
  search_holdings: { query: 'eastern' },
  list_documents: {},
  read_document: { documentId: documentOf(1) },
  read_passage: { passageId: `${documentOf(1)}.0` },
  table_query: { documentId: documentOf(3), sql: 'SELECT count(*) FROM data' },
  calculate: { expression: '6 * 7' },
  append_note: { text: 'The quay is 7 metres deep.' },
  write_file: { name: 'report.md', text: '# Report\n' },
  delegate: { agent: 'research', title: 'Find the second quay', input: { topic: 'second quay' } },
  ask_human: { question: 'Which quay?', context: 'Two are named east.', urgency: 'low', format: 'yes_no' },
  request_human_approval: {
    summary: 'Write the report.',
    findings: ['The quay is 7 metres deep.'],
    proposal: 'Write report.md.',
    alternatives: [{ option: 'Write nothing.', reasonRejected: 'It was asked for.' }],
    impact: { files: ['report.md'], services: [], time: 'a minute', risk: 'low' },
    risks: [{ risk: 'A wrong depth.', mitigation: 'Each is quoted.' }],
    rollbackPlan: 'Remove report.md.',
    questions: [],
    confidence: 0.8,
    estimatedTokens: 1200,
    estimatedDurationMs: 60_000,
  },
}
