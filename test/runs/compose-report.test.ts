/** A report shows what documents and models wrote as it stands: none of it becomes markup. */
import { expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { composeReport } from '../../main/runs/compose-report.ts'

const about = { label: unclassified, tier: 'edge', device: 'a processor' } as const
const reportOf = (text: string): readonly string[] => {
  const citation = { n: 1, documentId: 'd', passageId: 'd.0', file: text, locator: { kind: 'lines', from: 1, to: 1 }, quote: text } as const
  const claims = [{ text, supported: true, citations: [1] }]
  return composeReport({ ...about, title: text, composed: { claims, citations: [{ ...citation, verified: true }] } }).split('\n')
}

test.each([
  ['~~~ all that follows', '\\~\\~\\~ all that follows'],
  ['```', '\\`\\`\\`'],
  ['- no list', '\\- no list'],
  ['+ no list', '\\+ no list'],
  ['12. no list', '12\\. no list'],
  ['3) no list', '3\\) no list'],
  ['---', '\\---'],
  ['# no heading', '\\# no heading'],
  ['  ![x](http://a.example/b)', '!\\[x\\](http\\://a.example/b)'],
  ['see HTTPS://a.example and www.b.example', 'see HTTPS\\://a.example and www\\.b.example'],
  ['<b>&lt;', '\\<b\\>\\&lt;'],
  ['one\n\n# two', 'one \\# two'],
  ['07-depot-issues.csv signed_by W. Ottery', '07-depot-issues.csv signed_by W. Ottery'],
  ['_no emphasis_ and __none__', '\\_no emphasis\\_ and \\_\\_none\\_\\_'],
  ['a plain sentence of 12.5 kg - no more', 'a plain sentence of 12.5 kg - no more'],
])('what a document or a model wrote stays a sentence in the report: %j', (written, shown) => {
  const lines = reportOf(written)
  expect(lines).toContain(`# ${shown}`)
  expect(lines).toContain(`${shown} [1]`)
  expect(lines).toContain(`1. ${shown}, Line 1: “${shown}”`)
  expect(lines.filter((line) => line.startsWith('**'))).toEqual([lines[0], lines.at(-2)])
})
