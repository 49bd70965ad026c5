/** Writes a new version of a prompt, from the words of another. It is published under `candidate`; what leads runs does not change by it. */
import { useBlocker } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { PromptDetail } from '../../../main/contract/prompts.ts'
import { promptLengthFaults } from '../../../main/domain/agent-check.ts'
import { PromptText, promptLimits } from '../../../main/domain/prompt.ts'
import { tokensAbout } from '../../../main/domain/token-estimate.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { formatCount } from '../../format.ts'
import { useWordsLabel, WordsLabelMenu } from '../ask/words-label.tsx'
import { hiddenPlace } from './hidden-place.ts'
import { tokensSentence } from './prompt-words.ts'

interface Props {
  readonly agent: string
  readonly prompt: string
  /** The words to begin with; empty for the first version. */
  readonly start: string
  /** The version that they are of; null where there is none. */
  readonly from: number | null
  readonly onDone: () => void
  readonly onPublished: (made: PromptDetail) => void
}

/** Why the core would refuse these words; null when it would not. */
function problemOf(text: string): string | null {
  if (text.length > promptLimits.charsMax) return `Too long: at most ${formatCount(promptLimits.charsMax)} characters.`
  const hidden = hiddenPlace(text)
  if (hidden !== null) return `A hidden character stands in line ${hidden.line}: ${hidden.sign}. Take it out.`
  return PromptText.safeParse(text).success ? null : 'It says nothing yet.'
}

const idle = { isPending: false, error: null, reset: () => undefined } as const

export function PromptEditor({ agent, prompt, start, from, onDone, onPublished }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const publish = useAct('prompts.publish', { stales: ['prompts.list', 'prompts.get', 'agents.get'] })
  const words = useWordsLabel()
  const [text, setText] = useState(start)
  const isChanged = text !== start
  // Read when somebody leaves, which may be before anything is drawn again.
  const isKept = useRef(false)
  const leaving = useBlocker({
    shouldBlockFn: () => isChanged && !isKept.current,
    enableBeforeUnload: () => isChanged && !isKept.current,
    withResolver: true,
  })
  useEffect(() => {
    field.current?.focus({ preventScroll: true })
    field.current?.setSelectionRange(0, 0)
    field.current?.scrollTo(0, 0)
    // Who wrote is gone with what they wrote in.
    return () => document.getElementById('main')?.focus({ preventScroll: true })
  }, [])
  const problem = problemOf(text)
  const tokens = { tokens: tokensAbout(text), isEstimated: true }
  const [advice] = promptLengthFaults('text', tokens)
  const isReady = isChanged && problem === null && !publish.isPending
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    publish.mutate(
      { agent, prompt, text, ...words.input },
      {
        onSuccess: (made) => {
          isKept.current = true
          onPublished(made)
        },
      },
    )
  }
  return (
    <>
      <form
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.ctrlKey) submit(event)
        }}
        className="flex min-h-0 flex-1 flex-col"
      >
        <header className="flex shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line px-6 py-3">
          <h2 className="text-read font-semibold">{from === null ? 'The first version' : 'A new version'}</h2>
          <span className="text-small text-ink-2">
            {from === null
              ? 'It comes into use at once.'
              : start === ''
                ? `The words of version ${from} were purged: it begins empty.`
                : `It begins with the words of version ${from}, which stay as they are.`}
          </span>
        </header>
        <textarea
          ref={field}
          aria-label="Words of the new version"
          value={text}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          aria-invalid={problem !== null && isChanged}
          aria-describedby="words-said"
          className="block min-h-0 w-full flex-1 resize-none bg-surface px-6 py-4 font-mono text-small leading-5 -outline-offset-2!"
        />
        <div className="shrink-0 space-y-2 border-t border-line px-6 py-3">
          <p id="words-said" className="flex flex-wrap items-baseline gap-x-3 text-small text-ink-2 tabular">
            <span>
              {formatCount(text.length)} of {formatCount(promptLimits.charsMax)} characters
            </span>
            <span title="A model that serves here counts them once they are published">{tokensSentence(tokens)}, estimated</span>
            {!isChanged ? (
              <span>Nothing was changed yet.</span>
            ) : problem !== null ? (
              <span className="text-bad">{problem}</span>
            ) : (
              advice !== undefined && <span className={advice.severity === 'warns' ? 'text-warn' : ''}>{advice.message}</span>
            )}
          </p>
          {publish.error !== null && <FailureNotice failure={publish.error.failure} />}
          <div className="flex flex-wrap items-center justify-end gap-2">
            <span className="mr-auto flex items-center gap-2 text-small text-ink-2">
              {words.labels.length > 1 && (
                <>
                  Their label <WordsLabelMenu words={words} title="Label of these words" />
                  <span className="max-wide:hidden">Runs that are led by them are at least as high.</span>
                </>
              )}
            </span>
            <span className="flex shrink-0 gap-2">
              <Button size="medium" onClick={onDone}>
                Cancel
              </Button>
              <Button size="medium" kind="main" type="submit" disabled={!isReady}>
                {publish.isPending ? 'Publishing…' : from === null ? 'Publish' : 'Publish as candidate'} <Kbd keys="Ctrl Enter" />
              </Button>
            </span>
          </div>
        </div>
      </form>
      <ConfirmDialog
        isOpen={leaving.status === 'blocked'}
        title="Throw away what you wrote?"
        description="These words were not published, and are kept nowhere else."
        act="Throw it away"
        keep="Go on writing"
        doing={idle}
        onAct={() => leaving.proceed?.()}
        onClose={() => leaving.reset?.()}
      />
    </>
  )
}
