/** Every action by name, and the questions asked before. */
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import {
  BookOpen,
  Bot,
  Box,
  FileText,
  Flag,
  HeartPulse,
  Keyboard,
  LifeBuoy,
  ListTree,
  type LucideIcon,
  MessageSquareText,
  Moon,
  PackageCheck,
  Play,
  Plus,
  Scale,
  Search,
  Server,
  Settings,
  Stamp,
  Sun,
  Users,
} from 'lucide-react'
import { useState } from 'react'
import type { StationStatus } from '../../main/contract/station.ts'
import { useCall } from '../api.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Kbd } from '../components/kbd.tsx'
import { type KeyAction, keyOf, printKey } from './key-map.ts'
import { setPreferences, usePreferences } from './preferences.ts'
import { performAction, useShortcut } from './shortcuts.tsx'

interface Entry {
  readonly title: string
  readonly icon: LucideIcon
  readonly action?: KeyAction
  readonly run: () => void
}

const itemLook =
  'flex h-9 items-center gap-3 rounded-md px-3 text-ink-2 data-[selected=true]:bg-accent-soft data-[selected=true]:text-ink [&_svg]:size-4 [&_svg]:shrink-0'
const groupLook =
  'px-2 pb-2 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-note [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-ink-3'

function useEntries(): readonly Entry[] {
  const navigate = useNavigate()
  const go =
    (
      to:
        | '/ask'
        | '/missions'
        | '/approvals'
        | '/runs'
        | '/documents'
        | '/agents'
        | '/models'
        | '/acts'
        | '/tiers'
        | '/custody'
        | '/health'
        | '/audit'
        | '/settings'
        | '/manual',
    ) =>
    () =>
      void navigate({ to })
  return [
    { title: 'New question', icon: Plus, action: 'question.new', run: () => performAction('question.new') },
    { title: 'Ask', icon: MessageSquareText, action: 'go.ask', run: go('/ask') },
    { title: 'Begin a mission', icon: Flag, action: 'mission.start', run: () => performAction('mission.start') },
    { title: 'Missions: goals, plans, reports', icon: Flag, action: 'go.missions', run: go('/missions') },
    { title: 'Approvals: what waits for you', icon: Stamp, action: 'go.approvals', run: go('/approvals') },
    { title: 'Two persons: what waits for the second', icon: Users, run: go('/acts') },
    { title: 'Start a run of an agent', icon: Play, action: 'run.start', run: () => performAction('run.start') },
    { title: 'Runs', icon: ListTree, action: 'go.runs', run: go('/runs') },
    { title: 'Documents: add, find, open', icon: FileText, action: 'go.documents', run: go('/documents') },
    { title: 'Agents: what each does, and the words that lead it', icon: Bot, action: 'go.agents', run: go('/agents') },
    { title: 'Models: import, verify, choose', icon: Box, action: 'go.models', run: go('/models') },
    { title: 'Tiers: endpoints, decisions, what would happen', icon: Server, action: 'go.tiers', run: go('/tiers') },
    { title: 'Custody: air-gap bundles, load, activate, roll back', icon: PackageCheck, action: 'go.custody', run: go('/custody') },
    { title: 'Health: incidents, error budgets, drift, reviews', icon: HeartPulse, action: 'go.health', run: go('/health') },
    { title: 'Audit: verify, seal, export, back up', icon: Scale, action: 'go.audit', run: go('/audit') },
    { title: 'Settings', icon: Settings, action: 'go.settings', run: go('/settings') },
    { title: 'Manual: how each part works, and what it does not do', icon: BookOpen, action: 'go.manual', run: go('/manual') },
    {
      title: 'Troubleshooting: when something is refused or does not start',
      icon: LifeBuoy,
      run: () => void navigate({ to: '/manual/$page', params: { page: 'troubleshooting' } }),
    },
    { title: 'Check this machine', icon: Settings, run: go('/settings') },
    { title: 'Light theme', icon: Sun, run: () => setPreferences({ theme: 'light' }) },
    { title: 'Dark theme', icon: Moon, run: () => setPreferences({ theme: 'dark' }) },
    { title: 'Theme of the system', icon: Sun, run: () => setPreferences({ theme: 'system' }) },
    { title: 'Keys', icon: Keyboard, action: 'keys.show', run: () => performAction('keys.show') },
  ]
}

function Content({ status, close }: { status: StationStatus | null; close: () => void }) {
  const navigate = useNavigate()
  const { keys } = usePreferences()
  const entries = useEntries()
  const recent = useCall('conversations.list', { limit: 8 })
  const act = (run: () => void) => () => {
    close()
    // Focus is given back first, so that what the action opens can take it.
    requestAnimationFrame(run)
  }
  const suggested = status?.sampleCase.isLoaded === true ? status.sampleCase.questions : []
  return (
    <Command label="Every action" className="flex min-h-0 flex-col" loop>
      <div className="flex items-center gap-3 border-b border-line px-5">
        <Search aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.6} />
        <Command.Input
          placeholder="Find an action or a question…"
          className="h-12 w-full bg-transparent text-read outline-none placeholder:text-ink-3"
        />
      </div>
      <Command.List className="overflow-auto pt-1">
        <Command.Empty className="px-5 py-8 text-center text-ink-2">Nothing by that name.</Command.Empty>
        <Command.Group heading="Actions" className={groupLook}>
          {entries.map(({ title, icon: Icon, action, run }) => (
            <Command.Item key={title} value={title} onSelect={act(run)} className={itemLook}>
              <Icon aria-hidden strokeWidth={1.6} />
              <span className="flex-1 truncate">{title}</span>
              {action !== undefined && <Kbd keys={printKey(keyOf(action, keys))} />}
            </Command.Item>
          ))}
        </Command.Group>
        {recent.data !== undefined && recent.data.items.length > 0 && (
          <Command.Group heading="Asked before" className={groupLook}>
            {recent.data.items.map((conversation) => (
              <Command.Item
                key={conversation.id}
                value={`${conversation.title} ${conversation.id}`}
                onSelect={act(() => void navigate({ to: '/ask/$conversationId', params: { conversationId: conversation.id } }))}
                className={itemLook}
              >
                <MessageSquareText aria-hidden strokeWidth={1.6} />
                <span className="truncate">{conversation.title}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {suggested.length > 0 && (
          <Command.Group heading="Questions of the sample case" className={groupLook}>
            {suggested.map((question) => (
              <Command.Item
                key={question}
                value={question}
                onSelect={act(() => void navigate({ to: '/ask', search: { q: question } }))}
                className={itemLook}
              >
                <MessageSquareText aria-hidden strokeWidth={1.6} />
                <span className="truncate">{question}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  )
}

export function CommandPalette({ status }: { status: StationStatus | null }) {
  const [isOpen, setOpen] = useState(false)
  useShortcut('palette.open', () => setOpen((was) => !was))
  return (
    <Dialog isOpen={isOpen} onOpenChange={setOpen} title="Every action" hasHeader={false} width="w-150">
      <Content status={status} close={() => setOpen(false)} />
    </Dialog>
  )
}
