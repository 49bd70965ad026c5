/** Where a person decides: approve once it was read through, send back with words, or reject with a reason. Names the very arguments that were shown. */
import { useRef, useState } from 'react'
import type { Failure } from '../../../main/domain/result.ts'
import type { ApprovalScope } from '../../../main/domain/run/events.ts'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { WordsForm } from '../../components/words-form.tsx'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'

const limits = { wordsCharsMax: 1_900 } as const

export type Verdict =
  | { readonly kind: 'approve'; readonly scope?: ApprovalScope }
  | { readonly kind: 'reject' | 'revise'; readonly feedback: string }

const asks = {
  reject: { title: 'Why is it rejected?', hint: 'The agent reads this. The call is not made.', send: 'Reject' },
  revise: { title: 'What should be different?', hint: 'The agent reads this and may ask again, with other arguments.', send: 'Send back' },
} as const

interface Props {
  readonly what: string
  /** It would leave this machine: it may be let go for the whole run, and is never sent back with words. */
  readonly isCrossing?: boolean
  readonly canApprove: boolean
  readonly isRead: boolean
  readonly isBusy: boolean
  readonly failure: Failure | null
  readonly onDecide: (verdict: Verdict) => void
}

export function DecisionBar({ what, isCrossing = false, canApprove, isRead, isBusy, failure, onDecide }: Props) {
  const { keys } = usePreferences()
  const [words, setWords] = useState<keyof typeof asks | null>(null)
  const [isHurried, setHurried] = useState(false)
  const opener = useRef<Element | null>(null)
  const isReady = canApprove && isRead && !isBusy
  const ask = (kind: keyof typeof asks) => {
    opener.current = document.activeElement
    setWords(kind)
  }
  const close = () => {
    setWords(null)
    if (opener.current instanceof HTMLElement) opener.current.focus({ preventScroll: true })
  }
  useShortcut('approval.approve', () => (isReady ? onDecide({ kind: 'approve' }) : setHurried(true)), words === null)
  useShortcut('approval.reject', () => (isRead ? ask('reject') : setHurried(true)), words === null && !isBusy)
  useShortcut('approval.revise', () => (isRead ? ask('revise') : setHurried(true)), words === null && !isBusy && !isCrossing)
  return (
    <section aria-label="Decision" className="shrink-0 border-t border-line bg-surface px-6 py-3">
      {failure !== null && (
        <div className="mb-3">
          <FailureNotice failure={failure} />
        </div>
      )}
      {words !== null ? (
        <WordsForm
          {...asks[words]}
          isDanger={words === 'reject'}
          charsMax={limits.wordsCharsMax}
          isBusy={isBusy}
          onSend={(feedback) => onDecide({ kind: words, feedback })}
          onClose={close}
        />
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Button kind="main" size="medium" disabled={!isReady} onClick={() => onDecide({ kind: 'approve' })}>
            {isBusy ? 'Deciding…' : `Approve ${what}`} <Kbd keys={printKey(keyOf('approval.approve', keys))} />
          </Button>
          {isCrossing ? (
            <Button size="medium" disabled={!isReady} onClick={() => onDecide({ kind: 'approve', scope: 'run' })}>
              Approve for this run
            </Button>
          ) : (
            <Button size="medium" disabled={isBusy} onClick={() => ask('revise')}>
              Send back… <Kbd keys={printKey(keyOf('approval.revise', keys))} />
            </Button>
          )}
          <Button size="medium" kind="danger" disabled={isBusy} onClick={() => ask('reject')}>
            {isCrossing ? 'Never in this run…' : 'Reject…'} <Kbd keys={printKey(keyOf('approval.reject', keys))} />
          </Button>
          <p role="status" className={`ml-auto text-small ${isHurried && !isRead ? 'font-medium text-warn' : 'text-ink-2'}`}>
            {!canApprove
              ? 'Its arguments are gone, so it cannot be approved.'
              : isRead
                ? 'Read to its end.'
                : isHurried
                  ? 'Not yet: read it to its end first.'
                  : 'Read it to its end to approve.'}
          </p>
        </div>
      )}
    </section>
  )
}
