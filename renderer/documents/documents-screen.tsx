/** The documents held here: drop files in, see what became of each, find one, open it, remove it. */
import { FileSearch, FileX2, Plus } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { DocumentSummary } from '../../main/contract/holdings.ts'
import { marking, unclassified } from '../../main/domain/label.ts'
import { useApi, useCall } from '../api.tsx'
import { Button } from '../components/button.tsx'
import { Chip } from '../components/chip.tsx'
import { ChoiceMenu } from '../components/choice-menu.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { FailurePanel } from '../components/failure-notice.tsx'
import { Screen } from '../components/screen.tsx'
import { SearchField } from '../components/search-field.tsx'
import { SkeletonRows } from '../components/skeleton.tsx'
import { plural } from '../format.ts'
import { AddDialog } from './add-dialog.tsx'
import type { ChosenFiles } from './chosen-files.ts'
import { DocumentsTable } from './documents-table.tsx'
import { DropHint, useDrop } from './drop-area.tsx'
import { ImportPanel } from './import-panel.tsx'
import { ImportStrip, useSending } from './import-strip.tsx'
import { NothingHeld } from './nothing-held.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { dismissSending, send } from './sending.ts'
import { useDocuments, useSettled } from './use-documents.ts'

/** A value that is no collection's name. */
const everything = ''

export function DocumentsScreen() {
  const api = useApi()
  const [collection, setCollection] = useState(everything)
  const [text, setText] = useState('')
  const contains = useSettled(text.trim())
  const [chosen, setChosen] = useState<ChosenFiles | null>(null)
  const [isAdding, setIsAdding] = useState(false)
  const [removing, setRemoving] = useState<DocumentSummary | null>(null)
  const [shownImport, setShownImport] = useState<string | null>(null)
  const collections = useCall('collections.list', {})
  const station = useCall('station.status', {})
  const { documents, onSee } = useDocuments(collection === everything ? null : collection, contains)
  const sending = useSending()

  const add = (files: ChosenFiles | null) => {
    setChosen(files)
    setIsAdding(true)
  }
  const isOver = useDrop(add)

  // A started import shows its files by itself; after that a person decides.
  const unsent = sending.phase === 'started' ? sending.unsent : []
  const started = sending.phase === 'started' ? (sending.importIds.at(-1) ?? null) : null
  useEffect(() => {
    if (started !== null) setShownImport(started)
  }, [started])

  const known = collections.data?.items ?? []
  const isFiltered = collection !== everything || contains !== ''
  const { total } = documents
  const isBare = total === 0 && !isFiltered
  return (
    <Screen
      title="Documents"
      chips={total !== null && total > 0 && <Chip>{plural(total, 'document')}</Chip>}
      actions={
        <>
          {!isBare && total !== null && (
            <>
              <SearchField label="Find by file name" value={text} onChange={setText} />
              <ChoiceMenu
                label="Collection"
                value={collection}
                onChoose={setCollection}
                choices={[
                  { value: everything, title: 'All collections' },
                  ...known.map((one) => ({
                    value: one.name,
                    title: one.name,
                    detail: `${marking(one.label)}, ${plural(one.documents, 'document')}`,
                  })),
                ]}
              />
            </>
          )}
          {!isBare && (
            <Button kind="main" onClick={() => add(null)}>
              <Plus aria-hidden />
              Add documents
            </Button>
          )}
        </>
      }
    >
      <div className="relative flex min-h-0 flex-1 flex-col">
        <ImportStrip onShow={setShownImport} />
        {documents.failure !== null ? (
          <FailurePanel failure={documents.failure} onRetry={documents.retry} />
        ) : total === null ? (
          <SkeletonRows label="Reading the documents" rows={12} rowClass="h-12" />
        ) : isBare ? (
          <NothingHeld onAdd={() => add(null)} />
        ) : total === 0 ? (
          <EmptyState
            icon={contains === '' ? FileX2 : FileSearch}
            title={contains === '' ? 'This collection is empty' : 'No document by that name'}
            actions={
              <Button
                onClick={() => {
                  setText('')
                  setCollection(everything)
                }}
              >
                Show all documents
              </Button>
            }
          >
            <p>Names of files are searched here. To find what stands in them, ask a question.</p>
          </EmptyState>
        ) : (
          <DocumentsTable key={`${collection} ${contains}`} total={total} at={documents.at} onSee={onSee} onRemove={setRemoving} />
        )}
        {isOver && <DropHint />}
      </div>
      <AddDialog
        isOpen={isAdding}
        chosen={chosen}
        collections={known}
        ceiling={station.data?.ceiling ?? unclassified}
        collection={collection === everything ? null : collection}
        onChosen={setChosen}
        onClose={() => setIsAdding(false)}
        onConfirm={(order) => {
          setIsAdding(false)
          void send(api, order)
        }}
      />
      <ImportPanel
        importId={shownImport}
        unsent={unsent}
        onClose={() => {
          setShownImport(null)
          if (sending.phase === 'started') dismissSending()
        }}
      />
      <RemoveDialog document={removing} onClose={() => setRemoving(null)} />
    </Screen>
  )
}
