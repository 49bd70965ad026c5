/**
 * A document, opened at the passage an answer quotes. What the document says stands on paper in its own voice; what Holdfast
 * says stands around it.
 */
import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import type { DocumentContent, DocumentSummary } from '../../main/contract/holdings.ts'
import { useCall } from '../api.tsx'
import { Button, buttonLook } from '../components/button.tsx'
import { Chip } from '../components/chip.tsx'
import { FailurePanel } from '../components/failure-notice.tsx'
import { LabelChip } from '../components/level.tsx'
import { Screen } from '../components/screen.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { formatBytes, plural } from '../format.ts'
import { formatNames } from './format-names.ts'
import { MissingParts } from './missing-parts.tsx'
import { PassageTools } from './passage-tools.tsx'
import { RelabelDialog } from './relabel-dialog.tsx'
import { SourceText } from './source-text.tsx'
import { type PassageShown, usePassage } from './use-passage.ts'
import { visibleString } from './visible-text.ts'

const PdfView = lazy(() => import('./pdf-view.tsx'))
const RowsView = lazy(() => import('./rows-view.tsx'))
const BlockView = lazy(() => import('./block-view.tsx'))

interface Props {
  readonly documentId: string
  readonly passageId: string | null
  readonly quote: string | null
}

const chips = (document: DocumentSummary): ReactNode => (
  <>
    <LabelChip label={document.label} />
    <Chip>{formatNames[document.format]}</Chip>
    <Chip>{document.pages > 0 ? plural(document.pages, 'page') : formatBytes(document.bytes)}</Chip>
    <MissingParts missing={document.missing} />
  </>
)

function Opening() {
  return (
    <div role="status" aria-label="Opening the document" className="mx-auto flex w-full max-w-180 flex-col gap-3 p-10">
      <Skeleton className="mb-3 h-6 w-1/2" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-11/12" />
      <Skeleton className="h-4 w-4/5" />
    </div>
  )
}

function OpenDocument({ content, shown: passageShown }: { readonly content: DocumentContent; readonly shown: PassageShown }) {
  const [shown, setShown] = useState(0)
  const { document, broughtBy } = content
  const { passage, quoted, failure } = passageShown
  const tools = (pageTools: ReactNode) => (
    <div className="flex h-11 shrink-0 items-center justify-between gap-4 border-b border-line px-6 text-small">
      {quoted !== null && passage !== null ? (
        <PassageTools document={document} passage={passage} quoted={quoted} onShow={() => setShown((count) => count + 1)} />
      ) : (
        <p className={`truncate ${failure === null ? 'text-ink-2' : 'text-warn'}`} title={failure?.hint}>
          {failure === null ? (
            <>
              In the collection <SourceText text={document.collection} />, as it{' '}
              {broughtBy === null ? 'was imported' : `came with the air-gap bundle ${broughtBy.channel} ${broughtBy.seq}`}
            </>
          ) : (
            `The passage cannot be shown. ${failure.message}`
          )}
        </p>
      )}
      {pageTools}
    </div>
  )
  const view = { documentId: document.id, quoted, shown }
  return (
    <>
      <p role="status" className="sr-only">
        {quoted?.announcement ?? ''}
      </p>
      <Suspense fallback={<Opening />}>
        {document.format === 'pdf' ? (
          <PdfView {...view} bytes={document.bytes} pages={content.pages} tools={tools} />
        ) : document.format === 'csv' ? (
          <RowsView {...view} rowCount={content.blockCount} tools={tools(null)} />
        ) : (
          <BlockView {...view} blockCount={content.blockCount} isText={document.format === 'text'} tools={tools(null)} />
        )}
      </Suspense>
    </>
  )
}

export function DocumentScreen({ documentId, passageId, quote }: Props) {
  const content = useCall('documents.get', { documentId })
  const passage = usePassage(passageId, quote)
  const document = content.data?.document
  const [isRelabelling, setRelabelling] = useState(false)
  const actions = (
    <>
      <Link to="/documents" className={buttonLook({ kind: 'quiet' })}>
        <ArrowLeft aria-hidden />
        All documents
      </Link>
      {document !== undefined && <Button onClick={() => setRelabelling(true)}>Change label…</Button>}
    </>
  )
  return (
    <Screen
      title={document === undefined ? 'Document' : visibleString(document.file)}
      chips={document !== undefined && chips(document)}
      actions={actions}
    >
      {content.isError ? (
        <FailurePanel failure={content.error.failure} onRetry={() => void content.refetch()} />
      ) : content.data === undefined || passage.isWaiting ? (
        <Opening />
      ) : (
        <OpenDocument content={content.data} shown={passage} />
      )}
      {document !== undefined && <RelabelDialog document={document} isOpen={isRelabelling} onClose={() => setRelabelling(false)} />}
    </Screen>
  )
}
