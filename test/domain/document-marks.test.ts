import { expect, test } from 'vitest'
import { readBanner } from '../../main/domain/banner-lines.ts'
import type { Block, ParsedDocument } from '../../main/domain/document.ts'
import { markOfFileName, readMarks } from '../../main/domain/document-marks.ts'
import { marking } from '../../main/domain/label.ts'
import type { Locator } from '../../main/domain/locator.ts'
import { readMark } from '../../main/domain/mark-words.ts'

const block = (text: string, extra: Partial<Block> = {}): Block => ({
  ...{ kind: 'paragraph', depth: 0, text, parts: [], table: 0, isHeader: false },
  locator: { kind: 'paragraph', headings: [], paragraph: 1 },
  ...extra,
})
const documentOf = (blocks: readonly (string | Block)[], extra: Partial<ParsedDocument> = {}): ParsedDocument => ({
  ...{ format: 'html', title: null, pages: [], missing: [] },
  blocks: blocks.map((one) => (typeof one === 'string' ? block(one) : one)),
  ...extra,
})
const overall = (...blocks: readonly (string | Block)[]): string => marking(readMarks(documentOf(blocks), 'a.html').overall)

test.each([
  ['S//NF', 'SECRET//NOFORN'],
  ['TS//SI', 'TOP SECRET//SI'],
  ['TS//SI/TK//OC/NF', 'TOP SECRET//SI/TK//ORCON//NOFORN'],
  ['TS//SI-G//OC/REL TO USA, FVEY', 'TOP SECRET//SI-G//ORCON//REL TO FVEY, USA'],
  ['S//REL TO USA, GBR, AUS', 'SECRET//REL TO AUS, GBR, USA'],
  ['S/NF', 'SECRET//NOFORN'],
  ['C', 'CONFIDENTIAL'],
  ['CUI', 'CUI'],
  ['CUI//SP-CTI//NF', 'CUI//SP-CTI//NOFORN'],
  ['U//FOUO', 'CUI'],
  ['U//LES-NF', 'CUI//NOFORN'],
  ['S//SAR-BP', 'SECRET//SAR-BP'],
  ['S//RD', 'SECRET//RD'],
  ['S//FGI GBR', 'SECRET//FGI GBR'],
  ['TS//ABC', 'TOP SECRET//ABC'],
  ['SECRET//NOFORN', 'SECRET//NOFORN'],
])('the portion mark (%s) is read as %s', (text, expected) => {
  const mark = readMark(text, 'portion')
  expect(mark === null ? null : marking(mark.label)).toBe(expected)
})

test.each(['R', 'TSA', 'C//O', 'U//X', 'S//', 'S//nf', 'SS', 'C-3', 'S, T', 'S//REL TO Nowhere', 'NS', ''])(
  'what says nothing that is known is no mark: (%s)',
  (text) => {
    expect(readMark(text, 'portion')).toBeNull()
  },
)

test.each([
  ['SECRET//NOFORN', 'SECRET//NOFORN'],
  ['  TOP SECRET // SI / TK // NOFORN  ', 'TOP SECRET//SI/TK//NOFORN'],
  ['*** SECRET ***', 'SECRET'],
  ['- CONFIDENTIAL -', 'CONFIDENTIAL'],
  ['CUI', 'CUI'],
  ['CONTROLLED//SP-PRVCY', 'CUI//SP-PRVCY'],
  ['UNCLASSIFIED//FOR OFFICIAL USE ONLY', 'CUI'],
  ['UNCLASSIFIED//APPROVED FOR PUBLIC RELEASE', 'UNCLASSIFIED'],
  ['SECRET NOFORN', 'SECRET//NOFORN'],
  ['SECRET//SPECIAL HANDLING', 'SECRET//SPECIAL HANDLING'],
  ['Classification: SECRET//NOFORN', 'SECRET//NOFORN'],
  ['NATO SECRET', 'SECRET//NATO'],
  ['COSMIC TOP SECRET', 'TOP SECRET//NATO'],
  ['S E C R E T SECTION 01 OF 02 PORT ELSINE 000417', 'SECRET'],
  ['C O N F I D E N T I A L', 'CONFIDENTIAL'],
])('the line “%s” is the banner %s', (text, expected) => {
  const banner = readBanner(text)
  expect(banner === null ? null : marking(banner.label)).toBe(expected)
})

test.each([
  'Secret Santa',
  'SECRET SANTA',
  'Confidential',
  'STRICTLY CONFIDENTIAL',
  'CONFIDENTIAL AND PROPRIETARY',
  'CONFIDENTIALITY',
  'TOP SECRET RECIPES',
  'THE SECRET//GARDEN',
  'UNCLASSIFIED ADVERTISEMENTS',
  'CONTROLLED',
  'CUI BONO',
  `SECRET//${'A'.repeat(200)}`,
])('the line “%s” is no banner', (text) => {
  expect(readBanner(text)).toBeNull()
})

test('LBL-01 a portion mark raises its document, and each marked portion says what it is', () => {
  const marks = readMarks(
    documentOf(['(U) The quay is 9 m deep.', '(S//NF) The convoy waits beyond it.', 'No mark stands here.']),
    'a.html',
  )
  expect(marking(marks.overall)).toBe('SECRET//NOFORN')
  expect(marks.portions.has(2)).toBe(false)
  expect([...marks.portions].map(([index, label]) => [index, marking(label)])).toEqual([[0, 'UNCLASSIFIED']])
  expect(marks.marks.map(({ where }) => where)).toEqual(['in paragraph 1', 'in paragraph 2'])
})

test('a portion that is released as the banner says is released to those whom the banner names', () => {
  const marks = readMarks(documentOf(['SECRET//REL TO USA, GBR', '(S//REL) The convoy waits.']), 'a.html')
  expect(marking(marks.overall)).toBe('SECRET//REL TO GBR, USA')
  expect(overall('(S//REL) The convoy waits.')).toBe('SECRET//REL TO USA')
})

test.each([
  ['numbered', ['1. (S) The convoy waits beyond the bar tonight.', '2. (U) The quay is 9 m deep.']],
  ['after a subject', ['Subject: (S) Convoy movements', '(U) Nothing else.']],
  ['in a bulleted list', ['• (S) The convoy waits.', '• (U) The quay is deep.']],
  ['on its own', ['(S) The convoy leaves the harbour at first light.']],
  ['at the end of a heading', [block('Convoy movements (S)', { kind: 'heading', depth: 1 }), '(U) Nothing else.']],
  ['after a sentence of the same block', ['(U) The quay is deep. (S) The convoy waits beyond it.', '(U) Nothing else.']],
  ['in a longer form', ['(SECRET) The convoy waits beyond the bar.', '(UNCLASSIFIED) Nothing else.']],
  ['at a banner', ['SECRET', 'The convoy waits.', 'SECRET']],
])('a mark is found %s', (_where, blocks) => {
  expect(overall(...blocks)).toBe('SECRET')
})

test.each([
  ['a list with letters', ['(A) Anchors', '(B) Buoys', '(C) Chains', '(D) Docks']],
  ['a long list with letters', ['(R) Rope', '(S) Sail', '(T) Tackle', '(U) Upper deck']],
  ['letters as codes', ['(N) Northern quay and its cranes', '(S) Southern quay and its cranes', '(E) Eastern quay and its cranes']],
  ['small letters', ['(s) singular', '(c) see above', '(u) unknown']],
  ['a sign of copyright', ['(C) 2024 Harbour Board', '(C) Copyright by the authors']],
  ['copyright on its own', ['(C) Harbour Board of Port Elsine']],
  ['a plural', ['The vessel(s) and berth(S) named here']],
  ['Secret Santa', ['SECRET SANTA', 'Bring a present.', 'Secret']],
  [
    'a heading of a story',
    ['A story', 'First part', 'It began.', block('SECRET', { kind: 'heading', depth: 2 }), 'It went on.', 'It', 'ended', 'well.'],
  ],
  ['a mark that is talked about', ['Paragraphs marked (S//NF) are kept apart.', 'The mark (TS) stands before them.']],
  ['an abbreviation in a sentence', ['The transport stream (TS) is cut. (TS) packets are 188 bytes.']],
  ['a single sulphur', ['(S) 32.06', 'Atomic weight']],
  [
    'a list of words in one column',
    ['harbour', 'SECRET', 'quay'].map((word) => block(word, { kind: 'row', table: 1, parts: cells(word) })),
  ],
  [
    'champions in a table',
    [
      block('Elsine (C) · 42', { kind: 'row', table: 1, parts: [] }),
      block('(C) Brask · (S) Ottery', { kind: 'row', table: 1, parts: cells('(C) Brask · (S) Ottery') }),
    ],
  ],
])('%s is no mark', (_what, blocks) => {
  expect(overall(...blocks)).toBe('UNCLASSIFIED')
})

function cells(text: string): Block['parts'] {
  let at = 0
  return text.split(' · ').map((cell) => {
    const start = at
    at += cell.length + 3
    return { start, end: start + cell.length, locator: { kind: 'row', row: 1, column: null }, isField: true }
  })
}

test('a letter of a list in a marked document is no portion of its own: it is as high as the document', () => {
  const marks = readMarks(documentOf(['SECRET', '(A) Anchors', '(B) Buoys', '(C) Chains', 'SECRET']), 'a.html')
  expect(marks.portions.has(3)).toBe(false)
})

test('text before the first mark of a block is as high as the document', () => {
  const marks = readMarks(documentOf(['(S//NF) One.', 'Before it. (U) After it.']), 'a.html')
  expect(marks.portions.has(1)).toBe(false)
})

test('a cell with a mark raises its row, and a row with a cell that has none is as high as the document', () => {
  const text = '(S//NF) Elsine · Quay'
  const marks = readMarks(documentOf([block(text, { kind: 'row', table: 1, parts: cells(text) }), '(U) One.']), 'a.csv')
  expect(marking(marks.overall)).toBe('SECRET//NOFORN')
  expect(marks.portions.has(0)).toBe(false)
})

test('a banner as the first column’s name counts for the whole table', () => {
  const locator: Locator = { kind: 'row', row: 1, column: 'SECRET//NOFORN' }
  const parts = [{ start: 0, end: 6, locator, isField: true }]
  expect(overall(block('Elsine', { kind: 'row', table: 1, parts }))).toBe('SECRET//NOFORN')
})

const page = (text: string, number: number, y: number): Block =>
  block(text, { locator: { kind: 'page', page: number, boxes: [{ x: 72, y, width: 200, height: 12 }] } })
const size = { width: 612, height: 792 }

test('banners of pages are no text; a line that begins or ends with one keeps the rest', () => {
  const merged = 'SECRET//NOFORN\nThe convoy waits.\nSECRET//NOFORN'
  const document = documentOf([page('SECRET//NOFORN', 1, 20), page('The quay.', 1, 300), page(merged, 2, 20)], { pages: [size, size] })
  const marks = readMarks(document, 'a.pdf')
  expect(marks.kept.get(0)).toBeNull()
  expect(marks.kept.has(1)).toBe(false)
  const kept = marks.kept.get(2)
  expect(merged.slice(kept?.start, kept?.end).trim()).toBe('The convoy waits.')
  expect(marks.marks[0]?.where).toBe('on page 1')
})

test('a bare level counts at the edge of a page, and nowhere else', () => {
  const at = (y: number) =>
    marking(
      readMarks(documentOf([page('First.', 1, 90), page('CONFIDENTIAL', 1, y), page('Last.', 1, 500)], { pages: [size] }), 'a.pdf').overall,
    )
  expect(at(30)).toBe('CONFIDENTIAL')
  expect(at(770)).toBe('CONFIDENTIAL')
  expect(at(400)).toBe('UNCLASSIFIED')
})

test('what stands at the head of pages outside of the text counts', () => {
  expect(marking(readMarks(documentOf(['The quay.'], { marginLines: ['Draft', 'SECRET//NOFORN'] }), 'a.docx').overall)).toBe(
    'SECRET//NOFORN',
  )
})

test('the name of a file that was exported says what it is', () => {
  const named = (name: string) => {
    const mark = markOfFileName(name)
    return mark === null ? null : marking(mark.label)
  }
  expect(named('SECRET--answer-01.pdf')).toBe('SECRET')
  expect(named('TOP_SECRET--SI+TK--NOFORN--answer-01.pdf')).toBe('TOP SECRET//SI/TK//NOFORN')
  expect(named('SECRET.pdf')).toBeNull()
  expect(named('secret--santa.pdf')).toBeNull()
  expect(named('report.pdf')).toBeNull()
})

test('a word that only the document knows is not told on', () => {
  const [mark] = readMarks(documentOf(['SECRET//PROJECT BARNACLE', 'Text.']), 'a.html').marks
  expect(marking(mark?.label ?? { level: 'secret', categories: [], dissemination: [], releasability: 'any' })).toBe(
    'SECRET//PROJECT BARNACLE',
  )
  expect(JSON.stringify(mark?.known)).not.toContain('BARNACLE')
})
