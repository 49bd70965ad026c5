/** The sources of an answer. The selected one shows its passage with the quoted words marked, and opens its document there. */
import { Link } from '@tanstack/react-router'
import { BadgeCheck, TriangleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Citation } from '../../../main/contract/answer.ts'
import { describeLocator } from '../../../main/domain/locator.ts'
import { findQuote } from '../../../main/domain/quote.ts'
import { useCall } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelMark } from '../../components/level.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { readingText } from './reading-text.ts'

/** The words of a document, with the quoted span marked where it stands. */
function MarkedPassage({ text, quote }: { text: string; quote: string }) {
  const span = findQuote(text, quote)
  const mark = useRef<HTMLElement>(null)
  useEffect(() => {
    mark.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  if (span === null) return visibleString(text)
  return (
    <>
      {visibleString(text.slice(0, span.start))}
      <mark ref={mark} className="rounded-[2px] text-ink outline-[1.5px] outline-offset-1 outline-warn/60">
        {visibleString(text.slice(span.start, span.end))}
      </mark>
      {visibleString(text.slice(span.end))}
    </>
  )
}

function Passage({ citation }: { citation: Citation }) {
  const passage = useCall('passages.get', { passageId: citation.passageId })
  if (passage.isError) return <FailureNotice failure={passage.error.failure} onRetry={() => void passage.refetch()} />
  return (
    <div className="rounded-md border border-line bg-ground px-4.5 py-4">
      {passage.isPending ? (
        <div role="status" aria-label="Reading the passage" className="space-y-2.5">
          <Skeleton className="h-4 w-1/2" />
          <Skeleton className="h-3 w-full" />
          <Skeleton className="h-3 w-11/12" />
          <Skeleton className="h-3 w-4/5" />
        </div>
      ) : (
        <>
          {passage.data.heading !== '' && (
            <h4 className="mb-2 text-small font-semibold text-pretty">{visibleString(passage.data.heading)}</h4>
          )}
          <p className="max-h-72 overflow-auto text-base whitespace-pre-wrap text-ink-2">
            <MarkedPassage
              text={readingText(passage.data.text, passage.data.locator.kind)}
              quote={citation.verified ? citation.quote : ''}
            />
          </p>
        </>
      )}
    </div>
  )
}

function Selected({ citation }: { citation: Citation }) {
  return (
    <div className="mt-3 space-y-3">
      <Passage citation={citation} />
      {citation.verified ? (
        <p className="flex items-center gap-1.5 text-small text-ok">
          <BadgeCheck aria-hidden className="size-4" strokeWidth={1.8} /> These words stand in the source.
        </p>
      ) : (
        <div className="rounded-md bg-warn-soft px-3 py-2 text-small">
          <p className="flex items-center gap-1.5 font-medium text-warn">
            <TriangleAlert aria-hidden className="size-4" strokeWidth={1.8} /> These words are not in this passage.
          </p>
          <p className="mt-1 text-ink-2">The model wrote: “{citation.quote}”</p>
        </div>
      )}
      <Link
        to="/documents/$documentId"
        params={{ documentId: citation.documentId }}
        search={{ passage: citation.passageId, ...(citation.verified ? { quote: citation.quote } : {}) }}
        className={buttonLook()}
      >
        Open document
      </Link>
    </div>
  )
}

function Source({ citation, isSelected, onSelect }: { citation: Citation; isSelected: boolean; onSelect: () => void }) {
  const document = useCall('documents.get', { documentId: citation.documentId })
  return (
    <li className="border-b border-line px-4.5 py-3.5">
      <button type="button" onClick={onSelect} aria-expanded={isSelected} className="flex w-full items-start gap-2.5 text-left">
        <span
          aria-hidden
          className={`mt-px inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-[5px] px-1 text-note font-semibold ${isSelected ? 'bg-accent text-accent-ink' : 'bg-accent-soft text-accent'}`}
        >
          {citation.n}
        </span>
        <span className="min-w-0 flex-1">
          <span className="block font-semibold [overflow-wrap:anywhere]">{citation.file}</span>
          <span className="block text-small text-ink-2">{describeLocator(citation.locator)}</span>
        </span>
        {document.data !== undefined && <LabelMark label={document.data.document.label} />}
      </button>
      {isSelected && <Selected citation={citation} />}
    </li>
  )
}

interface Props {
  readonly citations: readonly Citation[]
  readonly selected: number | null
  readonly onSelect: (n: number) => void
}

export function EvidenceList({ citations, selected, onSelect }: Props) {
  return (
    <ul>
      {citations.map((citation) => (
        <Source key={citation.n} citation={citation} isSelected={selected === citation.n} onSelect={() => onSelect(citation.n)} />
      ))}
    </ul>
  )
}
