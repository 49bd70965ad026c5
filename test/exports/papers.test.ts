/** Papers that leave the window: the same bytes for the same paper, marked on every page, and inert in every format. */
import { readFileSync, writeFileSync } from 'node:fs'
import { unzipSync } from 'fflate'
import { Parser } from 'htmlparser2'
import MarkdownIt from 'markdown-it'
import Papa from 'papaparse'
import { expect, test } from 'vitest'
import { readMarks } from '../../main/domain/document-marks.ts'
import { inertText } from '../../main/domain/inert-text.ts'
import { type Label, labelFromName, marking } from '../../main/domain/label.ts'
import { paperLines } from '../../main/domain/paper-lines.ts'
import { fileMark, type PaperFormat, paperFileName, paperFormats, type WorkingPaper } from '../../main/domain/working-paper.ts'
import { csvCell } from '../../main/exports/csv-paper.ts'
import { docxPaper } from '../../main/exports/docx-paper.ts'
import { pdfPaper } from '../../main/exports/pdf-paper.ts'
import { textPaper } from '../../main/exports/text-paper.ts'
import { emptyPaper, hostilePaper, hostileTexts, releasedPaper, wholePaper } from '../support/papers.ts'
import { readDocument, textOf } from '../support/read-document.ts'

const golden = new URL('../fixtures/exports/', import.meta.url)
const render = async (paper: WorkingPaper, format: PaperFormat, portionMarks = true): Promise<Uint8Array> => {
  if (format === 'pdf') return pdfPaper(paper, paperLines(paper, portionMarks))
  if (format === 'docx') return docxPaper(paper, paperLines(paper, portionMarks))
  return new TextEncoder().encode(textPaper({ paper, portionMarks }, format))
}
const text = async (paper: WorkingPaper, format: PaperFormat, portionMarks = true) =>
  new TextDecoder().decode(await render(paper, format, portionMarks))

test.each(paperFormats)('ANS-04 ANS-05 the paper as %s is, byte for byte, the one on record', async (format) => {
  const bytes = await render(wholePaper, format)
  const file = new URL(`answer.${format}`, golden)
  if (process.env.HOLDFAST_RECORD_EXPORTS === '1') writeFileSync(file, bytes)
  expect(Buffer.compare(bytes, readFileSync(file))).toBe(0)
  expect(Buffer.compare(await render(wholePaper, format), bytes)).toBe(0)
})

test.each(['md', 'html', 'csv', 'json'] as const)('ANS-04 %s says all of the authority, the provenance and the sources', async (format) => {
  const shown = await text(wholePaper, format)
  const parts = [
    'j.analyst',
    'Multiple sources, see Sources',
    '29 NOV 2036',
    'desk-7',
    '291500Z NOV 26',
    wholePaper.content,
    'Granite 4 micro',
    'Port Elsine Harbour Board',
  ]
  for (const part of [
    ...parts,
    'IR-0417',
    '12 March 2026',
    '281200Z NOV 26',
    'run_01JABCDEFGHJKMNPQRSTVWXYZ0',
    'AI-assisted working paper',
  ])
    expect(shown).toContain(part)
  expect(shown).toContain(wholePaper.sections[0]?.sources[0]?.digest)
})

test('ANS-05 it is a working paper until a person releases it; then it says who and when', async () => {
  expect(await text(releasedPaper, 'md')).toContain('Released by r.reviewer, 301200Z NOV 26.')
  for (const format of ['md', 'html', 'csv', 'json'] as const)
    expect(await text(releasedPaper, format)).not.toContain('AI-assisted working paper')
  const pdf = textOf(await readDocument('a.pdf', await render(releasedPaper, 'pdf')))
  expect(pdf).toContain('Released by r.reviewer, 301200Z NOV 26.')
  expect(pdf).not.toContain('AI-assisted')
})

test('an answer without a source says so, and names no source', async () => {
  const shown = await text(emptyPaper, 'md')
  expect(shown).toContain('Not in the documents.')
  expect(shown).toContain('Closest documents, not evidence: 01-harbour-survey.pdf.')
  expect(shown).not.toContain('## Sources')
})

test('portion marks can be left out; the marking of the whole stays', async () => {
  const shown = await text(wholePaper, 'md', false)
  expect(shown).not.toContain('(S//SI//NF)')
  expect(shown.split('SECRET//SI//NOFORN').length).toBeGreaterThan(2)
})

test.each([wholePaper, hostilePaper])('ANS-03 ANS-04 every page of the PDF begins and ends with the marking', async (paper) => {
  const { pages, blocks } = await readDocument('a.pdf', await render(paper, 'pdf'))
  for (const page of pages.keys()) {
    const own = blocks.filter(({ locator }) => locator.kind === 'page' && locator.page === page + 1)
    const edge = (block: (typeof own)[number] | undefined) => (block?.locator.kind === 'page' ? block.locator.boxes[0]?.y : undefined)
    const banners = own.filter(({ text: words }) => words === 'SECRET//SI//NOFORN').map((block) => edge(block) ?? 0)
    expect([page, banners.length]).toEqual([page, 2])
    expect(Math.min(...banners)).toBeLessThan(60)
    expect(Math.max(...banners)).toBeGreaterThan(780)
  }
  expect(pages.length).toBeGreaterThanOrEqual(paper === hostilePaper ? 3 : 1)
})

test('ANS-03 the marking stands in the header and the footer of the DOCX, and first and last in every other format', async () => {
  const docx = await render(wholePaper, 'docx')
  const parts = Object.entries(unzipSync(docx)).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)] as const)
  for (const part of ['header', 'footer'])
    expect(parts.filter(([name, xml]) => name.startsWith(`word/${part}`) && xml.includes('SECRET//SI//NOFORN'))).toHaveLength(1)
  for (const format of ['md', 'html', 'csv', 'json'] as const) {
    const shown = await text(wholePaper, format)
    expect(shown.indexOf('SECRET//SI//NOFORN')).toBeLessThan(format === 'html' ? 400 : 20)
    expect(shown.trimEnd().length - shown.lastIndexOf('SECRET//SI//NOFORN')).toBeLessThan(format === 'html' ? 100 : 60)
  }
  const html = await text(wholePaper, 'html')
  // Head and foot of a table are set on each page of a print.
  expect(html).toMatch(/<thead><tr><td><div class="banner">SECRET\/\/SI\/\/NOFORN<\/div><\/td><\/tr><\/thead>/)
  expect(html).toMatch(/<tfoot><tr><td><div class="banner">SECRET\/\/SI\/\/NOFORN<\/div><\/td><\/tr><\/tfoot>/)
})

test.each(['md', 'html', 'pdf', 'docx', 'csv'] as const)(
  'LBL-01 what was exported as %s is told for what it is when it comes back',
  async (format) => {
    const marks = readMarks(await readDocument(`a.${format}`, await render(wholePaper, format)), `a.${format}`)
    expect(marking(marks.overall)).toBe('SECRET//SI//NOFORN')
  },
)

const allowedTags = [
  'html',
  'head',
  'meta',
  'title',
  'style',
  'body',
  'table',
  'thead',
  'tbody',
  'tfoot',
  'tr',
  'td',
  'main',
  'h1',
  'h2',
  'p',
  'div',
  'span',
  'bdi',
  'q',
  'dl',
  'dt',
  'dd',
]
test('D5 no text becomes markup of the HTML: no script, no link, no picture, nothing that is fetched', async () => {
  const found: string[] = []
  let words = ''
  const parser = new Parser({
    onopentag: (name, attributes) =>
      found.push(
        ...[
          name,
          ...Object.keys(attributes).filter(
            (attribute) => !['class', 'lang', 'charset', 'role', 'http-equiv', 'content', 'name'].includes(attribute),
          ),
        ],
      ),
    ontext: (part) => {
      words += part
    },
  })
  const html = await text(hostilePaper, 'html')
  parser.write(html)
  parser.end()
  expect(found.filter((name) => !allowedTags.includes(name))).toEqual([])
  for (const hostile of hostileTexts) expect(words).toContain(inertText(hostile))
  expect(html).toContain("default-src 'none'")
})

test('D5 no text becomes markup of the Markdown', async () => {
  const markdown = new MarkdownIt({ html: true, linkify: true })
  const tokens = markdown.parse(await text(hostilePaper, 'md'), {}).flatMap((token) => [token, ...(token.children ?? [])])
  expect([...new Set(tokens.map(({ type }) => type))].filter((type) => /link|image|html|code|fence|blockquote|hr/.test(type))).toEqual([])
})

test('D5 the PDF has no action, link, form or file in it, and the DOCX no link and no field but its page numbers', async () => {
  const pdf = Buffer.from(await render(hostilePaper, 'pdf')).toString('latin1')
  expect(pdf.match(/\/(URI|JS|JavaScript|AcroForm|Launch|EmbeddedFile|OpenAction|AA)\b|\/Annots \[ [^\]]/g)).toBeNull()
  const docx = unzipSync(await render(hostilePaper, 'docx'))
  const all = Object.entries(docx)
    .map(([name, bytes]) => `${name}\n${new TextDecoder().decode(bytes)}`)
    .join('\n')
  expect(all).not.toMatch(/w:hyperlink|TargetMode="External"|w:object|w:pict|DDEAUTO|INCLUDETEXT/)
  expect([...all.matchAll(/<w:instrText[^>]*>([^<]*)</g)].map((match) => match[1])).toEqual(['PAGE', 'NUMPAGES'])
})

test('ANS-04 no character of a text is dropped from the PDF: what the type lacks is written as its number', async () => {
  const shown = textOf(await readDocument('a.pdf', await render(hostilePaper, 'pdf'))).replace(/\s+/g, '')
  for (const part of ['Привет,Ελληνικά,TiếngViệt,Łódź', '\\u65e5\\u672c\\u8a9e', '\\u{1f6a2}', '\\u202egnp.exe'])
    expect(shown).toContain(part)
  expect(shown).toContain('longword'.repeat(60))
})

/** A hundred ways to begin a formula. */
const formulas = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'].flatMap((sign) =>
  [
    '1+1',
    'SUM(A1:A9)',
    'HYPERLINK("https://evil.example")',
    "cmd|' /C calc'!A0",
    '"quoted"',
    ' 1',
    '＝1',
    '=1',
    'a,b;c',
    'IMPORTXML("x")',
  ].map((rest) => `${sign}${rest}`),
)
test('D4 a hundred formulas come out of the CSV as the text they are, and none begins as one', () => {
  expect(formulas).toHaveLength(100)
  const [row = []] = Papa.parse<string[]>(formulas.map(csvCell).join(',')).data
  expect(row.map((cell) => cell.replace(/^'/, ''))).toEqual(formulas)
  for (const cell of row) expect(cell.trimStart()).toMatch(/^'/)
  expect(csvCell('Quay-side, 9 m')).toBe('"Quay-side, 9 m"')
})

test('D4 the lines of the CSV are as wide as its head, and the marking stands in the first and the last', async () => {
  const { data, errors } = Papa.parse<string[]>((await text(hostilePaper, 'csv')).trimEnd())
  expect(errors).toEqual([])
  expect(data[0]).toEqual(['SECRET//SI//NOFORN'])
  expect(data.at(-1)).toEqual(['SECRET//SI//NOFORN'])
  expect(new Set(data.slice(1, -1).map((row) => row.length))).toEqual(new Set([data[1]?.length]))
  for (const cell of data.flat()) expect(cell).not.toMatch(/^[\s"]*[=+\-@＝＋－＠]/)
})

test('the JSON is one document, each text with its marking', async () => {
  const value: unknown = JSON.parse(await text(hostilePaper, 'json'))
  expect(value).toMatchObject({
    marking: 'SECRET//SI//NOFORN',
    format: 'holdfast-paper/1',
    endMarking: 'SECRET//SI//NOFORN',
    sections: [{ claims: expect.arrayContaining([expect.objectContaining({ marking: 'C' })]) }],
  })
})

test('ANS-04 the file’s name says what it is, and is a name of a file', () => {
  expect(paperFileName(wholePaper, 'pdf')).toBe('SECRET--SI--NOFORN--answer-01JABCDEFGHJKMNPQRSTVWXYZ0.pdf')
  const long: Label = {
    ...labelFromName('top_secret'),
    categories: Array.from({ length: 30 }, (_, at) => `COMPARTMENT ${at}`),
    releasability: ['GBR', 'USA'],
  }
  expect(fileMark({ ...long, categories: [] })).toBe('TOP_SECRET--REL_TO_GBR,_USA')
  expect(fileMark(long)).toBe('TOP_SECRET--SEE_BANNER')
  for (const label of [long, wholePaper.label]) expect(fileMark(label)).toMatch(/^[\w,+-]{1,140}$/)
})
