/** Tools of an agent: those that a model may choose, and those that only its own plan calls; with what each could do. */
import type { ToolSummary } from '../../../main/contract/agents.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { effectSentences, riskTones, riskWords } from '../approvals/approval-words.ts'
import { RowsTable, TableRow } from './rows-table.tsx'

const heads = [
  { title: 'Tool', width: 'w-1/3' },
  { title: 'What it does', width: 'w-9/20' },
  { title: 'Who chooses it', width: 'w-1/4' },
] as const

function WhatItDoes({ tool, isRead }: { tool: ToolSummary | undefined; isRead: boolean }) {
  if (tool === undefined) return <span className="text-ink-2">{isRead ? 'This version does not have this tool.' : '…'}</span>
  return (
    <>
      {tool.summary}.
      <span className="mt-1 flex flex-wrap items-center gap-1.5">
        <Chip tone={riskTones[tool.risk]}>{riskWords[tool.risk]}</Chip>
        {tool.needsApproval && <Chip tone="warn">asks a person first</Chip>}
        {tool.effect !== 'read' && <span className="text-small text-ink-2">{effectSentences[tool.effect]}</span>}
      </span>
    </>
  )
}

export function AgentTools({ tools, offers }: { tools: readonly string[]; offers: readonly string[] }) {
  const known = useCall('tools.list', {})
  return (
    <div className="space-y-2.5">
      {known.isError && <FailureNotice failure={known.error.failure} onRetry={() => void known.refetch()} />}
      <RowsTable label="Tools" heads={heads}>
        {tools.map((name) => (
          <TableRow
            key={name}
            cells={[
              { of: 'name', shows: <span className="font-mono text-small">{name}</span> },
              {
                of: 'does',
                shows: <WhatItDoes tool={known.data?.items.find((one) => one.name === name)} isRead={known.data !== undefined} />,
              },
              { of: 'who', shows: offers.includes(name) ? 'a model, or its plan' : <span className="text-ink-2">its plan alone</span> },
            ]}
          />
        ))}
      </RowsTable>
      {offers.length === 0 && <p className="text-ink-2">No model chooses calls here: it follows its plan.</p>}
    </div>
  )
}
