/**
 * An answer, a conversation or a report as a paper that leaves the window: what is said, by what it is held up, how it is marked, who
 * answers for it. Pure: dates and names come as data, so that the same paper always gives the same bytes.
 */
import * as z from 'zod'
import { canonicalJson } from './canonical-json.ts'
import type { Sha256 } from './digest.ts'
import { inertText } from './inert-text.ts'
import { joinAll, type Label, marking, sameLabel } from './label.ts'
import type { Tier } from './tier.ts'

export const paperFormats = ['md', 'html', 'pdf', 'docx', 'csv', 'json'] as const
export const PaperFormat = z.enum(paperFormats)
export type PaperFormat = z.infer<typeof PaperFormat>

export const paperKinds = ['answer', 'conversation', 'report', 'mission'] as const
export type PaperKind = (typeof paperKinds)[number]

const Line = z.string().trim().max(300)
/** Who answers for a classified paper; empty lines are filled in from what is known. */
export const Authority = z.strictObject({ classifiedBy: Line, derivedFrom: Line, declassifyOn: Line })
export type Authority = z.infer<typeof Authority>

/** What a document says of where it comes from, as far as it says so. */
export interface Particulars {
  readonly originator: string | null
  readonly serial: string | null
  readonly date: string | null
}

export interface PaperSource {
  readonly n: number
  /** Of the passage that is quoted. */
  readonly portion: Label
  /** Of the whole document it stands in. */
  readonly document: Label
  readonly file: string
  readonly place: string
  readonly quote: string
  readonly isVerified: boolean
  /** Of the document's bytes; null when it was removed. */
  readonly digest: string | null
  readonly imported: string | null
  /** Null where they lie above the marking of the portion. */
  readonly particulars: Particulars | null
}

export interface PaperClaim {
  readonly portion: Label
  readonly text: string
  readonly isSupported: boolean
  readonly sources: readonly number[]
}

/** What wrote the claims. `model` is null where none was used. */
export interface PaperOrigin {
  readonly runId: string
  readonly tier: Tier
  readonly model: { readonly name: string; readonly digest: string | null } | null
  readonly device: string
  readonly at: string
}

export interface PaperSection {
  readonly question: { readonly portion: Label; readonly text: string }
  readonly claims: readonly PaperClaim[]
  readonly sources: readonly PaperSource[]
  readonly origin: PaperOrigin
  /** Documents close to the question where nothing answers it: no evidence. */
  readonly nearest: readonly string[]
}

export interface WorkingPaper {
  readonly kind: PaperKind
  /** Of the run, the conversation or the mission. */
  readonly id: string
  readonly title: string
  readonly label: Label
  readonly sections: readonly PaperSection[]
  readonly release: { readonly by: string; readonly at: string } | null
  readonly authority: Authority
  readonly made: { readonly station: string; readonly account: string; readonly at: string; readonly version: string }
  /** SHA-256 over what is said and by what it is held up, whatever the format. */
  readonly content: string
}

export type PaperContent = Pick<WorkingPaper, 'kind' | 'id' | 'title' | 'sections'>

/** Everything in it, at least: a paper is never below a portion of itself. */
export const paperLabel = ({ sections }: Pick<PaperContent, 'sections'>, atLeast: Label): Label =>
  joinAll([
    atLeast,
    ...sections.flatMap(({ question, claims, sources }) => [question, ...claims, ...sources].map(({ portion }) => portion)),
  ])

export const contentDigest = (content: PaperContent, sha256: Sha256): string => sha256(canonicalJson(content))

/** What stands in the authority block where nobody filled it in. */
export function completeAuthority(
  given: { readonly [Line in keyof Authority]?: string | undefined },
  paper: Pick<PaperContent, 'sections'>,
  account: string,
): Authority {
  const files = new Set(paper.sections.flatMap(({ sources }) => sources.map(({ file }) => file)))
  const [only] = files
  const derived = files.size === 0 ? 'No source' : files.size === 1 ? `${only}, see Sources` : 'Multiple sources, see Sources'
  return {
    classifiedBy: given.classifiedBy || account,
    derivedFrom: given.derivedFrom || derived,
    declassifyOn: given.declassifyOn || 'Not determined: the releasing person says when',
  }
}

/** A release stands for the label it was given under: what was raised since is to be looked at again. */
export const isReleased = (release: { readonly label: Label } | null, label: Label): boolean =>
  release !== null && sameLabel(release.label, label)

/** The part of a file's name that says what it is: `SECRET--SI--NOFORN`. */
export function fileMark(label: Label): string {
  const mark = marking(label).replaceAll('//', '--').replaceAll('/', '+').replaceAll(' ', '_')
  return mark.length <= fileMarkCharsMax
    ? mark
    : `${marking({ ...label, categories: [], dissemination: [], releasability: 'any' }).replaceAll(' ', '_')}--SEE_BANNER`
}
const fileMarkCharsMax = 120

export const paperFileName = ({ kind, id, label }: Pick<WorkingPaper, 'kind' | 'id' | 'label'>, format: PaperFormat): string =>
  `${fileMark(label)}--${kind}-${id.slice(id.indexOf('_') + 1)}.${format}`

/** Every text of a paper as it may be shown: see `inertText`. */
export function inertPaper(content: PaperContent): PaperContent {
  return {
    ...content,
    title: inertText(content.title),
    sections: content.sections.map(({ question, claims, sources, origin, nearest }) => ({
      question: { ...question, text: inertText(question.text) },
      claims: claims.map((claim) => ({ ...claim, text: inertText(claim.text) })),
      sources: sources.map((source) => ({
        ...source,
        file: inertText(source.file),
        place: inertText(source.place),
        quote: inertText(source.quote),
        particulars:
          source.particulars === null
            ? null
            : {
                originator: inertOrNull(source.particulars.originator),
                serial: inertOrNull(source.particulars.serial),
                date: inertOrNull(source.particulars.date),
              },
      })),
      origin: {
        ...origin,
        device: inertText(origin.device),
        model: origin.model === null ? null : { ...origin.model, name: inertText(origin.model.name) },
      },
      nearest: nearest.map(inertText),
    })),
  }
}
const inertOrNull = (text: string | null): string | null => (text === null ? null : inertText(text))
