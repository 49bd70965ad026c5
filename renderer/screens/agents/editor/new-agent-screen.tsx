/** A new agent: from the template, or from a copy of one that is here. */
import { useNavigate } from '@tanstack/react-router'
import { agentOfFile, definitionFileOf } from '../../../../main/domain/agent-file.ts'
import { agentTemplate, copyOfDefinition } from '../../../../main/domain/agent-template.ts'
import { unclassified } from '../../../../main/domain/label.ts'
import { useCall } from '../../../api.tsx'
import { FailurePanel } from '../../../components/failure-notice.tsx'
import { Screen } from '../../../components/screen.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { useShowsLabel } from '../../../frame/shown-label.ts'
import { AgentEditor } from './agent-editor.tsx'
import { fileIn } from './definition-name.ts'

const title = 'New agent'
const usual = { name: 'my-agent', title: 'My agent' } as const

function Editor({ from, text }: { from: string | null; text: string }) {
  const navigate = useNavigate()
  return (
    <AgentEditor
      title={from === null ? title : `New agent, from ${from}`}
      draftKey={from === null ? 'new' : `new from ${from}`}
      held={{ text, digest: null }}
      fileOf={fileIn}
      runsOf={from}
      onSaved={({ file }) => void navigate({ to: '/agents/$agent/edit', params: { agent: agentOfFile(file) }, replace: true })}
      onRemoved={() => undefined}
    />
  )
}

function Copy({ from }: { from: string }) {
  const held = useCall('agents.text', { file: definitionFileOf(from) })
  useShowsLabel(held.data?.label ?? unclassified)
  if (held.isPending || held.isError)
    return (
      <Screen title={title} manual="agents">
        {held.isPending ? (
          <SkeletonRows label="Reading the agent" />
        ) : (
          <FailurePanel failure={held.error.failure} onRetry={() => void held.refetch()} />
        )}
      </Screen>
    )
  return <Editor from={from} text={copyOfDefinition(held.data.text, from, `${from}-copy`)} />
}

export const NewAgentScreen = ({ from }: { from: string | null }) =>
  from === null ? <Editor from={null} text={agentTemplate(usual.name, usual.title)} /> : <Copy from={from} />
