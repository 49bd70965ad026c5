/** Where a question is written: Enter sends, Shift+Enter breaks the line; what it is asked of and who answers stand below. */
import { Link } from '@tanstack/react-router'
import { CornerDownLeft, Square } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { StationStatus } from '../../../main/contract/station.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { type Choice, ChoiceMenu, menuItemLook } from '../../components/choice-menu.tsx'
import { plural } from '../../format.ts'

const limits = { questionCharsMax: 2_000 } as const
const everything = ''
const activeModel = 'active'
const noModel = 'none'

export interface Question {
  readonly question: string
  readonly collection?: string
  readonly modelId?: string | null
}

interface Props {
  readonly status: StationStatus
  readonly suggestion: string
  /** Whether this begins a conversation: then the field has the focus at once. */
  readonly isNew: boolean
  readonly collection: string | null
  readonly isAsking: boolean
  /** Set while an answer is under way: stops it. */
  readonly onStop: (() => void) | null
  readonly onAsk: (question: Question) => void
}

function useModelChoices(status: StationStatus): readonly Choice[] {
  const models = useCall('models.list', {})
  const chat = (models.data?.items ?? []).filter((model) => model.role === 'chat' && model.state === 'verified')
  const others = chat.filter((model) => model.id !== status.serving.modelId)
  const none = { value: noModel, title: 'No model: quotes only', detail: 'Sentences of your documents, word for word.' }
  if (status.serving.modelId === null) return [none]
  return [
    {
      value: activeModel,
      title: status.serving.modelName ?? 'Active model',
      detail: `Serves now, on ${status.serving.device ?? 'this machine'}.`,
    },
    ...others.map((model) => ({ value: model.id, title: model.name, detail: 'Is loaded for this question.' })),
    none,
  ]
}

function useCollectionChoices(): readonly Choice[] {
  const collections = useCall('collections.list', {})
  return [
    { value: everything, title: 'All documents' },
    ...(collections.data?.items ?? []).map(({ name, documents }) => ({ value: name, title: name, detail: plural(documents, 'document') })),
  ]
}

export function Composer({ status, suggestion, isNew, collection, isAsking, onStop, onAsk }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(suggestion)
  const [where, setWhere] = useState(collection ?? everything)
  const [who, setWho] = useState(activeModel)
  const models = useModelChoices(status)
  const collections = useCollectionChoices()
  const chosen = models.some((choice) => choice.value === who) ? who : (models[0]?.value ?? noModel)
  const hasDocuments = status.counts.documents > 0
  const isReady = hasDocuments && text.trim() !== '' && !isAsking && onStop === null

  useEffect(() => {
    setText(suggestion)
    if (isNew) field.current?.focus()
  }, [suggestion, isNew])
  useEffect(() => setWhere(collection ?? everything), [collection])

  const send = () => {
    if (!isReady) return
    onAsk({
      question: text.trim(),
      ...(where === everything ? {} : { collection: where }),
      ...(chosen === activeModel ? {} : { modelId: chosen === noModel ? null : chosen }),
    })
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') field.current?.blur()
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      className="rounded-lg border border-edge bg-surface shadow-card transition-colors focus-within:border-accent"
    >
      <textarea
        ref={field}
        value={text}
        rows={1}
        maxLength={limits.questionCharsMax}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        aria-label="Your question"
        placeholder={hasDocuments ? 'Ask your documents…' : 'Add documents first, then ask them…'}
        className="field-sizing-content block max-h-40 w-full resize-none bg-transparent px-3.5 pt-3 pb-1 text-read outline-none placeholder:text-ink-3"
      />
      <div className="flex items-center gap-1.5 px-3 pt-2 pb-2.5">
        <ChoiceMenu label="Ask" value={where} choices={collections} onChoose={setWhere} isDisabled={!hasDocuments} />
        <ChoiceMenu label="Answer with" value={chosen} choices={models} onChoose={setWho}>
          {status.serving.modelId === null && (
            <>
              <DropdownMenu.Separator className="my-1 h-px bg-line" />
              <DropdownMenu.Item asChild className={menuItemLook}>
                <Link to="/models">
                  <span className="size-4 shrink-0" />
                  Import a model…
                </Link>
              </DropdownMenu.Item>
            </>
          )}
        </ChoiceMenu>
        {status.tiersConfigured === 0 && <span className="ml-auto truncate pl-2 text-small text-ink-3">Nothing leaves this machine.</span>}
        <span className={status.tiersConfigured === 0 ? 'pl-1.5' : 'ml-auto'}>
          {onStop === null ? (
            <Button kind="main" type="submit" disabled={!isReady}>
              Ask <CornerDownLeft aria-hidden strokeWidth={1.8} className="size-3.5!" />
            </Button>
          ) : (
            <Button onClick={onStop}>
              <Square aria-hidden className="size-3! fill-current" /> Stop
            </Button>
          )}
        </span>
      </div>
    </form>
  )
}
