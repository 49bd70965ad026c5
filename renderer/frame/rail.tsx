/** The way from screen to screen. Names only what this machine can do now. */
import { Link } from '@tanstack/react-router'
import {
  BookOpen,
  Bot,
  Box,
  FileText,
  Flag,
  HeartPulse,
  ListTree,
  type LucideIcon,
  MessageSquareText,
  PackageCheck,
  Scale,
  Server,
  Settings,
  Stamp,
} from 'lucide-react'
import { useCall } from '../api.tsx'
import { Kbd } from '../components/kbd.tsx'
import { plural } from '../format.ts'
import { keyOf, printKey } from './key-map.ts'
import { usePreferences } from './preferences.ts'
import { performAction } from './shortcuts.tsx'

const work = [
  { to: '/ask', title: 'Ask', icon: MessageSquareText },
  { to: '/missions', title: 'Missions', icon: Flag },
  { to: '/approvals', title: 'Approvals', icon: Stamp },
  { to: '/runs', title: 'Runs', icon: ListTree },
  { to: '/documents', title: 'Documents', icon: FileText },
] as const

const appliance = [
  { to: '/agents', title: 'Agents', icon: Bot },
  { to: '/models', title: 'Models', icon: Box },
  { to: '/tiers', title: 'Tiers', icon: Server },
  { to: '/custody', title: 'Custody', icon: PackageCheck },
  { to: '/health', title: 'Health', icon: HeartPulse },
  { to: '/audit', title: 'Audit', icon: Scale },
  { to: '/settings', title: 'Settings', icon: Settings },
  { to: '/manual', title: 'Manual', icon: BookOpen },
] as const

function RailLink({ to, title, icon: Icon }: { to: string; title: string; icon: LucideIcon }) {
  return (
    <Link
      to={to}
      className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-ink-2 transition-colors hover:text-ink"
      activeProps={{ className: 'bg-surface font-medium text-ink shadow-card', 'aria-current': 'page' }}
    >
      <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.6} />
      {title}
      {to === '/approvals' && <WaitingRequests />}
      {to === '/missions' && <WaitingMissions />}
      {to === '/health' && <OpenIncidents />}
    </Link>
  )
}

/** How many wait for a person, whatever screen is open. */
function Waiting({ count, what, how = 'waiting' }: { count: number; what: string; how?: 'waiting' | 'open' }) {
  if (count === 0) return null
  return (
    <span
      title={`${plural(count, what)} ${how === 'waiting' ? 'waiting for a person' : 'open'}`}
      className="ml-auto inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-full bg-warn-soft px-1.5 text-note font-semibold text-warn tabular"
    >
      {count}
      <span className="sr-only"> {how}</span>
    </span>
  )
}

const WaitingRequests = () => <Waiting count={useCall('approvals.list', { limit: 1 }).data?.open ?? 0} what="request" />
const WaitingMissions = () => <Waiting count={useCall('missions.list', { limit: 1 }).data?.waiting ?? 0} what="mission" />

const OpenIncidents = () => (
  <Waiting count={useCall('incidents.list', { limit: 1, isOpen: true }).data?.total ?? 0} what="incident" how="open" />
)

export function Anchor({ className = 'size-5.5' }: { className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      className={className}
    >
      <path d="M12 3v18M5 12c0 5 3 8 7 9 4-1 7-4 7-9M8 7h8" />
    </svg>
  )
}

export function Rail() {
  const { keys } = usePreferences()
  return (
    <nav aria-label="Screens" className="flex w-52 shrink-0 flex-col gap-px border-r border-line p-2 pt-3 print:hidden">
      <div className="flex items-center gap-2.5 px-2.5 pt-1 pb-3.5 text-read font-semibold tracking-[-0.01em]">
        <Anchor className="size-5.5 text-accent" />
        Holdfast
      </div>
      {work.map((entry) => (
        <RailLink key={entry.to} {...entry} />
      ))}
      <div className="mx-2.5 mt-3 mb-1.5 text-note font-semibold tracking-[0.06em] text-ink-3 uppercase">Appliance</div>
      {appliance.map((entry) => (
        <RailLink key={entry.to} {...entry} />
      ))}
      <button
        type="button"
        onClick={() => performAction('palette.open')}
        className="mt-auto flex items-center gap-2 rounded-md p-2.5 text-small text-ink-3 transition-colors hover:text-ink"
      >
        <Kbd keys={printKey(keyOf('palette.open', keys))} />
        everything
      </button>
    </nav>
  )
}
