/** Every move of a label between versions, newest first: who, when, and to which version. */
import { Tag } from 'lucide-react'
import type { PromptDetail } from '../../../main/contract/prompts.ts'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { labelTone } from './prompt-words.ts'

const limits = { rowPx: 40 } as const

interface Props {
  readonly moves: PromptDetail['moves']
  readonly onOpen: (version: number) => void
}

export function PromptMoves({ moves, onOpen }: Props) {
  if (moves.length === 0) {
    return (
      <EmptyState icon={Tag} title="No label was moved">
        <p>Each time a label is pointed at a version, that stands here with who and when.</p>
      </EmptyState>
    )
  }
  return (
    <VirtualList
      label="Moves of labels"
      // Two moves may share their moment: only their place tells them apart.
      items={moves.map((move, at) => ({ ...move, place: moves.length - at }))}
      rowPx={limits.rowPx}
      keyOf={({ place }) => String(place)}
      hasKeys={false}
      onOpen={({ version }) => onOpen(version)}
      render={({ name, version, at, by }) => (
        <p className="flex h-full min-w-0 items-center gap-2.5 px-6">
          <Chip tone={labelTone(name)}>{name}</Chip>
          <span className="shrink-0">to version {version}</span>
          <span className="ml-auto truncate text-small text-ink-2">
            {by}, <TimeAgo atMs={at} />
          </span>
        </p>
      )}
    />
  )
}
