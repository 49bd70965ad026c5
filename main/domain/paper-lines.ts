/** A paper as the lines that every format sets: the words are said once, here. Pure. */
import { type Label, marking } from './label.ts'
import { portionMark } from './portion.ts'
import type { PaperClaim, PaperSection, PaperSource, WorkingPaper } from './working-paper.ts'

export type PaperLine =
  | { readonly kind: 'heading' | 'note'; readonly text: string }
  | { readonly kind: 'status'; readonly text: string; readonly isReleased: boolean }
  | { readonly kind: 'title' | 'question'; readonly mark: string | null; readonly text: string }
  | {
      readonly kind: 'claim'
      readonly mark: string | null
      readonly text: string
      readonly sources: readonly number[]
      readonly isSupported: boolean
    }
  | {
      readonly kind: 'source'
      readonly n: number
      readonly mark: string | null
      readonly about: string
      readonly quote: string
      readonly proof: string
    }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'signature' }

export const statusOf = ({ release }: Pick<WorkingPaper, 'release'>): string =>
  release === null
    ? 'AI-assisted working paper. Not released: no person has answered for it yet.'
    : `Released by ${release.by}, ${release.at}.`

const unknown = 'not known'

function particularsOf({ particulars, imported }: PaperSource): string {
  if (particulars === null) return 'Originator, serial and date are above the marking of this portion.'
  const { originator, serial, date } = particulars
  const taken = imported === null ? '' : `; imported ${imported}`
  return `Originator ${originator ?? unknown}; serial ${serial ?? unknown}; dated ${date ?? unknown}${taken}.`
}

const proofOf = ({ isVerified, digest }: PaperSource): string =>
  `${isVerified ? 'Quote verified: found in the source.' : 'Quote not found in the source.'} ${digest === null ? 'The document was removed since.' : `Document SHA-256 ${digest}.`}`

const writtenBy = ({ tier, model, device }: PaperSection['origin']): string =>
  model === null
    ? 'Quoted from the documents; no model was used.'
    : `Model ${model.name}${model.digest === null ? '' : ` (SHA-256 ${model.digest})`} at the ${tier}, on ${device}.`

export function paperLines(paper: WorkingPaper, portionMarks: boolean): readonly PaperLine[] {
  const mark = (label: Label): string | null => (portionMarks ? `(${portionMark(label)})` : null)
  const claim = ({ portion, ...rest }: PaperClaim): PaperLine => ({ kind: 'claim', mark: mark(portion), ...rest })
  const source = (one: PaperSource): PaperLine => ({
    ...{ kind: 'source', n: one.n, mark: mark(one.portion), quote: one.quote, proof: proofOf(one) },
    about: `${one.file}, ${one.place}. Document marked ${marking(one.document)}. ${particularsOf(one)}`,
  })
  const section = ({ question, claims, nearest }: PaperSection): readonly PaperLine[] => [
    ...(paper.kind === 'conversation' || paper.kind === 'mission'
      ? [{ kind: 'question', mark: mark(question.portion), text: question.text } as const]
      : []),
    ...claims.map(claim),
    ...(claims.length === 0 ? [{ kind: 'note', text: 'Not in the documents.' } as const] : []),
    ...(nearest.length === 0 ? [] : [{ kind: 'note', text: `Closest documents, not evidence: ${nearest.join('; ')}.` } as const]),
  ]
  // An answer's title is its question, a report's is its subject, a conversation's its first question: marked as that is.
  const [first] = paper.sections
  const sources = paper.sections.flatMap((one) => one.sources)
  const { classifiedBy, derivedFrom, declassifyOn } = paper.authority
  const { station, account, at, version } = paper.made
  return [
    { kind: 'title', mark: first === undefined ? null : mark(first.question.portion), text: paper.title },
    { kind: 'status', text: statusOf(paper), isReleased: paper.release !== null },
    {
      kind: 'facts',
      rows: [
        ['Classified by', classifiedBy],
        ['Derived from', derivedFrom],
        ['Declassify on', declassifyOn],
        ['Station', station],
        ['Account', account],
        ['Date-time group', at],
      ],
    },
    ...paper.sections.flatMap(section),
    ...(sources.length === 0 ? [] : [{ kind: 'heading', text: 'Sources' } as const, ...sources.map(source)]),
    { kind: 'heading', text: 'Provenance' },
    {
      kind: 'facts',
      rows: [
        ...paper.sections.flatMap(({ origin }): (readonly [string, string])[] => [
          ['Written', `${writtenBy(origin)} ${origin.at}, run ${origin.runId}`],
        ]),
        ['Content SHA-256', paper.content],
        ['Made with', `Holdfast ${version}`],
      ],
    },
    ...(paper.release === null ? [{ kind: 'signature' } as const] : []),
  ]
}
