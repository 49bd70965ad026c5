/** Ask: a conversation of questions and cited answers, the composer below, the evidence beside. */
import { useNavigate } from '@tanstack/react-router'
import { PanelRight } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { CallOutput, Turn } from '../../../main/contract/calls.ts'
import type { StationStatus } from '../../../main/contract/station.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button, IconButton } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { Screen } from '../../components/screen.tsx'
import { useIsWide } from '../../components/use-media.ts'
import { plural } from '../../format.ts'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { setPreferences, usePreferences } from '../../frame/preferences.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'
import type { Evidence } from './citation-mark.tsx'
import { Composer, type Question } from './composer.tsx'
import { ConversationSkeleton, ConversationView } from './conversation-view.tsx'
import { EvidencePanel } from './evidence-panel.tsx'
import { RecentMenu } from './recent-menu.tsx'
import { StartPage } from './start-page.tsx'
import { useEvidence } from './use-evidence.ts'

type Conversation = CallOutput<'conversations.get'>

/** Draws the eye to the first citation of the first answer a person ever gets, and opens its evidence. */
function useFirstAnswer(conversation: Conversation | undefined, onFirst: () => void): Evidence | null {
  const { isTaught } = usePreferences()
  const [pointAt, setPointAt] = useState<Evidence | null>(null)
  const open = useRef(onFirst)
  open.current = onFirst
  useEffect(() => {
    const answer = conversation?.turns.at(-1)?.answer
    const first = answer?.citations[0]
    if (isTaught || answer == null || first === undefined) return
    setPointAt({ runId: answer.runId, n: first.n })
    setPreferences({ isTaught: true })
    open.current()
  }, [conversation, isTaught])
  return pointAt
}

function useAsk(conversationId: string | null) {
  const navigate = useNavigate()
  const start = useAct('ask.start', { stales: ['conversations.list'] })
  const { mutate } = start
  const ask = useCallback(
    (question: Question) => {
      mutate(
        { ...question, ...(conversationId === null ? {} : { conversationId }) },
        {
          onSuccess: (started) =>
            void navigate({
              to: '/ask/$conversationId',
              params: { conversationId: started.conversationId },
              replace: conversationId !== null,
            }),
        },
      )
    },
    [mutate, conversationId, navigate],
  )
  return { ask, start }
}

function AskFrame({ status, conversationId, suggestion }: { status: StationStatus; conversationId: string | null; suggestion: string }) {
  const isWide = useIsWide()
  const { keys } = usePreferences()
  const navigate = useNavigate()
  const conversation = useCall('conversations.get', { conversationId: conversationId ?? '' }, { enabled: conversationId !== null })
  const { ask, start } = useAsk(conversationId)
  const cancel = useAct('runs.cancel', { stales: ['conversations.get'] })
  const [selected, setSelected] = useState<Evidence | null>(null)
  const [isOpen, setOpen] = useState<boolean | null>(null)
  const isPanelOpen = conversationId !== null && (isOpen ?? isWide)
  const pointAt = useFirstAnswer(conversation.data, () => setOpen(true))
  const evidence = useEvidence(conversation.data, selected)
  const lastId = conversation.data?.turns.at(-1)?.run.id
  // A new question takes the panel with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what matters is that there is a new turn
  useEffect(() => setSelected(null), [lastId])
  const select = useCallback((next: Evidence) => {
    setSelected(next)
    setOpen(true)
  }, [])
  const collection = conversation.data?.conversation.collection ?? null
  const askAgain = useCallback(
    ({ question, questionLabel }: Turn) =>
      ask({ question, ...(collection === null ? {} : { collection }), ...(questionLabel === null ? {} : { label: questionLabel }) }),
    [ask, collection],
  )
  const underWay = conversation.data?.turns.findLast(({ run }) => !isTerminal(run.status) && run.status !== 'held')
  useShortcut('panel.toggle', () => setOpen(!isPanelOpen), conversationId !== null)

  const shown = isPanelOpen && evidence.run !== null && evidence.n !== null ? { runId: evidence.run.id, n: evidence.n } : selected
  const title = conversation.data?.conversation.title ?? 'Ask'
  const failure = (start.error ?? cancel.error)?.failure ?? null
  return (
    <Screen
      title={title}
      chips={collection === null ? null : <Chip>{collection}</Chip>}
      actions={
        <>
          {conversationId !== null && <RecentMenu />}
          {conversationId !== null && (
            <Button onClick={() => void navigate({ to: '/ask' })}>
              New question <Kbd keys={printKey(keyOf('question.new', keys))} />
            </Button>
          )}
          {conversationId !== null && !isWide && (
            <IconButton label="Show the evidence" aria-expanded={isPanelOpen} onClick={() => setOpen(!isPanelOpen)}>
              <PanelRight strokeWidth={1.6} />
            </IconButton>
          )}
        </>
      }
    >
      <div className="relative flex min-h-0 flex-1 overflow-clip">
        <section aria-label="Questions and answers" className="flex min-w-0 flex-1 flex-col">
          {conversationId === null ? (
            <div className="flex min-h-0 flex-1 flex-col overflow-auto">
              <StartPage status={status} onAsk={(question) => ask({ question })} />
            </div>
          ) : conversation.isPending ? (
            <div className="min-h-0 flex-1">
              <ConversationSkeleton />
            </div>
          ) : conversation.isError ? (
            <div className="flex min-h-0 flex-1">
              <FailurePanel failure={conversation.error.failure} onRetry={() => void conversation.refetch()} />
            </div>
          ) : (
            <ConversationView conversation={conversation.data} selected={shown} pointAt={pointAt} onSelect={select} onAskAgain={askAgain} />
          )}
          {(status.counts.documents > 0 || conversationId !== null) && (
            <div className="shrink-0 border-t border-line pt-3.5 pb-4.5">
              <div className="mx-auto max-w-184 px-7">
                {failure !== null && (
                  <div className="mb-3">
                    <FailureNotice failure={failure} />
                  </div>
                )}
                <Composer
                  status={status}
                  suggestion={suggestion}
                  conversationId={conversationId}
                  collection={collection}
                  label={conversation.data?.turns.at(-1)?.questionLabel ?? null}
                  isAsking={start.isPending}
                  onStop={underWay === undefined ? null : () => cancel.mutate({ runId: underWay.run.id })}
                  onAsk={ask}
                />
              </div>
            </div>
          )}
        </section>
        <EvidencePanel evidence={evidence} collection={collection} isOpen={isPanelOpen} onClose={() => setOpen(false)} onSelect={select} />
      </div>
      <p className="sr-only" aria-live="polite">
        {conversation.data === undefined || underWay !== undefined ? '' : answered(conversation.data)}
      </p>
    </Screen>
  )
}

/** What a screen reader says when the last answer is there. */
function answered(conversation: Conversation): string {
  const answer = conversation.turns.at(-1)?.answer
  if (answer == null) return ''
  return answer.supported ? `Answered with ${plural(answer.citations.length, 'source')}.` : 'Not in your documents.'
}

export function AskScreen({ conversationId, suggestion }: { conversationId: string | null; suggestion: string }) {
  const station = useCall('station.status', {})
  if (station.data === undefined) return <Screen title="Ask">{null}</Screen>
  return <AskFrame status={station.data} conversationId={conversationId} suggestion={suggestion} />
}
