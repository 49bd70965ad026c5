/** The shards of a mission in the order of its plan, with everything that the drawing shows. J and K move, Enter opens the one that is chosen. */
import { memo, useEffect, useRef } from 'react'
import type { MissionShardView } from '../../../main/contract/missions.ts'
import { Chip } from '../../components/chip.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount } from '../../format.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'
import { agentWords } from '../runs/run-words.ts'
import { shardTones, shardWords } from './mission-words.ts'
import { useStage } from './use-stage.ts'

/** What its check came to, or what its last run left; empty while there is nothing to say. */
export function shardOutcome({ check, runs, status }: MissionShardView): string {
  if (check !== null && check.fault === null) {
    const { claims, supported } = check.counts
    return claims === 0 ? 'nothing found' : `${supported} of ${claims} claims held up`
  }
  const code = check?.fault ?? runs.at(-1)?.code ?? null
  return status === 'skipped' ? 'nothing to work from' : (code ?? '')
}

interface RowProps {
  readonly shard: MissionShardView
  readonly isSelected: boolean
  readonly onChoose: (key: string) => void
}

/** Drawn anew only where its own shard moved. */
const Row = memo(function Row({ shard, isSelected, onChoose }: RowProps) {
  const stage = useStage(shard)
  const outcome = shardOutcome(shard)
  return (
    <button
      type="button"
      data-shard={shard.key}
      aria-pressed={isSelected}
      onClick={() => onChoose(shard.key)}
      className="grid w-full grid-cols-[2.5rem_minmax(0,1fr)_auto] items-start gap-3 px-4 py-2.5 text-left -outline-offset-2! transition-colors hover:bg-hover aria-pressed:bg-accent-soft/60 aria-pressed:shadow-[inset_2px_0_0_var(--accent)]"
    >
      <span className="truncate pt-px font-mono text-small text-ink-2" title={shard.key}>
        {shard.key}
      </span>
      <span className="min-w-0">
        <span className="block font-medium [overflow-wrap:anywhere]">{shard.title === null ? 'Purged' : visibleString(shard.title)}</span>
        <span className="mt-0.5 block text-small text-ink-2">
          {agentWords(shard.agent)}
          {shard.after.length > 0 && `, after ${shard.after.join(', ')}`}
          {`, at most ${formatCount(shard.tokensMax)} tokens`}
          {shard.askedBy !== null && ', asked for by another run'}
        </span>
      </span>
      <span className="flex flex-col items-end gap-1">
        <Chip tone={shardTones[shard.status]}>{stage === null ? shardWords[shard.status] : `at work · ${stage}`}</Chip>
        {outcome !== '' && <span className="text-small text-ink-2 tabular">{outcome}</span>}
      </span>
    </button>
  )
})

interface Props {
  readonly shards: readonly MissionShardView[]
  readonly selected: string | null
  readonly onSelect: (key: string) => void
  /** Opens the panel about the one that is chosen. */
  readonly onOpen: () => void
  /** Selects one, and opens the panel about it. */
  readonly onChoose: (key: string) => void
}

export function ShardList({ shards, selected, onSelect, onOpen, onChoose }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const hasMoved = useRef(false)
  const at = shards.findIndex(({ key }) => key === selected)
  const move = (by: number) => {
    const next = shards[Math.min(Math.max(at + by, 0), shards.length - 1)]
    if (next === undefined) return
    hasMoved.current = true
    onSelect(next.key)
  }
  useShortcut('list.next', () => move(1))
  useShortcut('list.previous', () => move(-1))
  useShortcut('list.open', onOpen, selected !== null)
  useEffect(() => {
    if (!hasMoved.current || selected === null) return
    hasMoved.current = false
    const row = [...(list.current?.querySelectorAll<HTMLElement>('[data-shard]') ?? [])].find((one) => one.dataset.shard === selected)
    row?.focus({ preventScroll: true })
    row?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  return (
    <ul ref={list} aria-label="Shards" className="overflow-hidden rounded-lg border border-line bg-surface">
      {shards.map((shard) => (
        <li key={shard.key} className="border-b border-line last:border-0">
          <Row shard={shard} isSelected={shard.key === selected} onChoose={onChoose} />
        </li>
      ))}
    </ul>
  )
}
