/** The parts of a context in the order in which a model read them, or what was left out of it. J and K move. */
import { ToggleGroup } from 'radix-ui'
import type { ShownContext } from '../../../main/contract/context.ts'
import { Chip } from '../../components/chip.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { formatCount } from '../../format.ts'
import type { LeftOutRow, PartRow, ShownRow } from './part-rows.ts'
import { fineShare, leftOutWords, voiceLooks, voiceOf, whyWords } from './part-words.ts'

const limits = { rowPx: 74 } as const

export type PartsView = 'shown' | 'left-out'

interface WhichProps {
  readonly view: PartsView
  readonly counts: Readonly<Record<PartsView, number>>
  readonly onChoose: (view: PartsView) => void
}

const whichTitles: Readonly<Record<PartsView, string>> = { shown: 'Shown', 'left-out': 'Left out' }

export function WhichParts({ view, counts, onChoose }: WhichProps) {
  return (
    <ToggleGroup.Root
      type="single"
      value={view}
      aria-label="Which parts"
      onValueChange={(chosen) => {
        if (chosen === 'shown' || chosen === 'left-out') onChoose(chosen)
      }}
      className="flex shrink-0 gap-5 border-b border-line px-4 text-small"
    >
      {(['shown', 'left-out'] as const).map((one) => (
        <ToggleGroup.Item
          key={one}
          value={one}
          className="-mb-px h-9 border-b-2 border-transparent font-medium text-ink-2 transition-colors hover:text-ink data-[state=on]:border-accent data-[state=on]:text-ink focus-visible:-outline-offset-2"
        >
          {whichTitles[one]} <span className="text-ink-3 tabular">{formatCount(counts[one])}</span>
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}

/** Tokens, and their share of the window where there is one. */
const sizeWords = (tokens: number | null, contextTokens: number): string =>
  tokens === null
    ? 'size not on record'
    : contextTokens === 0
      ? `${formatCount(tokens)} tokens`
      : `${formatCount(tokens)} · ${fineShare(tokens / contextTokens)}`

function Shown({ row: { title, line, part }, contextTokens }: { row: ShownRow; contextTokens: number }) {
  return (
    <>
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{title}</span>
        {part.isShortened && <Chip tone="warn">shortened</Chip>}
        <span className="ml-auto shrink-0 text-small text-ink-2 tabular">{sizeWords(part.tokens, contextTokens)}</span>
      </span>
      <span className="block truncate text-small text-ink-2">
        {line ?? (part.tokens === null ? 'Its words are not on record.' : 'Its text is not shown.')}
      </span>
      <span className="block truncate text-small text-ink-3">{whyWords[part.why]}</span>
    </>
  )
}

function LeftOut({ row: { title, part } }: { row: LeftOutRow }) {
  return (
    <>
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{title}</span>
        <span className="ml-auto shrink-0 text-small text-ink-2 tabular">{formatCount(part.tokens)} tokens</span>
      </span>
      <span className="line-clamp-2 text-small text-ink-2">{leftOutWords[part.reason]}</span>
    </>
  )
}

interface Props {
  readonly shown: ShownContext
  readonly rows: readonly PartRow[]
  readonly view: PartsView
  readonly selected: string | null
  readonly onSelect: (key: string) => void
  /** Enter, or a press: the text takes the focus. */
  readonly onOpen: (key: string) => void
}

export function PartList({ shown, rows, view, selected, onSelect, onOpen }: Props) {
  if (rows.length === 0) {
    return <p className="px-4 py-4 text-ink-2">{view === 'shown' ? 'No part is on record.' : 'Nothing had to be left out.'}</p>
  }
  return (
    <VirtualList
      label={view === 'shown' ? 'Parts in the order in which the model read them' : 'What was left out'}
      items={rows}
      rowPx={limits.rowPx}
      keyOf={({ key }) => key}
      following={{ key: selected, onMove: ({ key }) => onSelect(key) }}
      onOpen={({ key }) => onOpen(key)}
      render={(row) => (
        <div className="flex h-full gap-3 px-4 py-2">
          <span aria-hidden className={`mt-1 h-3.5 w-1 shrink-0 rounded-full ${voiceLooks[voiceOf[row.part.kind]].bar}`} />
          <span className="block min-w-0 flex-1">
            {row.is === 'shown' ? <Shown row={row} contextTokens={shown.contextTokens} /> : <LeftOut row={row} />}
          </span>
        </div>
      )}
    />
  )
}
