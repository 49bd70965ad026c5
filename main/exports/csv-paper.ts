/** A paper as a table: the marking in its first and last line, and no cell that a spreadsheet would run as a formula. */
import { type Label, marking } from '../domain/label.ts'
import { statusOf } from '../domain/paper-lines.ts'
import { portionMark } from '../domain/portion.ts'
import type { PaperSection, WorkingPaper } from '../domain/working-paper.ts'

/** What a spreadsheet takes for the beginning of a formula, after what it passes over. */
const formula = /^[\s"'\u200e\u200f]*[=+\-@＝＋－＠\t\r]/u

/** A quotation mark before it makes it text; every cell is quoted, so that no mark in it ends it. */
export const csvCell = (text: string): string => `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

type Row = readonly (string | number)[]

const head: Row = [
  ...['part', 'number', 'kind', 'marking', 'text', 'supported', 'sources', 'file', 'place', 'verified', 'document marking'],
  ...['document sha256', 'originator', 'serial', 'dated', 'imported'],
]

export function csvPaper(paper: WorkingPaper, portionMarks: boolean): string {
  const { label, sections, made, authority, content, title } = paper
  const mark = (portion: Label): string => (portionMarks ? portionMark(portion) : '')
  const blank = (count: number): readonly string[] => Array.from({ length: count }, () => '')
  const rowsOf = ({ question, claims, sources, origin }: PaperSection, part: number): readonly Row[] => [
    [part, '', 'question', mark(question.portion), question.text, ...blank(11)],
    ...claims.map(
      (claim, at): Row => [
        ...[part, at + 1, 'claim', mark(claim.portion), claim.text, claim.isSupported ? 'yes' : 'no', claim.sources.join(' ')],
        ...blank(9),
      ],
    ),
    ...sources.map(
      (source): Row => [
        ...[part, source.n, 'source', mark(source.portion), source.quote, '', '', source.file, source.place],
        ...[source.isVerified ? 'yes' : 'no', marking(source.document), source.digest ?? '', source.particulars?.originator ?? ''],
        ...[source.particulars?.serial ?? '', source.particulars?.date ?? '', source.imported ?? ''],
      ],
    ),
    [
      part,
      '',
      'origin',
      '',
      `${origin.model?.name ?? 'no model'}, ${origin.tier}, ${origin.device}, ${origin.at}, run ${origin.runId}`,
      ...blank(11),
    ],
  ]
  const facts: readonly (readonly [string, string])[] = [
    ['title', title],
    ['status', statusOf(paper)],
    ['classified by', authority.classifiedBy],
    ['derived from', authority.derivedFrom],
    ['declassify on', authority.declassifyOn],
    ['station', made.station],
    ['account', made.account],
    ['date-time group', made.at],
    ['content sha256', content],
    ['made with', `Holdfast ${made.version}`],
  ]
  const rows: readonly Row[] = [
    [marking(label)],
    head,
    ...sections.flatMap((section, at) => rowsOf(section, at + 1)),
    ...facts.map(([kind, text]): Row => ['', '', kind, '', text, ...blank(11)]),
    [marking(label)],
  ]
  return `${rows.map((row) => row.map((cell) => csvCell(String(cell))).join(',')).join('\r\n')}\r\n`
}
