/** Where a person writes what goes with a decision: sent by Ctrl+Enter once, left by Esc. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../main/domain/result.ts'
import { Button } from './button.tsx'
import { FailureNotice } from './failure-notice.tsx'
import { Kbd } from './kbd.tsx'

interface Props {
  /** What is asked for. */
  readonly title: string
  /** Said by what stands around the form; its title is for those who listen only. */
  readonly isTitleHidden?: boolean
  /** What comes of it. */
  readonly hint?: string | undefined
  /** What the button says. */
  readonly send: string
  readonly isDanger?: boolean
  readonly start?: string
  readonly charsMax: number
  readonly isBusy: boolean
  readonly failure?: Failure | null
  readonly onSend: (words: string) => void
  readonly onClose: () => void
}

export function WordsForm(props: Props) {
  const {
    title,
    isTitleHidden = false,
    hint,
    send,
    isDanger = false,
    start = '',
    charsMax,
    isBusy,
    failure = null,
    onSend,
    onClose,
  } = props
  const field = useRef<HTMLTextAreaElement>(null)
  const [words, setWords] = useState(start)
  const isReady = words.trim() !== '' && !isBusy
  useEffect(() => field.current?.focus(), [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) onSend(words.trim())
  }
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault()
          onClose()
        } else if (event.key === 'Enter' && event.ctrlKey) submit(event)
      }}
    >
      <label>
        {!isTitleHidden && <span className="mb-1.5 block font-medium">{title}</span>}
        <textarea
          ref={field}
          aria-label={isTitleHidden ? title : undefined}
          value={words}
          rows={3}
          maxLength={charsMax}
          onChange={(event) => setWords(event.target.value)}
          className="block w-full rounded-md border border-edge bg-surface px-3 py-2"
        />
      </label>
      {failure !== null && (
        <div className="mt-2">
          <FailureNotice failure={failure} />
        </div>
      )}
      <div className="mt-2.5 flex flex-wrap items-center justify-end gap-2">
        <span className="mr-auto text-small text-ink-2">{hint}</span>
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind={isDanger ? 'danger' : 'main'} type="submit" disabled={!isReady}>
          {send} <Kbd keys="Ctrl Enter" />
        </Button>
      </div>
    </form>
  )
}
