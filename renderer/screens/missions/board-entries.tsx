/** What stands on the blackboard of a mission, oldest first. An entry stays as it was written; only what is seen of a long one exists. */
import { Link } from '@tanstack/react-router'
import type { BoardEntryView } from '../../../main/contract/missions.ts'
import { Chip } from '../../components/chip.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatShare } from '../../format.ts'
import { agentWords } from '../runs/run-words.ts'
import { readFinding } from './board-finding.ts'
import { LessonWords } from './lesson-words.tsx'
import { boardKindWords, missionPhaseWords } from './mission-words.ts'
import { VirtualEntries } from './virtual-entries.tsx'

function Content({ kind, content }: Pick<BoardEntryView, 'kind' | 'content'>) {
  if (kind === 'lesson') return <LessonWords content={content} />
  if (content === null) return <p className="text-ink-2">Purged.</p>
  const finding = readFinding(content)
  if (finding === null) {
    return (
      <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        <SourceText text={content} />
      </p>
    )
  }
  return (
    <>
      <ul className="space-y-1">
        {finding.claims.map((claim, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the sentences of an entry never move
          <li key={i} className="[overflow-wrap:anywhere]">
            <SourceText text={claim} />
          </li>
        ))}
      </ul>
      <p className="mt-1 text-small text-ink-2">
        From <span className="font-mono">{finding.shard}</span>,{' '}
        <Link to="/runs/$runId" params={{ runId: finding.runId }} className="text-accent underline underline-offset-2">
          open run
        </Link>
      </p>
    </>
  )
}

/** Words of an agent stand in its margin; those of a person do not. */
function Entry({ entry: { kind, phase, author, account, content, confidence, at } }: { entry: BoardEntryView }) {
  return (
    <div className={`rounded-lg border border-line bg-surface px-4 py-3 ${author === null ? '' : 'border-l-[3px] border-l-info'}`}>
      <p className="mb-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-small text-ink-2">
        <Chip tone={kind === 'risk' ? 'warn' : kind === 'question' ? 'info' : 'plain'}>{boardKindWords[kind]}</Chip>
        <span className="font-medium text-ink">{author === null ? account : agentWords(author)}</span>
        {missionPhaseWords[phase].toLowerCase()}
        {confidence !== null && `, ${formatShare(confidence)} ${kind === 'finding' ? 'of its claims held up' : 'sure'}`}
        <span className="ml-auto">
          <TimeAgo atMs={at} />
        </span>
      </p>
      <Content kind={kind} content={content} />
    </div>
  )
}

/** `room` is what scrolls; null before it is drawn. */
export const BoardEntries = ({ entries, room }: { entries: readonly BoardEntryView[]; room: HTMLElement | null }) => (
  <VirtualEntries label="Entries" items={entries} keyOf={({ id }) => id} room={room} render={(entry) => <Entry entry={entry} />} />
)
