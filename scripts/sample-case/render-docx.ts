/** Sets a source as a DOCX with real heading styles, lists and tables. The same source gives the same bytes. */
import {
  AlignmentType,
  Document,
  Footer,
  Header,
  HeadingLevel,
  LevelFormat,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx'
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate'
import type { Run, Source, SourceBlock } from './read-source.ts'

const numbered = 'numbered'
const headings = [HeadingLevel.HEADING_1, HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3] as const

const textRuns = (runs: readonly Run[]): TextRun[] =>
  runs.map((run) => new TextRun({ text: run.text, bold: run.isBold, italics: run.isItalic }))

function tableOf(rows: readonly (readonly string[])[]): Table {
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    rows: rows.map(
      (row, index) =>
        new TableRow({
          tableHeader: index === 0,
          children: row.map(
            (cell) =>
              new TableCell({
                margins: { top: 60, bottom: 60, left: 90, right: 90 },
                children: [new Paragraph({ children: [new TextRun({ text: cell, bold: index === 0, size: 20 })] })],
              }),
          ),
        }),
    ),
  })
}

function blockOf(block: SourceBlock): (Paragraph | Table)[] {
  switch (block.kind) {
    case 'heading':
      return [new Paragraph({ heading: headings[block.depth] ?? HeadingLevel.HEADING_3, children: [new TextRun(block.text)] })]
    case 'paragraph':
      return [new Paragraph({ spacing: { after: 140 }, children: textRuns(block.runs) })]
    case 'item':
      return [
        new Paragraph({
          ...(block.number === null ? { bullet: { level: 0 } } : { numbering: { reference: numbered, level: 0 } }),
          children: textRuns(block.runs),
        }),
      ]
    case 'table':
      return [tableOf(block.rows), new Paragraph({ spacing: { after: 80 }, children: [] })]
  }
}

/** The writer stamps the present time into the archive and its properties; both get the document's own date. */
function fixDates(bytes: Uint8Array, date: Date): Uint8Array {
  const stamp = date.toISOString().replace(/\.\d+Z$/, 'Z')
  const files: Zippable = {}
  for (const [name, content] of Object.entries(unzipSync(bytes)).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isProperties = name === 'docProps/core.xml'
    const fixed = isProperties ? strToU8(strFromU8(content).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, stamp)) : content
    files[name] = [fixed, { mtime: new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 12), level: 9 }]
  }
  return zipSync(files)
}

export async function renderDocx({ front, blocks }: Source): Promise<Uint8Array> {
  const marking = () => new Paragraph({ alignment: AlignmentType.CENTER, children: [new TextRun({ text: front.marking, size: 16 })] })
  const document = new Document({
    title: front.title,
    creator: front.author,
    lastModifiedBy: front.author,
    styles: { default: { document: { run: { font: 'Liberation Serif', size: 22 } } } },
    numbering: {
      config: [
        {
          reference: numbered,
          levels: [{ level: 0, format: LevelFormat.DECIMAL, text: '%1.', style: { paragraph: { indent: { left: 500, hanging: 300 } } } }],
        },
      ],
    },
    sections: [
      {
        headers: { default: new Header({ children: [marking()] }) },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.RIGHT,
                children: [new TextRun({ children: [`${front.reference}, page `, PageNumber.CURRENT], size: 16 })],
              }),
              marking(),
            ],
          }),
        },
        children: [
          new Paragraph({ children: [new TextRun({ text: front.office, size: 20 })] }),
          new Paragraph({ heading: HeadingLevel.TITLE, children: [new TextRun(front.title)] }),
          new Paragraph({
            spacing: { after: 200 },
            children: [new TextRun({ text: `${front.reference}. ${front.date}. ${front.author}.`, size: 20 })],
          }),
          ...blocks.flatMap(blockOf),
        ],
      },
    ],
  })
  const bytes = new Uint8Array(await Packer.toArrayBuffer(document))
  return fixDates(bytes, new Date(`${front.date} 12:00:00 UTC`))
}
