/** One prompt: its versions beside the one that is open. A new version is written and labels are moved from here; no version ever changes. */
import { Link, useNavigate } from '@tanstack/react-router'
import { MessageSquareQuote } from 'lucide-react'
import { useRef, useState } from 'react'
import type { PromptDetail, PromptSummary } from '../../../main/contract/prompts.ts'
import { labelInUse } from '../../../main/domain/prompt.ts'
import { useCall } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Screen } from '../../components/screen.tsx'
import { useMay } from '../../components/use-may.ts'
import { plural } from '../../format.ts'
import { ListBeside } from './list-beside.tsx'
import { Missing } from './missing.tsx'
import { PromptEditor } from './prompt-editor.tsx'
import type { PromptSearch } from './prompt-search.ts'
import { VersionRoom } from './version-room.tsx'
import { VersionRow } from './version-row.tsx'

const limits = { rowPx: 80 } as const

interface Props {
  readonly agent: string
  readonly prompt: string
  readonly search: PromptSearch
}

interface Inside extends Props {
  readonly onSearch: (search: PromptSearch) => void
  readonly onSaid: (said: string) => void
}

/** The version that leads new runs, where it may be seen; else the newest. */
function usualVersion({ labels, newest }: PromptSummary, { versions }: Pick<PromptDetail, 'versions'>): number {
  const inUse = labels.find(({ name }) => name === labelInUse)?.version
  return versions.some(({ version }) => version === inUse) && inUse !== undefined ? inUse : newest.version
}

function Versions({ summary, ...props }: Inside & { summary: PromptSummary }) {
  const { agent, prompt, search, onSearch, onSaid } = props
  // Any version says all of them. The same one is asked throughout, so that what is written stays while others publish.
  const [asked] = useState(summary.newest.version)
  const about = useCall('prompts.get', { agent, prompt, version: asked })
  if (about.data === undefined) return <Missing query={about} label="Reading the versions" />
  const items = about.data.versions.toReversed()
  const { labels } = summary
  const wanted = search.version ?? usualVersion(summary, about.data)
  const chosen = items.find(({ version }) => version === wanted)
  return (
    <ListBeside
      label="Versions"
      items={items}
      rowPx={limits.rowPx}
      keyOf={({ version }) => String(version)}
      render={(one) => <VersionRow version={one} names={labels.flatMap(({ name, version }) => (version === one.version ? [name] : []))} />}
      chosen={String(wanted)}
      onChoose={({ version }) => onSearch({ version, ...(search.view === undefined ? {} : { view: search.view }) })}
    >
      {chosen === undefined ? (
        <EmptyState icon={MessageSquareQuote} title={`There is no version ${wanted}`}>
          <p>Choose one from the list.</p>
        </EmptyState>
      ) : search.write === true ? (
        <Writing key={chosen.version} {...props} from={chosen.version} known={items.map(({ version }) => version)} />
      ) : (
        <VersionRoom
          key={chosen.version}
          {...{ agent, prompt, labels, search, onSearch, onSaid }}
          version={chosen.version}
          label={chosen.label}
        />
      )}
    </ListBeside>
  )
}

/** What came of publishing: the same words again are the version that is there. */
const toldOf = ({ version, pointedAt }: PromptDetail, known: readonly number[]): string =>
  known.includes(version)
    ? `These words are version ${version} already; candidate points at it now.`
    : `Version ${version} was published; ${pointedAt.join(' and ')} ${pointedAt.length > 1 ? 'point' : 'points'} at it.`

function Writing({ agent, prompt, from, known, onSearch, onSaid }: Inside & { from: number; known: readonly number[] }) {
  const base = useCall('prompts.get', { agent, prompt, version: from })
  if (base.data === undefined) return <Missing query={base} label="Reading the version" />
  return (
    <PromptEditor
      {...{ agent, prompt, from }}
      start={base.data.text ?? ''}
      onDone={() => onSearch({ version: from })}
      onPublished={(made) => {
        onSaid(toldOf(made, known))
        onSearch({ version: made.version, view: 'diff', against: from })
      }}
    />
  )
}

/** A prompt that nobody has published: an agent may name it already. */
function Unpublished({ agent, prompt, search, onSearch, onSaid }: Inside) {
  const may = useMay('agents.manage')
  if (search.write === true) {
    return (
      <PromptEditor
        {...{ agent, prompt }}
        start=""
        from={null}
        onDone={() => onSearch({})}
        onPublished={(made) => {
          onSaid(toldOf(made, []))
          onSearch({})
        }}
      />
    )
  }
  return (
    <EmptyState
      icon={MessageSquareQuote}
      title={`Nobody has published ${agent}/${prompt}`}
      actions={
        <Button kind="main" size="medium" disabled={!may.isAllowed} title={may.why ?? undefined} onClick={() => onSearch({ write: true })}>
          Write the first version…
        </Button>
      }
    >
      <p>An agent that names it is not offered until it is there. The first version comes into use at once.</p>
    </EmptyState>
  )
}

export function PromptScreen({ agent, prompt, search }: Props) {
  const navigate = useNavigate()
  const list = useCall('prompts.list', { agent })
  const [said, setSaid] = useState<string | null>(null)
  const summary = list.data?.items.find((one) => one.prompt === prompt)
  // Whoever writes the first version goes on writing when it is there, by their own doing or another's.
  const isFirst = useRef(false)
  if (list.data !== undefined) isFirst.current = search.write === true && (summary === undefined || isFirst.current)
  const inUse = summary?.labels.find(({ name }) => name === labelInUse)?.version
  const inside: Inside = {
    ...{ agent, prompt, search, onSaid: setSaid },
    onSearch: (next) => void navigate({ to: '/agents/$agent/prompts/$prompt', params: { agent, prompt }, search: next, replace: true }),
  }
  return (
    <Screen
      title={`${agent}/${prompt}`}
      manual="agents"
      chips={
        <>
          {summary !== undefined && said === null && <Chip>{plural(summary.versions, 'version')}</Chip>}
          {inUse !== undefined && <Chip tone="ok">version {inUse} in use</Chip>}
          <span role="status" className="truncate text-small text-ink-2">
            {said}
          </span>
        </>
      }
      actions={
        <Link to="/agents/$agent" params={{ agent }} className={buttonLook()}>
          Back to the agent
        </Link>
      }
    >
      {list.data === undefined ? (
        <Missing query={list} label="Reading the prompt" />
      ) : summary === undefined || isFirst.current ? (
        <Unpublished {...inside} />
      ) : (
        <Versions key={`${agent}/${prompt}`} summary={summary} {...inside} />
      )}
    </Screen>
  )
}
