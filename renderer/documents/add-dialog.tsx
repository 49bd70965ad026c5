/** Where documents come in: which files, into which collection, under which label. Nothing is sent before it is confirmed. */
import { FilePlus2, FolderOpen } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { Collection } from '../../main/contract/holdings.ts'
import { type Label, type LabelName, marking } from '../../main/domain/label.ts'
import { Button } from '../components/button.tsx'
import { ChoiceMenu } from '../components/choice-menu.tsx'
import { Dialog } from '../components/dialog.tsx'
import { LabelField, readLabel } from '../components/label-field.tsx'
import { formatBytes, plural } from '../format.ts'
import type { ChosenFiles } from './chosen-files.ts'
import { FilePickers } from './file-pickers.tsx'
import { formatsRead } from './format-names.ts'
import { labelChoices } from './label-choices.ts'
import type { Order } from './sending.ts'
import { visibleString } from './visible-text.ts'

const limits = { collectionCharsMax: 80, namesShown: 3 } as const
const usualCollection = 'Documents'
/** A value that is no collection's name: names are trimmed. */
const newOne = ' new'
/** A value that is no label's name. */
const otherMarking = 'other'

interface Props {
  readonly isOpen: boolean
  /** What was dropped or picked so far; null when nothing was. */
  readonly chosen: ChosenFiles | null
  readonly collections: readonly Collection[]
  readonly ceiling: Label
  /** The collection looked at, if any. */
  readonly collection: string | null
  readonly onChosen: (chosen: ChosenFiles) => void
  readonly onClose: () => void
  readonly onConfirm: (order: Order) => void
}

function Chosen({ chosen, onChosen }: Pick<Props, 'chosen' | 'onChosen'>) {
  const bytes = chosen?.files.reduce((sum, file) => sum + file.size, 0) ?? 0
  const leftOut = chosen?.leftOut ?? []
  return (
    <FilePickers onChosen={onChosen}>
      {({ pickFiles, pickFolder }) => (
        <div className="rounded-md border border-dashed border-edge bg-sunken px-4 py-4">
          {chosen === null ? (
            <>
              <p className="font-medium">Drop files or folders here</p>
              <p className="mt-0.5 text-small text-ink-2">
                {formatsRead}. They are copied into this machine's data folder; nothing leaves it.
              </p>
            </>
          ) : (
            <>
              <p className="font-medium tabular">
                {plural(chosen.files.length, 'file')}, {formatBytes(bytes)}
              </p>
              <p className="mt-0.5 truncate text-small text-ink-2">
                {chosen.files
                  .slice(0, limits.namesShown)
                  .map((file) => visibleString(file.name))
                  .join(', ')}
                {chosen.files.length > limits.namesShown && ` and ${chosen.files.length - limits.namesShown} more`}
              </p>
              {leftOut.length > 0 && (
                <p className="mt-2 text-small text-warn">
                  {plural(leftOut.length, 'file')} left out, being of no kind that is read:{' '}
                  {leftOut.slice(0, limits.namesShown).map(visibleString).join(', ')}
                  {leftOut.length > limits.namesShown && ' …'}
                </p>
              )}
              {chosen.isCut && (
                <p className="mt-2 text-small text-warn">There are more files than can be taken at once. Add the rest afterwards.</p>
              )}
            </>
          )}
          <div className="mt-3 flex gap-2">
            <Button onClick={pickFiles}>
              <FilePlus2 aria-hidden strokeWidth={1.6} />
              {chosen === null ? 'Choose files…' : 'Choose others…'}
            </Button>
            <Button onClick={pickFolder}>
              <FolderOpen aria-hidden strokeWidth={1.6} />
              Choose a folder…
            </Button>
          </div>
        </div>
      )}
    </FilePickers>
  )
}

function Form({ chosen, collections, ceiling, collection, onChosen, onClose, onConfirm }: Omit<Props, 'isOpen'>) {
  const [choice, setChoice] = useState(collection ?? collections[0]?.name ?? newOne)
  const [name, setName] = useState(collections.length === 0 ? usualCollection : '')
  const [level, setLevel] = useState<LabelName | typeof otherMarking | null>(null)
  const [marked, setMarked] = useState('')
  const target = (choice === newOne ? name : choice).trim()
  const floor = collections.find((one) => one.name === target)?.label ?? null
  const labels = useMemo(() => labelChoices(ceiling, floor), [ceiling, floor])
  const label = labels.find((one) => one.name === level) ?? labels[0]
  useEffect(() => {
    if (level !== otherMarking && !labels.some((one) => one.name === level)) setLevel(null)
  }, [labels, level])
  const files = chosen?.files ?? []
  const whole = level === otherMarking ? readLabel(marked) : null
  const isReady = files.length > 0 && target !== '' && (level !== otherMarking || whole !== null)

  return (
    <form
      className="flex min-h-0 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady)
          onConfirm({ files, collection: target, label: whole ?? (label === undefined || label.name === null ? null : label.label) })
      }}
    >
      <div className="space-y-5 overflow-auto px-5 py-4">
        <Chosen chosen={chosen} onChosen={onChosen} />
        <div>
          <p className="mb-1.5 text-small font-medium text-ink-2">Collection</p>
          <div className="flex items-center gap-2">
            <ChoiceMenu
              label="Collection"
              value={choice}
              onChoose={setChoice}
              choices={[
                ...collections.map((one) => ({
                  value: one.name,
                  title: visibleString(one.name),
                  detail: `${marking(one.label)}, ${plural(one.documents, 'document')}`,
                })),
                { value: newOne, title: 'New collection…' },
              ]}
            />
            {choice === newOne && (
              <input
                value={name}
                onChange={(event) => setName(event.target.value)}
                maxLength={limits.collectionCharsMax}
                aria-label="Name of the new collection"
                placeholder="Name of the new collection"
                className="h-7 min-w-0 flex-1 rounded-md border border-edge bg-surface px-2.5 placeholder:text-ink-3"
              />
            )}
          </div>
        </div>
        <div>
          <p className="mb-1.5 text-small font-medium text-ink-2">Label</p>
          <div className="flex items-center gap-3">
            <ChoiceMenu
              label="Label"
              value={level === otherMarking ? otherMarking : (label?.name ?? '')}
              onChoose={(value) => setLevel(value === otherMarking ? value : (labels.find((one) => one.name === value)?.name ?? null))}
              choices={[
                ...labels.map((one) => ({ value: one.name ?? '', title: one.title, detail: one.detail })),
                { value: otherMarking, title: 'Another marking…', detail: 'With categories, controls or release' },
              ]}
            />
            {level !== otherMarking && label !== undefined && <span className="min-w-0 text-small text-ink-2">{label.detail}.</span>}
          </div>
          {level === otherMarking && (
            <div className="mt-3">
              <LabelField title="Marking" value={marked} onChange={setMarked} />
            </div>
          )}
        </div>
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <span className="mr-auto text-small text-ink-3">Nothing leaves this machine.</span>
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={!isReady}>
          {files.length === 0 ? 'Import' : `Import ${plural(files.length, 'file')}`}
        </Button>
      </div>
    </form>
  )
}

export function AddDialog({ isOpen, onClose, ...form }: Props) {
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && onClose()} title="Add documents" width="w-150">
      <Form onClose={onClose} {...form} />
    </Dialog>
  )
}
