/** A paper as DOCX: the banner in the header and the footer of every page. What the library dates or numbers by chance is set anew, so that the same paper gives the same bytes. */
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  type IRunOptions,
  Packer,
  PageNumber,
  Paragraph,
  ShadingType,
  TabStopType,
  TextRun,
} from 'docx'
import { unzipSync, type Zippable, zipSync } from 'fflate'
import { bannerColour, marking } from '../domain/label.ts'
import { type PaperLine, statusOf } from '../domain/paper-lines.ts'
import type { WorkingPaper } from '../domain/working-paper.ts'
import { bannerInk } from './banner-ink.ts'

const font = 'IBM Plex Sans'
/** Half points. */
const sizes = { body: 21, small: 17, banner: 21 } as const
const quiet = '57524A'
/** Twentieths of a point, between the margins of the page. */
const textWidth = 9_346
/** The earliest time that an archive can name; it names local ones. */
const noTime = new Date(1980, 0, 1)
const noTimeText = '1980-01-01T00:00:00Z'

const run = (text: string, options: IRunOptions = {}): TextRun => new TextRun({ text, font, size: sizes.body, ...options })
const marked = (mark: string | null, text: string, options: IRunOptions = {}): readonly TextRun[] =>
  mark === null ? [run(text, options)] : [run(`${mark} `, { ...options, bold: true }), run(text, options)]
const small = { size: sizes.small } as const

function paragraphsOf(line: PaperLine): readonly Paragraph[] {
  switch (line.kind) {
    case 'title':
      return [
        new Paragraph({
          heading: HeadingLevel.HEADING_1,
          spacing: { after: 160 },
          children: [...marked(line.mark, line.text, { bold: true, size: 34, color: '000000' })],
        }),
      ]
    case 'heading':
      return [
        new Paragraph({
          heading: HeadingLevel.HEADING_2,
          spacing: { before: 320, after: 80 },
          children: [run(line.text, { bold: true, size: 25, color: '000000' })],
        }),
      ]
    case 'question':
      return [
        new Paragraph({
          heading: HeadingLevel.HEADING_2,
          spacing: { before: 320, after: 80 },
          children: [...marked(line.mark, line.text, { bold: true, size: 25, color: '000000' })],
        }),
      ]
    case 'status': {
      const edge = { style: BorderStyle.SINGLE, size: 6, space: 4, color: '1C1A17' }
      return [
        new Paragraph({
          border: { top: edge, bottom: edge, left: edge, right: edge },
          spacing: { after: 240 },
          indent: { left: 90, right: 90 },
          children: [run(line.text, { bold: true })],
        }),
      ]
    }
    case 'note':
      return [new Paragraph({ spacing: { after: 120 }, children: [run(line.text, { color: quiet })] })]
    case 'claim': {
      const numbers = line.sources.map((n) => run(` [${n}]`, { color: quiet }))
      const unsupported = line.isSupported ? [] : [run(' (no source supports this)', { color: '8A3B12' })]
      return [new Paragraph({ spacing: { after: 120 }, children: [...marked(line.mark, line.text), ...numbers, ...unsupported] })]
    }
    case 'source':
      return [
        new Paragraph({
          keepNext: true,
          children: [run(`${line.n}. `, { ...small, bold: true }), ...marked(line.mark, line.about, small)],
        }),
        new Paragraph({ keepNext: true, indent: { left: 280 }, children: [run(`“${line.quote}”`, small)] }),
        new Paragraph({ spacing: { after: 140 }, indent: { left: 280 }, children: [run(line.proof, { ...small, color: quiet })] }),
      ]
    case 'facts':
      return line.rows.map(
        ([name, value], at) =>
          new Paragraph({
            spacing: { after: at === line.rows.length - 1 ? 200 : 0 },
            tabStops: [{ type: TabStopType.LEFT, position: 1_920 }],
            indent: { left: 1_920, hanging: 1_920 },
            children: [run(name, { ...small, color: quiet }), run(`\t${value}`, small)],
          }),
      )
    case 'signature':
      return [
        new Paragraph({
          spacing: { before: 900 },
          border: { top: { style: BorderStyle.SINGLE, size: 6, space: 4, color: '1C1A17' } },
          tabStops: [{ type: TabStopType.LEFT, position: 6_000 }],
          children: [run('Released by\tDate', { ...small, color: quiet })],
        }),
      ]
  }
}

function banner(paper: WorkingPaper): Paragraph {
  const { background, ink } = bannerInk[bannerColour(paper.label)]
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    shading: { type: ShadingType.CLEAR, color: 'auto', fill: background.slice(1) },
    children: [run(marking(paper.label), { bold: true, size: sizes.banner, color: ink.slice(1) })],
  })
}

function foot(paper: WorkingPaper): Paragraph {
  const status = paper.release === null ? 'AI-assisted working paper' : statusOf(paper)
  return new Paragraph({
    tabStops: [{ type: TabStopType.RIGHT, position: textWidth }],
    spacing: { after: 80 },
    children: [
      run(`${status}\t`, { size: 16, color: quiet }),
      new TextRun({ font, size: 16, color: quiet, children: ['Page ', PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES] }),
    ],
  })
}

/** Packs the same parts in the same order under one time. */
function undated(archive: Uint8Array): Uint8Array {
  const parts: Zippable = {}
  const entries = Object.entries(unzipSync(archive)).sort(([a], [b]) => (a < b ? -1 : 1))
  // The first part of such a file says what the others are.
  for (const [name, bytes] of [...entries.filter(([name]) => name.startsWith('[')), ...entries.filter(([name]) => !name.startsWith('['))]) {
    const isDated = name === 'docProps/core.xml'
    const text = isDated ? new TextDecoder().decode(bytes).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, noTimeText) : null
    parts[name] = [text === null ? bytes : new TextEncoder().encode(text), { mtime: noTime, level: 6 }]
  }
  return zipSync(parts)
}

export async function docxPaper(paper: WorkingPaper, lines: readonly PaperLine[]): Promise<Uint8Array> {
  const document = new Document({
    creator: paper.made.account,
    lastModifiedBy: paper.made.account,
    title: `${marking(paper.label)} – ${paper.title}`,
    description: '',
    sections: [
      {
        properties: {
          page: {
            size: { width: 11_906, height: 16_838 },
            margin: { top: 1_400, bottom: 1_400, left: 1_280, right: 1_280, header: 400, footer: 400 },
          },
        },
        headers: { default: new Header({ children: [banner(paper)] }) },
        footers: { default: new Footer({ children: [foot(paper), banner(paper)] }) },
        children: lines.flatMap(paragraphsOf),
      },
    ],
  })
  return undated(await Packer.toBuffer(document))
}
