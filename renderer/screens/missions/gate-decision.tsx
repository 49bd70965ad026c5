/** Where a person decides at a gate: what lets the mission go on only once everything was read, words where they are wanted, and a question before it ends. */
import { useRef, useState } from 'react'
import type { Gate, GateDecision } from '../../../main/domain/mission/gates.ts'
import type { Failure } from '../../../main/domain/result.ts'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { WordsForm } from '../../components/words-form.tsx'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'
import { type DecisionWords, decisionsAt } from './mission-words.ts'

const limits = { wordsCharsMax: 4_000 } as const

interface Choice extends DecisionWords {
  readonly decision: GateDecision
}

interface Props {
  readonly gate: Gate
  readonly decisions: readonly GateDecision[]
  /** Why it cannot go on, whatever was read; null where it can. */
  readonly obstacle: string | null
  readonly isHeld: boolean
  readonly isRead: boolean
  readonly isBusy: boolean
  readonly mayDecide: boolean
  readonly failure: Failure | null
  readonly onDecide: (decision: GateDecision, feedback?: string) => void
  /** Asked twice: it ends the mission. */
  readonly onEnd: (decision: GateDecision) => void
}

export function GateDecisionBar(props: Props) {
  const { gate, decisions, obstacle, isHeld, isRead, isBusy, mayDecide, failure, onDecide, onEnd } = props
  const { keys } = usePreferences()
  const [worded, setWorded] = useState<Choice | null>(null)
  const [isHurried, setHurried] = useState(false)
  const opener = useRef<Element | null>(null)
  const choices = decisions.flatMap((decision): Choice[] => {
    const words = decisionsAt[gate][decision]
    return words === undefined ? [] : [{ decision, ...words }]
  })
  const on = choices[0]
  const withWords = choices.find(({ asks }) => asks !== undefined)
  const end = choices.find(({ isEnd }) => isEnd === true)
  const plain = choices.filter((choice) => choice !== on && choice !== withWords && choice !== end)
  const isIdle = mayDecide && !isBusy
  const isReady = obstacle === null && isRead && isIdle
  const ask = (choice: Choice) => {
    opener.current = document.activeElement
    setWorded(choice)
  }
  const close = () => {
    setWorded(null)
    if (opener.current instanceof HTMLElement) opener.current.focus({ preventScroll: true })
  }
  useShortcut('approval.approve', () => (isReady && on !== undefined ? onDecide(on.decision) : setHurried(true)), worded === null)
  useShortcut('approval.revise', () => withWords !== undefined && ask(withWords), worded === null && isIdle && withWords !== undefined)
  useShortcut('approval.reject', () => end !== undefined && onEnd(end.decision), worded === null && isIdle && end !== undefined)
  return (
    <section aria-label="Decision" className="shrink-0 border-t border-line bg-surface px-6 py-3">
      {failure !== null && (
        <div className="mb-3">
          <FailureNotice failure={failure} />
        </div>
      )}
      {worded !== null ? (
        <WordsForm
          title={worded.asks ?? worded.title}
          hint={worded.result}
          send={worded.title}
          charsMax={limits.wordsCharsMax}
          isBusy={isBusy}
          onSend={(feedback) => onDecide(worded.decision, feedback)}
          onClose={close}
        />
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          {on !== undefined && (
            <Button kind="main" size="medium" disabled={!isReady} title={on.result} onClick={() => onDecide(on.decision)}>
              {isBusy ? 'Deciding…' : on.title} <Kbd keys={printKey(keyOf('approval.approve', keys))} />
            </Button>
          )}
          {withWords !== undefined && (
            <Button size="medium" disabled={!isIdle} title={withWords.result} onClick={() => ask(withWords)}>
              {withWords.title}… <Kbd keys={printKey(keyOf('approval.revise', keys))} />
            </Button>
          )}
          {plain.map(({ decision, title, result }) => (
            <Button
              key={decision}
              size="medium"
              disabled={!isIdle || (decision === 'hold' && isHeld)}
              title={result}
              onClick={() => onDecide(decision)}
            >
              {decision === 'hold' && isHeld ? 'Kept here' : title}
            </Button>
          ))}
          {end !== undefined && (
            <Button size="medium" kind="danger" disabled={!isIdle} title={end.result} onClick={() => onEnd(end.decision)}>
              {end.title}… <Kbd keys={printKey(keyOf('approval.reject', keys))} />
            </Button>
          )}
          <p
            role="status"
            className={`ml-auto text-small ${isHurried && !isRead && obstacle === null ? 'font-medium text-warn' : 'text-ink-2'}`}
          >
            {obstacle ??
              (isRead ? 'Read to its end.' : isHurried ? 'Not yet: read it to its end first.' : 'Read it to its end to let it go on.')}
          </p>
        </div>
      )}
    </section>
  )
}
