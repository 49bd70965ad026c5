/** Where a question is written: Enter sends, Shift+Enter breaks the line; what it is asked of, who answers and how it is labelled stand below. */
import { Link } from '@tanstack/react-router'
import { BookOpen, CornerDownLeft, Square } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { StationStatus } from '../../../main/contract/station.ts'
import { type Label, marking, unclassified } from '../../../main/domain/label.ts'
import type { Tier } from '../../../main/domain/tier.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ChoiceMenu, menuItemLook } from '../../components/choice-menu.tsx'
import { plural } from '../../format.ts'
import { activeModel, answering, noModel, useAnswererChoices } from './answerers.ts'
import { questionLabels } from './question-labels.ts'

const limits = { questionCharsMax: 2_000 } as const
const everything = ''

export interface Question {
  readonly question: string
  readonly collection?: string
  readonly modelId?: string | null
  readonly tier?: Tier
  /** Of the question itself. */
  readonly label?: Label
}

interface Props {
  readonly status: StationStatus
  readonly suggestion: string
  /** Null begins a conversation: then the field has the focus at once. */
  readonly conversationId: string | null
  readonly collection: string | null
  /** That of the question before it, in a conversation. */
  readonly label: Label | null
  readonly isAsking: boolean
  /** Set while an answer is under way: stops it. */
  readonly onStop: (() => void) | null
  readonly onAsk: (question: Question) => void
}

function useCollections() {
  const items = useCall('collections.list', {}).data?.items ?? []
  const named = items.map(({ name, documents }) => ({ value: name, title: name, detail: plural(documents, 'document') }))
  return {
    choices: [{ value: everything, title: 'All documents' }, ...named],
    floorOf: (name: string) => items.find((one) => one.name === name)?.label ?? null,
  }
}

export function Composer({ status, suggestion, conversationId, collection, label, isAsking, onStop, onAsk }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(suggestion)
  const [where, setWhere] = useState(collection ?? everything)
  const [who, setWho] = useState(activeModel)
  const models = useAnswererChoices(status)
  const collections = useCollections()
  const labels = questionLabels(status.clearance ?? unclassified, collections.floorOf(where))
  const [marked, setMarked] = useState<string | null>(null)
  const chosen = models.some((choice) => choice.value === who) ? who : (models[0]?.value ?? noModel)
  const wanted = marked ?? (label === null ? null : marking(label))
  const labelled = labels.find(({ choice }) => choice.value === wanted) ?? labels.at(-1)
  const hasDocuments = status.counts.documents > 0
  const isReady = hasDocuments && text.trim() !== '' && !isAsking && onStop === null

  useEffect(() => {
    setText(suggestion)
    if (conversationId === null) field.current?.focus()
  }, [suggestion, conversationId])
  // What was chosen for one conversation is not said of another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what matters is that it is another conversation
  useEffect(() => setMarked(null), [conversationId])
  useEffect(() => setWhere(collection ?? everything), [collection])

  const send = () => {
    if (!isReady) return
    onAsk({
      question: text.trim(),
      ...(where === everything ? {} : { collection: where }),
      ...answering(chosen),
      ...(labelled === undefined || labels.length === 1 ? {} : { label: labelled.label }),
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
        <ChoiceMenu label="Ask" value={where} choices={collections.choices} onChoose={setWhere} isDisabled={!hasDocuments} />
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
        {labels.length > 1 && (
          <ChoiceMenu
            label="Label of the question"
            value={labelled?.choice.value ?? ''}
            choices={labels.map(({ choice }) => choice)}
            onChoose={setMarked}
          >
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            <DropdownMenu.Item asChild className={`${menuItemLook} text-small text-ink-2`}>
              <Link to="/manual/$page" params={{ page: 'labels' }}>
                <BookOpen aria-hidden strokeWidth={1.6} />
                Manual: what a label decides
              </Link>
            </DropdownMenu.Item>
          </ChoiceMenu>
        )}
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
