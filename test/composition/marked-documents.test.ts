/** What documents say of themselves, from the file to its passages, over the real store and the product's own readers. */
import { readdirSync, readFileSync } from 'node:fs'
import { Document, Header, Packer, Paragraph, TextRun } from 'docx'
import { beforeEach, expect, test } from 'vitest'
import { labelFromName, marking, unclassified } from '../../main/domain/label.ts'
import { journalLine } from '../../main/domain/security-events.ts'
import { openHeldDocuments } from '../support/held-documents.ts'
import { makePdf } from '../support/pdf-files.ts'

const station = await openHeldDocuments()
const secret = { ...labelFromName('secret'), releasability: 'noforn' } as const

beforeEach(() => {
  station.setCeiling(unclassified)
  station.events.length = 0
})

const labelOf = (documentId: string | null) => marking(station.parts.documents.find(documentId ?? '')?.label ?? labelFromName('top_secret'))

test('LBL-01 a portion mark above the ceiling is a suspected spill: the file is refused, and nothing of it is kept', async () => {
  const text = 'Quay depths\n\n(U) The quay is 9 m deep.\n\n(S//NF) The barnacle convoy waits.\n'
  const settled = await station.add('convoy.txt', text)
  expect(settled).toMatchObject({ outcome: 'refused', code: 'import.suspected_spill', documentId: null })
  expect(settled.reason).toBe('It is marked SECRET//NOFORN in line 5: higher than this station may hold.')
  expect(station.events.map(({ event }) => event.type)).toEqual(['document.refused', 'import.finished'])
  expect(station.events[0]?.event).toMatchObject({ type: 'document.refused', code: 'import.suspected_spill' })
  const { db } = station.parts
  const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  const isKept = tables.some(({ name }) => JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).all()).includes('barnacle'))
  expect(isKept).toBe(false)
  expect(readdirSync(station.parts.paths.blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual([])
})

test('LBL-01 a mark of a level that the policy does not use is refused, and says which and where', async () => {
  station.setCeiling(secret)
  station.setInUse(({ level }) => level !== 'confidential')
  const settled = await station.add('convoy.txt', '(U) The quay is 9 m deep.\n\n(C) The convoy waits.\n\n(C) It is long.\n')
  station.setInUse(() => true)
  expect(settled).toMatchObject({ outcome: 'refused', code: 'policy.label_not_in_use', documentId: null })
  expect(settled.reason).toBe('It is marked CONFIDENTIAL in line 3, which the policy does not use here.')
})

test('a spill goes to the system journal as an error, with its code and nothing of the file', async () => {
  await station.add('convoy.txt', 'SECRET\n\nThe barnacle convoy waits.\n\nSECRET\n')
  const [refused] = station.events
  const line = refused === undefined ? null : journalLine(refused)
  expect(line?.priority).toBe(3)
  expect(line?.text).toContain('code=import.suspected_spill')
  expect(line?.text).not.toContain('convoy')
})

test('LBL-01 marks raise a document and its passages; each marked portion is as high as it says', async () => {
  station.setCeiling(secret)
  const html = '<h1>(S//NF) Convoys</h1><p>(U) The quay is 9 m deep.</p><p>(S//NF) The convoy waits.</p><p>It is long.</p>'
  const { documentId } = await station.add('convoys.html', html)
  expect(labelOf(documentId)).toBe('SECRET//NOFORN')
  const passages = station.passages(documentId ?? '')
  expect(passages.map(({ text, label }) => [text, marking(label)])).toEqual([
    ['(S//NF) Convoys', 'SECRET//NOFORN'],
    ['(U) The quay is 9 m deep.', 'UNCLASSIFIED'],
    ['(S//NF) The convoy waits.\nIt is long.', 'SECRET//NOFORN'],
  ])
  // What stands over a lower portion is not told with it.
  expect(passages[1]?.heading).toBe('')
  expect(passages[2]?.heading).toContain('Convoys')
})

test('LBL-01 marks never lower: a document marked lower stays as high as was said of it', async () => {
  station.setCeiling(secret)
  const { documentId } = await station.add('open.txt', 'UNCLASSIFIED\n\n(U) The pier is 4 m wide.\n\nUNCLASSIFIED\n', {
    label: secret,
    collection: 'High',
  })
  expect(labelOf(documentId)).toBe('SECRET//NOFORN')
  expect(station.passages(documentId ?? '').map(({ label }) => marking(label))).toEqual(['SECRET//NOFORN'])
})

test('banners and running heads of a PDF are no passages', async () => {
  station.setCeiling(secret)
  const page = (number: number) => ({
    texts: [
      { text: 'SECRET//NOFORN', x: 250, y: 815 },
      { text: 'Port Elsine harbour survey', x: 60, y: 795 },
      { text: `The quay of basin ${number} was sounded in May.`, x: 60, y: 600 },
      { text: `Page ${number} of 3`, x: 280, y: 40 },
      { text: 'SECRET//NOFORN', x: 250, y: 20 },
    ],
  })
  const { documentId } = await station.add('survey.pdf', await makePdf([page(1), page(2), page(3)]))
  expect(labelOf(documentId)).toBe('SECRET//NOFORN')
  const text = station
    .passages(documentId ?? '')
    .map((passage) => passage.text)
    .join('\n')
  expect(text).not.toContain('SECRET')
  expect(text.match(/harbour survey/g)).toHaveLength(1)
  expect(text.match(/was sounded in May/g)).toHaveLength(3)
})

test('a banner in the header of a DOCX counts, and so does a mark at the beginning of a line of a PDF', async () => {
  const header = new Header({ children: [new Paragraph('SECRET//NOFORN')] })
  const document = new Document({
    sections: [{ headers: { default: header }, children: [new Paragraph({ children: [new TextRun('The quay.')] })] }],
  })
  expect(await station.add('quay.docx', await Packer.toBuffer(document))).toMatchObject({
    code: 'import.suspected_spill',
    reason: 'It is marked SECRET//NOFORN at the head or foot of its pages: higher than this station may hold.',
  })
  const lines = ['The quay is nine metres deep and the pilot reported', '(S//NF) The convoy waits beyond the bar tonight']
  const pdf = await makePdf([{ texts: lines.map((text, at) => ({ text, x: 60, y: 700 - at * 14 })) }])
  expect(await station.add('quay.pdf', pdf)).toMatchObject({ code: 'import.suspected_spill' })
})

test('a file that was exported here comes back under the label of its name', async () => {
  expect(await station.add('SECRET--answer-01.md', 'The quay is 9 m deep.')).toMatchObject({
    reason: 'It is marked SECRET in the file’s name: higher than this station may hold.',
  })
})

test('no document of the sample case is raised', async () => {
  const folder = new URL('../../main/sample-case/documents/', import.meta.url)
  for (const file of readdirSync(folder)) {
    const settled = await station.add(file, readFileSync(new URL(file, folder)), { collection: 'Sample' })
    expect([file, settled.outcome, labelOf(settled.documentId)]).toEqual([file, 'indexed', 'UNCLASSIFIED'])
  }
})
