/** One directive of a mission: what holds now, what held before, and where a person says it anew. */
import { useRef, useState } from 'react'
import type { BoardDirectiveView } from '../../../main/contract/missions.ts'
import type { DirectiveName } from '../../../main/domain/mission/events.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { WordsForm } from '../../components/words-form.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { agentWords } from '../runs/run-words.ts'
import { directiveWords } from './mission-words.ts'

const limits = { wordsCharsMax: 4_000 } as const

const byWhom = ({ author, account }: BoardDirectiveView): string => (author === null ? account : agentWords(author))

function History({ missionId, name }: { missionId: string; name: DirectiveName }) {
  const history = useCall('board.history', { missionId, name })
  if (history.isError) return <FailureNotice failure={history.error.failure} onRetry={() => void history.refetch()} />
  if (history.data === undefined) return <Skeleton className="h-8 w-full" />
  return (
    <ol aria-label={`Earlier revisions of ${directiveWords[name].title}`} className="mt-2 space-y-2 border-l-2 border-line pl-3">
      {history.data.items.slice(0, -1).map((one) => (
        <li key={one.revision}>
          <p className="text-small text-ink-2">
            Revision {one.revision}, {byWhom(one)}, <TimeAgo atMs={one.at} />
          </p>
          <p className="whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">
            {one.content === null ? 'Purged.' : <SourceText text={one.content} />}
          </p>
        </li>
      ))}
    </ol>
  )
}

function Change({ missionId, name, now, onClose }: { missionId: string; name: DirectiveName; now: string; onClose: () => void }) {
  const direct = useAct('board.direct', { stales: ['board.get', 'board.history'] })
  return (
    <WordsForm
      title={directiveWords[name].title}
      isTitleHidden
      send="Set it"
      start={now}
      charsMax={limits.wordsCharsMax}
      isBusy={direct.isPending}
      failure={direct.error?.failure ?? null}
      onSend={(content) => void direct.mutateAsync({ missionId, name, content }).then(onClose, () => undefined)}
      onClose={onClose}
    />
  )
}

interface Props {
  readonly missionId: string
  readonly name: DirectiveName
  readonly directive: BoardDirectiveView | null
  /** Null = it may be changed. */
  readonly whyNot: string | null
}

export function Directive({ missionId, name, directive, whyNot }: Props) {
  const button = useRef<HTMLButtonElement>(null)
  const [isChanging, setChanging] = useState(false)
  const [isLooking, setLooking] = useState(false)
  const { title, empty } = directiveWords[name]
  const close = () => {
    setChanging(false)
    requestAnimationFrame(() => button.current?.focus())
  }
  return (
    <section aria-label={title} className="rounded-lg border border-line bg-surface px-4 py-3">
      <div className="mb-1 flex items-center gap-2">
        <h3 className="font-semibold">{title}</h3>
        {directive !== null && (
          <span className="text-small text-ink-2">
            revision {directive.revision}, {byWhom(directive)}, <TimeAgo atMs={directive.at} />
          </span>
        )}
        {!isChanging && whyNot === null && (
          <Button ref={button} className="ml-auto" onClick={() => setChanging(true)}>
            {directive === null ? 'Say it…' : 'Change…'} <span className="sr-only">{title}</span>
          </Button>
        )}
      </div>
      {isChanging ? (
        <Change missionId={missionId} name={name} now={directive?.content ?? ''} onClose={close} />
      ) : directive === null ? (
        <p className="text-ink-3">{empty}</p>
      ) : (
        <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
          {directive.content === null ? 'Purged.' : <SourceText text={directive.content} />}
        </p>
      )}
      {directive !== null && directive.revision > 1 && (
        <>
          <button
            type="button"
            aria-expanded={isLooking}
            onClick={() => setLooking(!isLooking)}
            className="mt-2 text-small text-accent underline underline-offset-2"
          >
            {isLooking ? 'Hide earlier revisions' : `Show earlier revisions (${directive.revision - 1})`}
          </button>
          {isLooking && <History missionId={missionId} name={name} />}
        </>
      )}
    </section>
  )
}
