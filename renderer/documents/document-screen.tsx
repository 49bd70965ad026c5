/** One document, with the span that was quoted from it highlighted. `passageId` and `quote` are null when none was asked for. */
import { useCall } from '../api.tsx'
import { Screen } from '../components/screen.tsx'

export function DocumentScreen({ documentId }: { documentId: string; passageId: string | null; quote: string | null }) {
  const document = useCall('documents.get', { documentId })
  return <Screen title={document.data?.document.file ?? 'Document'}>{null}</Screen>
}
