/** Hands the viewer what the address says: which document, and what to highlight in it. */
import { getRouteApi } from '@tanstack/react-router'
import { DocumentScreen } from '../documents/document-screen.tsx'

const route = getRouteApi('/documents/$documentId')

export function OneDocument() {
  const { documentId } = route.useParams()
  const { passage, quote } = route.useSearch()
  return <DocumentScreen key={documentId} documentId={documentId} passageId={passage ?? null} quote={quote ?? null} />
}
