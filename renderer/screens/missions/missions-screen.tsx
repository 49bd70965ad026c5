/** Every mission by the phase it is in, live; in a small window one phase at a time. A mission is begun from here. */
import { useNavigate } from '@tanstack/react-router'
import { Flag } from 'lucide-react'
import { ToggleGroup } from 'radix-ui'
import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { MissionSummary } from '../../../main/contract/missions.ts'
import { type MissionPhase, missionPhases } from '../../../main/domain/mission/phases.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { Screen } from '../../components/screen.tsx'
import { useIsWide } from '../../components/use-media.ts'
import { formatCount, plural } from '../../format.ts'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { MissionColumn } from './mission-column.tsx'
import { missionPhaseWords } from './mission-words.ts'
import type { MissionsSearch } from './missions-search.ts'
import { StartMission } from './start-mission.tsx'
import { type PhaseMissions, useMissions } from './use-missions.ts'

interface BoardProps {
  readonly columns: readonly PhaseMissions[]
  readonly isWaiting: boolean
  readonly onOpen: (mission: MissionSummary) => void
}

/** The arrows to the sides go to the list beside; J, K and Enter belong to the list that was last used. */
function Columns({ columns, isWaiting, onOpen }: BoardProps) {
  const board = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState<MissionPhase | null>(null)
  const filled = columns.filter(({ items }) => items.length > 0).map(({ phase }) => phase)
  const active = chosen !== null && filled.includes(chosen) ? chosen : (filled[0] ?? null)
  const focus = (phase: MissionPhase | undefined) => {
    if (phase === undefined) return
    setChosen(phase)
    board.current?.querySelector<HTMLElement>(`[data-phase="${phase}"] [role="listbox"]`)?.focus({ preventScroll: true })
  }
  const onFocus = ({ target }: FocusEvent) => {
    const inside = target.closest<HTMLElement>('[data-phase]')?.dataset.phase
    setChosen(missionPhases.find((phase) => phase === inside) ?? chosen)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === undefined || active === null) return
    event.preventDefault()
    focus(filled[filled.indexOf(active) + by])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the lists inside hold the focus; this only moves it between them
    <div ref={board} onKeyDown={onKeyDown} onFocus={onFocus} className="flex min-h-0 flex-1 divide-x divide-line">
      {columns.map((missions) => (
        <div key={missions.phase} className="flex min-h-0 min-w-0 flex-1 flex-col">
          <MissionColumn {...{ missions, isWaiting, onOpen, hasKeys: missions.phase === active, hasHeading: true }} />
        </div>
      ))}
    </div>
  )
}

/** One phase at a time; the first that has missions is shown until a person chooses. */
function Phases({ columns, isWaiting, onOpen }: BoardProps) {
  const [chosen, setChosen] = useState<MissionPhase | null>(null)
  const shown = columns.find(({ phase }) => phase === chosen) ?? columns.find(({ total }) => total > 0) ?? columns[0]
  if (shown === undefined) return null
  return (
    <>
      <ToggleGroup.Root
        type="single"
        value={shown.phase}
        aria-label="Phase"
        onValueChange={(value) => setChosen(missionPhases.find((phase) => phase === value) ?? shown.phase)}
        className="mb-3 flex shrink-0 gap-5 border-b border-line px-6 text-small"
      >
        {columns.map(({ phase, total }) => (
          <ToggleGroup.Item
            key={phase}
            value={phase}
            className="-mb-px h-10 border-b-2 border-transparent font-medium text-ink-2 transition-colors hover:text-ink data-[state=on]:border-accent data-[state=on]:text-ink"
          >
            {missionPhaseWords[phase]} <span className="text-ink-3 tabular">{formatCount(total)}</span>
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <div className="flex min-h-0 flex-1 px-3">
        <MissionColumn key={shown.phase} {...{ missions: shown, isWaiting, onOpen, hasKeys: true, hasHeading: false }} />
      </div>
    </>
  )
}

function Nothing({ onStart }: { onStart: () => void }) {
  return (
    <EmptyState
      icon={Flag}
      title="No mission yet"
      actions={
        <Button kind="main" size="medium" onClick={onStart}>
          Begin a mission
        </Button>
      }
    >
      <p>
        A mission is a goal that takes more than one question. A planner proposes who does what, you approve the plan, workers search your
        documents one task each, and you release what they found. Without your two decisions nothing is done and nothing is given out.
      </p>
    </EmptyState>
  )
}

export function MissionsScreen({ search }: { search: MissionsSearch }) {
  const navigate = useNavigate()
  const { keys } = usePreferences()
  const isWide = useIsWide()
  const isWaiting = search.waiting === true
  const waiting = useCall('missions.list', { limit: 1 }).data?.waiting ?? 0
  const planning = useMissions('PLANNING', isWaiting)
  const committed = useMissions('COMMITTED', isWaiting)
  const executing = useMissions('EXECUTING', isWaiting)
  const completed = useMissions('COMPLETED', isWaiting)
  const columns = [planning, committed, executing, completed]
  const total = columns.reduce((sum, column) => sum + column.total, 0)
  const isRead = columns.every(({ isPending, failure }) => !isPending && failure === null)
  const failure = columns.every((column) => column.failure !== null) ? planning.failure : null
  const { start: _start, ...kept } = search
  const go = (change: MissionsSearch) => void navigate({ to: '/missions', search: change, replace: true })
  const open = ({ id }: MissionSummary) => void navigate({ to: '/missions/$missionId', params: { missionId: id } })
  useEffect(() => {
    // The last one was decided on elsewhere: what is shown is all of it again.
    if (isWaiting && isRead && waiting === 0) void navigate({ to: '/missions', search: {}, replace: true })
  }, [isWaiting, isRead, waiting, navigate])
  return (
    <Screen
      title="Missions"
      manual="missions"
      chips={total > 0 ? <Chip>{plural(total, 'mission')}</Chip> : null}
      actions={
        <>
          {waiting > 0 && (
            <Button
              aria-pressed={isWaiting}
              onClick={() => go(isWaiting ? {} : { waiting: true })}
              className="aria-pressed:border-warn aria-pressed:bg-warn-soft aria-pressed:text-warn"
            >
              {formatCount(waiting)} {waiting === 1 ? 'waits' : 'wait'} for you
            </Button>
          )}
          <Button kind="main" onClick={() => go({ ...kept, start: true })}>
            Begin a mission <Kbd keys={printKey(keyOf('mission.start', keys))} />
          </Button>
        </>
      }
    >
      {failure !== null ? (
        <FailurePanel failure={failure} onRetry={() => columns.forEach(({ retry }) => void retry())} />
      ) : isRead && total === 0 && !isWaiting ? (
        <Nothing onStart={() => go({ start: true })} />
      ) : isWide ? (
        <Columns {...{ columns, isWaiting, onOpen: open }} />
      ) : (
        <Phases {...{ columns, isWaiting, onOpen: open }} />
      )}
      <StartMission isOpen={search.start === true} onClose={() => go(kept)} />
    </Screen>
  )
}
