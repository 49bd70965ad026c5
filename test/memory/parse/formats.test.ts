import { Document, FootnoteReferenceRun, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow, TextRun } from 'docx'
import { describe, expect, test } from 'vitest'
import { Block } from '../../../main/domain/document.ts'
import { readDocument } from '../../support/read-document.ts'
import { makeDocx, wordXml } from '../../support/zip-files.ts'

const read = (fileName: string, text: string | Uint8Array) => readDocument(fileName, Buffer.from(text))
const outline = (blocks: readonly Block[]) => blocks.map((block) => `${block.kind}${block.depth === 0 ? '' : block.depth}: ${block.text}`)
const fieldsOf = (block: Block | undefined) =>
  block?.parts.filter((part) => part.isField).map((part) => [block.text.slice(part.start, part.end), part.locator])

describe('plain text', () => {
  test('DOC-02 paragraphs end at empty lines and every line keeps its number', async () => {
    const { blocks } = await read('a.txt', 'First line\r\nsecond line\r\n\r\n\r\nNext paragraph\r\n')
    expect(blocks.map((block) => [block.text, block.locator])).toEqual([
      ['First line\nsecond line', { kind: 'lines', from: 1, to: 2 }],
      ['Next paragraph', { kind: 'lines', from: 5, to: 5 }],
    ])
    expect(blocks[0]?.parts[1]?.locator).toEqual({ kind: 'lines', from: 2, to: 2 })
  })

  test.each([
    ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('Größe und Übung')]), 'Größe und Übung'],
    ['UTF-16, low byte first', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Größe', 'utf16le')]), 'Größe'],
    ['UTF-16, high byte first', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('Größe', 'utf16le').swap16()]), 'Größe'],
    [
      'Latin 1',
      Buffer.from('Die Größe der Übung für alle Bürger ist überall größer als früher.', 'latin1'),
      'Die Größe der Übung für alle Bürger ist überall größer als früher.',
    ],
  ])('reads %s', async (_, bytes, text) => {
    expect((await read('a.txt', bytes)).blocks[0]?.text).toBe(text)
  })

  test('DOC-03 a paragraph without end is cut, and nothing of it is lost', async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => `entry ${at} of the log`)
    const { blocks } = await read('a.log', lines.join('\n'))
    expect(blocks.length).toBeGreaterThan(10)
    expect(blocks.map((block) => block.text).join('\n')).toBe(lines.join('\n'))
    expect(blocks.at(-1)?.locator).toMatchObject({ kind: 'lines', to: 5_000 })
  })
})

describe('tables of text', () => {
  test('DOC-02 each row names its columns, and each cell is a field with its own place', async () => {
    const { blocks } = await read('a.csv', 'station,depth_m,remark\nNorth,7.4,"clear, calm"\n,,\nSouth,,"two\nlines"\n')
    expect(blocks.map((block) => block.text)).toEqual([
      'station: North · depth_m: 7.4 · remark: clear, calm',
      'station: South · remark: two\nlines',
    ])
    expect(blocks[1]?.locator).toEqual({ kind: 'row', row: 3, column: null })
    expect(fieldsOf(blocks[0])).toEqual([
      ['North', { kind: 'row', row: 1, column: 'station' }],
      ['7.4', { kind: 'row', row: 1, column: 'depth_m' }],
      ['clear, calm', { kind: 'row', row: 1, column: 'remark' }],
    ])
  })

  test.each([
    ['semicolons', 'a.csv', 'name;age\nAnn;4\nBob;5\n'],
    ['tabs', 'a.tsv', 'name\tage\nAnn\t4\nBob\t5\n'],
    ['bars', 'a.csv', 'name|age\nAnn|4\nBob|5\n'],
  ])('finds %s', async (_, name, text) => {
    expect((await read(name, text)).blocks.map((block) => block.text)).toEqual(['name: Ann · age: 4', 'name: Bob · age: 5'])
  })

  test('a first row of values is no header', async () => {
    const { blocks } = await read('a.csv', 'North,7.4\nSouth,8.1\n')
    expect(blocks.map((block) => block.text)).toEqual(['North · 7.4', 'South · 8.1'])
    expect(fieldsOf(blocks[0])?.[1]).toEqual(['7.4', { kind: 'row', row: 1, column: null }])
  })
})

describe('HTML', () => {
  test('DOC-02 headings make the path, paragraphs are counted under the last of them', async () => {
    const html =
      '<title>Port memo</title><p>Intro<h1>Port</h1><p>One &amp; only</p><h2>Tides</h2>' +
      '<ul><li>High<ul><li>Very high</ul><li>Low</ul><h1>End</h1>Bye'
    const document = await read('a.html', html)
    expect(document.title).toBe('Port memo')
    expect(outline(document.blocks)).toEqual([
      'paragraph: Intro',
      'heading1: Port',
      'paragraph: One & only',
      'heading2: Tides',
      'item1: High',
      'item2: Very high',
      'item1: Low',
      'heading1: End',
      'paragraph: Bye',
    ])
    expect(document.blocks[6]?.locator).toEqual({ kind: 'paragraph', headings: ['Port', 'Tides'], paragraph: 3 })
    expect(document.blocks[8]?.locator).toEqual({ kind: 'paragraph', headings: ['End'], paragraph: 1 })
  })

  test('what a browser would not show is not text', async () => {
    const html =
      '<script>var a="<p>no"</script><style>p{}</style><template><p>no</template>' +
      '<p hidden>no</p><p style="color:red; display : none">no</p>' +
      '<noscript>no</noscript><!-- no --><p>yes</p><iframe srcdoc="no">no</iframe>'
    expect(outline((await read('a.html', html)).blocks)).toEqual(['paragraph: yes'])
  })

  test('tables become rows of fields, and know their header', async () => {
    const html =
      '<table><caption>Depths</caption><tr><th>Buoy<th>Depth<tr><td>North<td>7.4 <b>m</b><tr><td>South<td></table>' +
      '<table><tr><td>other</table>'
    const { blocks } = await read('a.html', html)
    expect(blocks.map((block) => [block.kind, block.text, block.table, block.isHeader])).toEqual([
      ['caption', 'Depths', 0, false],
      ['row', 'Buoy · Depth', 1, true],
      ['row', 'North · 7.4 m', 1, false],
      ['row', 'South', 1, false],
      ['row', 'other', 2, false],
    ])
    expect(fieldsOf(blocks[2])?.map(([text]) => text)).toEqual(['North', '7.4 m'])
  })

  test('code keeps its white space, breaks stay, and the declared encoding is used', async () => {
    const { blocks } = await read(
      'a.html',
      Buffer.from('<meta charset="windows-1251"><pre>if a:\n    b</pre><p>one<br>two</p><p>\xcf\xf0\xe8\xe2\xe5\xf2</p>', 'latin1'),
    )
    expect(outline(blocks)).toEqual(['code: if a:\n    b', 'paragraph: one\ntwo', 'paragraph: Привет'])
  })

  test('text in nested tables is not lost', async () => {
    const { blocks } = await read('a.html', '<table><tr><td>before<table><tr><td>inner</table>after</table>')
    expect(blocks.map((block) => block.text)).toEqual(['before', 'inner', 'after'])
  })
})

describe('Markdown', () => {
  test('DOC-02 reads headings, lists, tables and code, and takes the title from the front matter', async () => {
    const text =
      '---\ntitle: "Log book"\ntags: [a]\n---\n# Port\n\nSome *text* in\ntwo lines.\n\n1. one\n   - deep\n\n' +
      '| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode  here\n```\n\n<script>no</script>\n'
    const document = await read('a.md', text)
    expect(document.title).toBe('Log book')
    expect(outline(document.blocks)).toEqual([
      'heading1: Port',
      'paragraph: Some text in two lines.',
      'item1: one',
      'item2: deep',
      'row: a · b',
      'row: 1 · 2',
      'code: code  here',
    ])
  })
})

describe('DOCX', () => {
  test('DOC-02 reads headings, tables and notes', async () => {
    const cell = (text: string) => new TableCell({ children: [new Paragraph(text)] })
    const document = new Document({
      title: 'Harbour report',
      footnotes: { 1: { children: [new Paragraph('Measured at noon.')] } },
      sections: [
        {
          children: [
            new Paragraph({ text: 'Findings', heading: HeadingLevel.HEADING_1 }),
            new Paragraph({
              children: [
                new TextRun('The buoy was '),
                new TextRun({ text: 'adrift', bold: true }),
                new FootnoteReferenceRun(1),
                new TextRun('.'),
              ],
            }),
            new Table({
              rows: [
                new TableRow({ tableHeader: true, children: [cell('Buoy'), cell('Depth')] }),
                new TableRow({ children: [cell('North'), cell('7.4 m')] }),
              ],
            }),
          ],
        },
      ],
    })
    const parsed = await read('a.docx', await Packer.toBuffer(document))
    expect(parsed.title).toBe('Harbour report')
    expect(outline(parsed.blocks)).toEqual([
      'heading1: Findings',
      'paragraph: The buoy was adrift.',
      'row: Buoy · Depth',
      'row: North · 7.4 m',
      'item1: Measured at noon.',
    ])
    expect(parsed.blocks[2]?.isHeader).toBe(true)
    expect(parsed.blocks[1]?.locator).toEqual({ kind: 'paragraph', headings: ['Findings'], paragraph: 1 })
  })

  test('the text of a formula stands in its sentence', async () => {
    const math = '<m:oMath><m:r><m:rPr><m:sty m:val="p"/></m:rPr><m:t>v=4.2</m:t></m:r></m:oMath>'
    const { blocks } = await read(
      'a.docx',
      makeDocx(wordXml(`<w:p><w:r><w:t xml:space="preserve">The speed </w:t></w:r>${math}<w:r><w:t>holds.</w:t></w:r></w:p>`)),
    )
    expect(outline(blocks)).toEqual(['paragraph: The speed v=4.2 holds.'])
  })
})

test('every block of every format has the shape that the core expects', async () => {
  const documents = [
    await read('a.txt', 'one\n\ntwo'),
    await read('a.csv', 'a,b\n1,2'),
    await read('a.html', '<h1>A</h1><p>b<table><tr><td>c</table>'),
    await read('a.md', '# A\n\nb'),
  ]
  for (const { blocks } of documents) for (const block of blocks) expect(Block.safeParse(block).success).toBe(true)
})
