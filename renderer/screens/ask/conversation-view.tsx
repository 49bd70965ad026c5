/** The turns of a conversation. A new question goes to the top with a screen of room below it, so that its answer grows downwards and nothing on screen moves. */
import { useEffect, useRef } from 'react'
import type { CallOutput, Turn } from '../../../main/contract/calls.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { Skeleton } from '../../components/skeleton.tsx'
import type { Evidence } from './citation-mark.tsx'
import { TurnView } from './turn-view.tsx'

export function ConversationSkeleton() {
  return (
    <div role="status" aria-label="Reading the conversation" className="mx-auto w-full max-w-184 px-7 pt-7">
      <Skeleton className="h-6 w-4/5" />
      <div className="mt-4 mb-6 flex gap-2">
        <Skeleton className="h-5 w-14" />
        <Skeleton className="h-5 w-32" />
        <Skeleton className="h-5 w-24" />
      </div>
      <div className="space-y-3.5">
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-11/12" />
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-2/5" />
      </div>
    </div>
  )
}

interface Props {
  readonly conversation: CallOutput<'conversations.get'>
  readonly selected: Evidence | null
  readonly pointAt: Evidence | null
  readonly onSelect: (evidence: Evidence) => void
  readonly onAskAgain: (turn: Turn) => void
}

export function ConversationView({ conversation, selected, pointAt, onSelect, onAskAgain }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const last = conversation.turns.at(-1)
  const known = useRef(last === undefined || isTerminal(last.run.status) ? (last?.run.id ?? null) : null)
  const isNew = last !== undefined && last.run.id !== known.current
  const lastId = last?.run.id ?? null
  useEffect(() => {
    if (lastId !== null) scroller.current?.querySelector(`[data-turn="${lastId}"]`)?.scrollIntoView({ block: 'start' })
  }, [lastId])
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto [container-type:size]" tabIndex={-1}>
      <div className="mx-auto max-w-184 px-7 pt-7">
        {conversation.turns.map((turn) => (
          <div key={turn.run.id} className={turn === last && isNew ? 'min-h-[calc(100cqh-1.75rem)]' : ''}>
            <TurnView turn={turn} selected={selected} pointAt={pointAt} onSelect={onSelect} onAskAgain={onAskAgain} />
          </div>
        ))}
      </div>
    </div>
  )
}
