/** The frame around every screen: marking at both ends, rail, status bar. Asks for the station ceiling before anything else can be done. */
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { StationStatus } from '../../main/contract/station.ts'
import { joinAll, type Label, permits, unclassified } from '../../main/domain/label.ts'
import { useCall } from '../api.tsx'
import { FailurePanel } from '../components/failure-notice.tsx'
import { LevelBanner } from '../components/level.tsx'
import { ManualLink } from '../components/manual-link.tsx'
import { FirstRun } from '../screens/first-run/first-run.tsx'
import { CommandPalette } from './command-palette.tsx'
import { KeyMapDialog } from './key-map-dialog.tsx'
import { Rail } from './rail.tsx'
import { ReadOnlyNotice } from './read-only-notice.tsx'
import { useShortcut, useShortcutKeys } from './shortcuts.tsx'
import { useShownLabel } from './shown-label.ts'
import { StatusBar } from './status-bar.tsx'

/** The highest label held or shown, and never above what this machine may hold. */
function bannerLabel(status: StationStatus | null, shown: Label): Label {
  if (status === null) return unclassified
  const label = joinAll([status.highest, shown])
  return status.ceiling === null || permits(status.ceiling, label) ? label : status.ceiling
}

function useGoTo() {
  const navigate = useNavigate()
  useShortcut('go.ask', () => void navigate({ to: '/ask' }))
  useShortcut('question.new', () => void navigate({ to: '/ask' }))
  useShortcut('go.approvals', () => void navigate({ to: '/approvals' }))
  useShortcut('go.missions', () => void navigate({ to: '/missions' }))
  useShortcut('mission.start', () => void navigate({ to: '/missions', search: { start: true } }))
  useShortcut('go.runs', () => void navigate({ to: '/runs' }))
  useShortcut('run.start', () => void navigate({ to: '/runs', search: { start: true } }))
  useShortcut('go.documents', () => void navigate({ to: '/documents' }))
  useShortcut('go.agents', () => void navigate({ to: '/agents' }))
  useShortcut('go.models', () => void navigate({ to: '/models' }))
  useShortcut('go.tiers', () => void navigate({ to: '/tiers' }))
  useShortcut('go.custody', () => void navigate({ to: '/custody' }))
  useShortcut('go.audit', () => void navigate({ to: '/audit' }))
  useShortcut('go.settings', () => void navigate({ to: '/settings' }))
  useShortcut('go.health', () => void navigate({ to: '/health' }))
  useShortcut('go.manual', () => void navigate({ to: '/manual' }))
}

export function Frame() {
  const station = useCall('station.status', {})
  const status = station.data ?? null
  const main = useRef<HTMLElement>(null)
  // It asks the core for nothing, and is wanted most when the core refuses.
  const isManual = useLocation({ select: ({ pathname }) => pathname === '/manual' || pathname.startsWith('/manual/') })
  useShortcutKeys()
  useGoTo()
  const label = bannerLabel(status, useShownLabel())
  const [isBeginning, setBeginning] = useState(false)
  const isFirstRun = status !== null && (status.ceiling === null || isBeginning)
  return (
    <div className="flex h-full min-h-0 flex-col">
      <button
        type="button"
        className="sr-only focus:not-sr-only focus:absolute focus:top-8 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-float"
        onClick={() => main.current?.focus()}
      >
        Skip to the screen
      </button>
      <LevelBanner label={label} place="top" />
      <ReadOnlyNotice readOnly={status?.readOnly ?? null} />
      <div className="flex min-h-0 flex-1">
        {!isFirstRun && <Rail />}
        <main ref={main} id="main" tabIndex={-1} className="min-h-0 min-w-0 flex-1 outline-none">
          {station.isError && !isManual ? (
            <div className="flex h-full">
              <FailurePanel failure={station.error.failure} onRetry={() => void station.refetch()}>
                <ManualLink page="troubleshooting" />
              </FailurePanel>
            </div>
          ) : isFirstRun ? (
            <FirstRun status={status} onBusy={setBeginning} />
          ) : (
            <Outlet />
          )}
        </main>
      </div>
      <StatusBar status={status} />
      <LevelBanner label={label} place="bottom" />
      {!isFirstRun && <CommandPalette status={status} />}
      <KeyMapDialog />
    </div>
  )
}
