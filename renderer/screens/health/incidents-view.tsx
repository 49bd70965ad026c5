/** What went wrong with agents, tools and tiers: the open incidents, or those that were closed, beside the one that is looked at. */
import { HeartPulse } from 'lucide-react'
import { ToggleGroup } from 'radix-ui'
import { useEffect, useState } from 'react'
import type { Incident } from '../../../main/contract/telemetry.ts'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { LabelMark } from '../../components/level.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount } from '../../format.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { causeTitles, causeTones, subjectWords } from './health-words.ts'
import { IncidentDetail } from './incident-detail.tsx'
import { useIncidents } from './use-incidents.ts'

const limits = { rowPx: 64 } as const

function Which({ isOpen, total, onChoose }: { isOpen: boolean; total: number; onChoose: (isOpen: boolean) => void }) {
  return (
    <ToggleGroup.Root
      type="single"
      value={isOpen ? 'open' : 'closed'}
      aria-label="Which incidents"
      onValueChange={(chosen) => {
        if (chosen !== '') onChoose(chosen === 'open')
      }}
      className="flex shrink-0 gap-5 border-b border-line px-4 text-small"
    >
      {(['open', 'closed'] as const).map((one) => (
        <ToggleGroup.Item
          key={one}
          value={one}
          className="-mb-px h-9 border-b-2 border-transparent font-medium text-ink-2 transition-colors hover:text-ink data-[state=on]:border-accent data-[state=on]:text-ink focus-visible:-outline-offset-2"
        >
          {one === 'open' ? 'Open' : 'Closed'}{' '}
          {isOpen === (one === 'open') && <span className="text-ink-3 tabular">{formatCount(total)}</span>}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}

function Row({ incident }: { incident: Incident }) {
  const { cause, label, openedAt, closedAt } = incident
  useShowsLabel(label)
  return (
    <div className="flex h-full flex-col justify-center gap-1 px-4">
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{visibleString(subjectWords(incident))}</span>
        <span className="ml-auto shrink-0 text-small text-ink-2">
          <TimeAgo atMs={closedAt ?? openedAt} />
        </span>
      </span>
      <span className="flex items-center gap-2">
        <Chip tone={closedAt === null ? causeTones[cause] : 'plain'}>{causeTitles[cause]}</Chip>
        <LabelMark label={label} />
      </span>
    </div>
  )
}

function Nothing({ isOpen }: { isOpen: boolean }) {
  return (
    <EmptyState icon={HeartPulse} title={isOpen ? 'No incident is open' : 'No incident was closed yet'}>
      <p>
        {isOpen
          ? 'When an agent goes in circles, fails more often than it may, or a tool or tier has to be left alone for a while, it stands here until a person says what was the matter.'
          : 'Each one that a person closes stays here, with who closed it, when, and in which words.'}
      </p>
    </EmptyState>
  )
}

export function IncidentsView() {
  const [isOpen, setOpen] = useState(true)
  const [chosen, setChosen] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const { items, total, isPending, failure, retry, onReach } = useIncidents(isOpen)
  const shown = items.find(({ id }) => id === chosen) ?? items[0]
  // What is looked at stays, whatever opens meanwhile: somebody may be writing what was the matter with it.
  useEffect(() => setChosen((was) => (items.some(({ id }) => id === was) ? was : (items[0]?.id ?? null))), [items])
  const onClosed = (closed: Incident) => {
    setSaid(`Closed: ${causeTitles[closed.cause]}, ${visibleString(subjectWords(closed))}.`)
    setChosen(null)
  }
  return (
    <div className="flex h-full min-h-0">
      <div className="flex w-88 shrink-0 flex-col border-r border-line max-wide:w-72">
        <Which isOpen={isOpen} total={total} onChoose={setOpen} />
        <p role="status" className={said === '' ? 'sr-only' : 'shrink-0 border-b border-line px-4 py-1.5 text-small text-ink-2'}>
          {said}
        </p>
        {isPending ? (
          <SkeletonRows label="Reading the incidents" rowClass="h-16" />
        ) : (
          items.length > 0 && (
            <VirtualList
              label={isOpen ? 'Open incidents' : 'Closed incidents'}
              items={items}
              rowPx={limits.rowPx}
              keyOf={({ id }) => id}
              following={{ key: shown?.id ?? null, onMove: ({ id }) => setChosen(id) }}
              onOpen={({ id }) => setChosen(id)}
              onReach={onReach}
              render={(incident) => <Row incident={incident} />}
            />
          )
        )}
      </div>
      {failure !== null ? (
        <FailurePanel failure={failure} onRetry={retry} />
      ) : shown !== undefined ? (
        <IncidentDetail key={shown.id} incident={shown} onClosed={onClosed} />
      ) : (
        !isPending && <Nothing isOpen={isOpen} />
      )}
    </div>
  )
}
