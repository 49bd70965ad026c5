/** Claims in their two voices: what a model wrote is prose with its quoted words marked; what a document says stands as a quotation. */
import type { AnsweredClaim, Citation } from '../../../main/contract/answer.ts'
import { describeLocator } from '../../../main/domain/locator.ts'
import { markClaim } from '../../answer-text.ts'
import { CitationMark } from './citation-mark.tsx'

export interface ClaimLook {
  readonly citations: readonly Citation[]
  readonly selected: number | null
  readonly onSelect: (n: number) => void
  /** The citation to draw the eye to, once. */
  readonly pointAt?: number | null
}

function Mark({ citation, look }: { citation: Citation; look: ClaimLook }) {
  return (
    <CitationMark
      citation={citation}
      isSelected={look.selected === citation.n}
      isFirstEver={look.pointAt === citation.n}
      onSelect={() => look.onSelect(citation.n)}
    />
  )
}

/** One sentence of prose. */
export function ProseClaim({ claim, look }: { claim: AnsweredClaim; look: ClaimLook }) {
  const { pieces, after } = markClaim(claim, look.citations)
  if (!claim.supported) {
    return (
      <span className="unsupported" title="No passage supports this sentence.">
        {claim.text}
        <span className="sr-only"> (no passage supports this sentence)</span>
      </span>
    )
  }
  return (
    <span>
      {pieces.map((piece, i) =>
        piece.citation === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence never move
          <span key={i}>{piece.text}</span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence never move
          <span key={i}>
            <q className="quoted [quotes:none]">{piece.text}</q>
            <Mark citation={piece.citation} look={look} />
          </span>
        ),
      )}
      {after.map((citation) => (
        <Mark key={citation.n} citation={citation} look={look} />
      ))}
    </span>
  )
}

/** One sentence of a document, in the document's voice, with where it stands. */
export function QuotedClaim({ claim, look }: { claim: AnsweredClaim; look: ClaimLook }) {
  const own = look.citations.filter((citation) => claim.citations.includes(citation.n))
  return (
    <figure className="border-l-3 border-mark pl-4">
      <blockquote className="text-read text-pretty">
        {claim.text}
        {own.map((citation) => (
          <Mark key={citation.n} citation={citation} look={look} />
        ))}
      </blockquote>
      {own.map((citation) => (
        <figcaption key={citation.n} className="mt-0.5 text-small text-ink-2">
          {citation.file}, {describeLocator(citation.locator)}
        </figcaption>
      ))}
    </figure>
  )
}
