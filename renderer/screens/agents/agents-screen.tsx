/** The agents of this station beside the one that is open: those that are offered, files that are refused, and packs that were installed. */
import { useNavigate } from '@tanstack/react-router'
import { Bot, FileX, Package } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { AgentList, AgentPack } from '../../../main/contract/agents.ts'
import { agentOfFile } from '../../../main/domain/agent-file.ts'
import { type CallQuery, useAct, useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { Segments } from '../../components/segments.tsx'
import { plural } from '../../format.ts'
import { AgentDetail } from './agent-detail.tsx'
import { AgentRow, PackRow, RefusedRow } from './agent-rows.tsx'
import type { AgentsList, AgentsSearch } from './agents-search.ts'
import { InstallDialog } from './install-dialog.tsx'
import { ListActions } from './list-actions.tsx'
import { ListBeside } from './list-beside.tsx'
import { Missing } from './missing.tsx'
import { PackDetail } from './pack-detail.tsx'
import { RefusedDetail } from './refused-detail.tsx'

const limits = { rowPx: 84 } as const

interface ListProps {
  /** What is open beside the list; null = the first of it. */
  readonly open: string | null
  readonly above: ReactNode
  readonly onOpen: (name: string) => void
}

function Agents({ list, packs, ...props }: ListProps & { list: AgentList; packs: readonly AgentPack[] }) {
  const chosen = props.open ?? list.items[0]?.name ?? null
  const isOffered = list.items.some(({ name }) => name === chosen)
  const file = isOffered ? undefined : list.refused.find((one) => agentOfFile(one.file) === chosen)
  return (
    <ListBeside
      label="Agents"
      items={list.items}
      rowPx={limits.rowPx}
      keyOf={({ name }) => name}
      render={(agent) => <AgentRow agent={agent} />}
      chosen={chosen}
      onChoose={({ name }) => props.onOpen(name)}
      above={props.above}
    >
      {chosen === null ? (
        <EmptyState icon={Bot} title="No agent is offered">
          <p>Agents of the product come with it, and yours lie in the folder agents of the data folder, one file each.</p>
        </EmptyState>
      ) : file !== undefined ? (
        <RefusedDetail refused={file} />
      ) : (
        <AgentDetail key={chosen} name={chosen} pack={packs.find(({ agents }) => agents.includes(chosen))} />
      )}
    </ListBeside>
  )
}

function Refused({ list: { refused }, ...props }: ListProps & { list: AgentList }) {
  const chosen = refused.find(({ file }) => file === props.open) ?? refused[0]
  return (
    <ListBeside
      label="Refused files"
      items={refused}
      rowPx={limits.rowPx}
      keyOf={({ file }) => file}
      render={(one) => <RefusedRow refused={one} />}
      chosen={chosen?.file ?? null}
      onChoose={({ file }) => props.onOpen(file)}
      above={props.above}
    >
      {chosen === undefined ? (
        <EmptyState icon={FileX} title="No file is refused">
          <p>A file of an agent that is wrong is not offered. It stands here with why and where, and stops nothing else.</p>
        </EmptyState>
      ) : (
        <RefusedDetail refused={chosen} />
      )}
    </ListBeside>
  )
}

function Packs({ packs, ...props }: ListProps & { packs: CallQuery<'agents.packs'> }) {
  const items = packs.data?.items ?? []
  const chosen = items.find(({ name }) => name === props.open) ?? items[0]
  return (
    <ListBeside
      label="Packs"
      items={items}
      rowPx={limits.rowPx}
      keyOf={({ name }) => name}
      render={(pack) => <PackRow pack={pack} />}
      chosen={chosen?.name ?? null}
      onChoose={({ name }) => props.onOpen(name)}
      above={props.above}
    >
      {packs.data === undefined ? (
        <Missing query={packs} label="Reading the packs" />
      ) : chosen === undefined ? (
        <EmptyState icon={Package} title="No pack was installed">
          <p>A pack is one file with agents, the words that lead them, and papers about them. Install one from over the list.</p>
        </EmptyState>
      ) : (
        <PackDetail pack={chosen} />
      )}
    </ListBeside>
  )
}

/** What came of reading the folder again, in a sentence. */
const toldOf = ({ items, refused }: AgentList): string =>
  `Read again: ${plural(items.length, 'agent')} offered, ${refused.length === 0 ? 'no file refused' : `${plural(refused.length, 'file')} refused`}.`

interface Props {
  /** The agent that the address names. */
  readonly agent: string | null
  readonly search: AgentsSearch
}

export function AgentsScreen({ agent, search }: Props) {
  const show: AgentsList = search.show ?? 'agents'
  const open = search.open ?? null
  const navigate = useNavigate()
  const list = useCall('agents.list', {})
  const packs = useCall('agents.packs', {})
  const reload = useAct('agents.reload', { stales: ['agents.list', 'agents.get'] })
  const [said, setSaid] = useState<string | null>(null)
  const [isInstalling, setInstalling] = useState(false)
  const goTo = (which: AgentsList) => void navigate({ to: '/agents', search: which === 'agents' ? {} : { show: which } })
  const refused = list.data?.refused.length ?? 0
  const above = (
    <div className="flex shrink-0 justify-center border-b border-line px-3 py-2">
      <Segments
        label="Which list"
        value={show}
        onChoose={goTo}
        choices={[
          { value: 'agents', title: 'Agents' },
          { value: 'refused', title: <span className={refused > 0 ? 'text-bad' : ''}>Refused {refused > 0 && refused}</span> },
          { value: 'packs', title: 'Packs' },
        ]}
      />
    </div>
  )
  const openIn = (which: Exclude<AgentsList, 'agents'>) => (name: string) =>
    void navigate({ to: '/agents', search: { show: which, open: name }, replace: true })
  return (
    <Screen
      title="Agents"
      manual="agents"
      chips={
        <>
          {list.data !== undefined && <Chip>{plural(list.data.items.length, 'agent')}</Chip>}
          <span role="status" className="truncate text-small text-ink-2">
            {said}
          </span>
        </>
      }
      actions={
        <ListActions
          isReading={reload.isPending}
          onRead={() => reload.mutate({}, { onSuccess: (found) => setSaid(toldOf(found)), onError: () => setSaid(null) })}
          onInstall={() => setInstalling(true)}
        />
      }
    >
      {reload.isError && (
        <div className="shrink-0 border-b border-line px-6 py-3">
          <FailureNotice failure={reload.error.failure} />
        </div>
      )}
      {list.data === undefined ? (
        <Missing query={list} label="Reading the agents" />
      ) : show === 'refused' ? (
        <Refused list={list.data} open={open} above={above} onOpen={openIn('refused')} />
      ) : show === 'packs' ? (
        <Packs packs={packs} open={open} above={above} onOpen={openIn('packs')} />
      ) : (
        <Agents
          list={list.data}
          packs={packs.data?.items ?? []}
          open={agent}
          above={above}
          onOpen={(name) => void navigate({ to: '/agents/$agent', params: { agent: name }, replace: agent !== null })}
        />
      )}
      <InstallDialog
        isOpen={isInstalling}
        onClose={() => setInstalling(false)}
        onInstalled={(pack) => {
          setInstalling(false)
          setSaid(`${pack.name} ${pack.version} was installed.`)
          void navigate({ to: '/agents', search: { show: 'packs', open: pack.name } })
        }}
      />
    </Screen>
  )
}
