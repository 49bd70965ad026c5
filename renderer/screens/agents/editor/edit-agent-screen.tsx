/** The file of an agent, or the one that takes something away from it. What came with the product or with a pack is read, and copied. */
import { Link, useNavigate } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import type { AgentText } from '../../../../main/contract/agent-files.ts'
import { definitionFileOf, narrowingFileOf } from '../../../../main/domain/agent-file.ts'
import { narrowingTemplate } from '../../../../main/domain/agent-template.ts'
import { unclassified } from '../../../../main/domain/label.ts'
import { useCall } from '../../../api.tsx'
import { buttonLook } from '../../../components/button.tsx'
import { FailurePanel } from '../../../components/failure-notice.tsx'
import { Screen } from '../../../components/screen.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { useShowsLabel } from '../../../frame/shown-label.ts'
import { AgentEditor } from './agent-editor.tsx'
import { useDraft } from './drafts.ts'

const whose = { product: 'is part of the product', pack: 'came with a pack', site: '' } as const

function ReadOnly({ agent, origin }: { agent: string; origin: AgentText['origin'] }) {
  return (
    <div role="note" className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-info-soft px-5 py-2">
      <Lock aria-hidden className="size-4 shrink-0 text-info" strokeWidth={1.8} />
      <p className="mr-auto">
        {agent} {whose[origin]}, and is only read here. Copy it under a name of your own, or take something away from it.
      </p>
      <Link to="/agents/$agent/edit" params={{ agent }} search={{ part: 'narrowing' }} className={buttonLook()}>
        Take something away…
      </Link>
      <Link to="/agents/_new" search={{ from: agent }} className={buttonLook({ kind: 'main' })}>
        Copy it…
      </Link>
    </div>
  )
}

/** `part`: what takes something away from the agent, in place of its own file. */
export function EditAgentScreen({ agent, part }: { agent: string; part: 'definition' | 'narrowing' }) {
  const navigate = useNavigate()
  const isNarrowing = part === 'narrowing'
  const file = isNarrowing ? narrowingFileOf(agent) : definitionFileOf(agent)
  const held = useCall('agents.text', { file })
  useShowsLabel(held.data?.label ?? unclassified)
  const title = isNarrowing ? `Taken away from ${agent}` : `Edit ${agent}`
  const draft = useDraft(file)
  const isAbsent = held.error?.failure.code === 'agent.unknown'
  // Where the file was removed since, what was typed is still there to be saved.
  const isNothing = isAbsent && !isNarrowing && draft === null
  if (isNothing || (held.data === undefined && !isAbsent))
    return (
      <Screen title={title} manual="agents">
        {held.error === null ? (
          <SkeletonRows label="Reading the agent" rows={8} rowClass="h-8" />
        ) : (
          <FailurePanel failure={held.error.failure} onRetry={() => void held.refetch()}>
            {isAbsent && (
              <Link to="/agents/_new" className={buttonLook()}>
                Begin a new agent
              </Link>
            )}
          </FailurePanel>
        )}
      </Screen>
    )
  const lying = isAbsent ? undefined : held.data
  const origin = lying?.origin ?? 'site'
  const isOwn = isNarrowing || origin === 'site'
  return (
    <AgentEditor
      key={file}
      title={isOwn ? title : `Read ${agent}`}
      draftKey={file}
      held={lying ?? { text: isNarrowing ? narrowingTemplate(agent) : (draft?.base.text ?? ''), digest: null }}
      fileOf={() => file}
      readOnly={isOwn ? null : <ReadOnly agent={agent} origin={origin} />}
      runsOf={agent}
      onSaved={() => undefined}
      onRemoved={() => void navigate({ to: '/agents' })}
    />
  )
}
