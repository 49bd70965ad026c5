import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { particularLimits, readParticulars } from '../../main/domain/source-particulars.ts'
import { readDocument } from '../support/read-document.ts'

test.each([
  [
    'a report',
    'Report no.: IR-0417\nIssued by: Port Elsine Harbour Board\nDate: 12 March 2026',
    'Port Elsine Harbour Board',
    'IR-0417',
    '12 March 2026',
  ],
  ['a message', 'DTG 121430Z MAR 26\nFM HARBOURMASTER ELSINE\nTO ALL STATIONS', 'HARBOURMASTER ELSINE', '121430Z MAR 26', null],
  ['a letter', 'From: A. Brask\nDated: 3 May 2026\nDear Sir,', 'A. Brask', null, '3 May 2026'],
  ['a text', 'From the harbour one sees the sea.\nThe report was late.\nDate palms grow here.', null, null, null],
  ['nothing', '', null, null, null],
])('ANS-05 %s says what it says of its origin, and no more', (_what, text, originator, serial, date) => {
  expect(readParticulars([text])).toEqual({ originator, serial, date })
})

test('ANS-05 of the papers of the sample case, the memo alone says who wrote it and when, in words', async () => {
  const folder = new URL('../../main/sample-case/documents/', import.meta.url)
  const said: unknown[] = []
  for (const file of readdirSync(folder)) {
    const { blocks } = await readDocument(file, readFileSync(new URL(file, folder)))
    const { originator, date } = readParticulars(blocks.slice(0, particularLimits.blocks).map(({ text }) => text))
    if (originator !== null || date !== null) said.push([file, originator, date])
  }
  expect(said).toEqual([['04-harbour-master-memo.html', 'Ruth Vasquel, harbour master', '20 March 2026']])
})
