/** The documents held here: drop files in, see what became of each, find one, open it, remove it. */
import { FileSearch, FileText, FileX2, Plus, Search } from 'lucide-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { DocumentSummary } from '../../main/contract/holdings.ts'
import { marking, unclassified } from '../../main/domain/label.ts'
import { useAct, useApi, useCall } from '../api.tsx'
import { Button } from '../components/button.tsx'
import { Chip } from '../components/chip.tsx'
import { ChoiceMenu } from '../components/choice-menu.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { FailureNotice, FailurePanel } from '../components/failure-notice.tsx'
import { Screen } from '../components/screen.tsx'
import { SkeletonRows } from '../components/skeleton.tsx'
import { plural } from '../format.ts'
import { AddDialog } from './add-dialog.tsx'
import type { ChosenFiles } from './chosen-files.ts'
import { DocumentsTable } from './documents-table.tsx'
import { DropHint, useDrop } from './drop-area.tsx'
import { formatsRead } from './format-names.ts'
import { ImportPanel } from './import-panel.tsx'
import { ImportStrip, useSending } from './import-strip.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { dismissSending, send } from './sending.ts'
import { stretchesFor, useStretches } from './use-stretches.ts'
import { visibleString } from './visible-text.ts'

const limits = { stretch: 100, searchCharsMax: 200, settleMs: 150 } as const
/** A value that is no collection's name. */
const everything = ''

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const later = setTimeout(() => setSettled(value), limits.settleMs)
    return () => clearTimeout(later)
  }, [value])
  return settled
}

function useDocuments(collection: string, contains: string) {
  const api = useApi()
  const [seen, setSeen] = useState({ from: 0, to: 0 })
  const filter = useMemo(
    () => ({ ...(collection === everything ? {} : { collection }), ...(contains === '' ? {} : { contains }) }),
    [collection, contains],
  )
  const wanted = useMemo(() => stretchesFor(seen.from, seen.to, limits.stretch), [seen])
  const documents = useStretches<DocumentSummary>(wanted, {
    name: 'documents.list',
    input: filter,
    size: limits.stretch,
    load: (offset, limit) => api.call('documents.list', { ...filter, offset, limit }),
  })
  const onSee = useCallback((first: number, last: number) => {
    const from = Math.floor(first / limits.stretch) * limits.stretch
    const to = Math.floor(last / limits.stretch) * limits.stretch
    setSeen((was) => (was.from === from && was.to === to ? was : { from, to }))
  }, [])
  return { documents, onSee }
}

function NothingHeld({ onAdd }: { readonly onAdd: () => void }) {
  const station = useCall('station.status', {})
  const load = useAct('sample.load', { stales: ['station.status', 'imports.list'] })
  const hasSample = station.data?.sampleCase.isLoaded === false
  return (
    <EmptyState
      icon={FileText}
      title="Drop files or folders here"
      actions={
        <>
          <Button kind="main" size="medium" onClick={onAdd}>
            <Plus aria-hidden />
            Add documents
          </Button>
          {hasSample && (
            <Button size="medium" disabled={load.isPending} onClick={() => load.mutate({})}>
              Open the sample case
            </Button>
          )}
        </>
      }
    >
      <p>
        {formatsRead}. Each file is read in a process of its own, and you are told what became of it: indexed, in part, or refused and why.
        Nothing leaves this machine.
      </p>
      {load.isError && (
        <div className="mt-4 text-left">
          <FailureNotice failure={load.error.failure} />
        </div>
      )}
    </EmptyState>
  )
}

function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <label className="relative flex items-center">
      <Search aria-hidden className="absolute left-2 size-3.5 text-ink-3" strokeWidth={1.8} />
      <input
        type="search"
        aria-label="Find by file name"
        placeholder="Find by file name"
        maxLength={limits.searchCharsMax}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('')
        }}
        className="h-7 w-52 rounded-md border border-edge bg-surface pr-2 pl-7 text-small placeholder:text-ink-3 max-wide:w-40"
      />
    </label>
  )
}

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
  const { documents, onSee } = useDocuments(collection, contains)
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
              <SearchField value={text} onChange={setText} />
              <ChoiceMenu
                label="Collection"
                value={collection}
                onChoose={setCollection}
                choices={[
                  { value: everything, title: 'All collections' },
                  ...known.map((one) => ({
                    value: one.name,
                    title: visibleString(one.name),
                    detail: `${marking(one.label)}, ${plural(one.documents, 'document')}`,
                  })),
                ]}
              />
            </>
          )}
          <Button kind="main" onClick={() => add(null)}>
            <Plus aria-hidden />
            Add documents
          </Button>
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
