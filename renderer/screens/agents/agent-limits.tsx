/** What a run of an agent may spend, unless a person says otherwise when it starts or while it runs. */
import type { AgentSummary } from '../../../main/contract/agents.ts'
import { limitRows } from './agent-words.ts'
import { RowsTable, TableRow } from './rows-table.tsx'

const heads = [
  { title: 'Of', width: 'w-1/4' },
  { title: 'At most', width: 'w-2/5' },
  { title: 'Then', width: 'w-7/20' },
] as const

export function AgentLimits({ agent }: { agent: Pick<AgentSummary, 'budget' | 'stepsMax'> }) {
  return (
    <RowsTable label="Limits" heads={heads}>
      {limitRows(agent).map(({ title, limit, atLimit }) => (
        <TableRow
          key={title}
          cells={[
            { of: 'title', shows: title },
            { of: 'limit', shows: <span className="tabular">{limit}</span> },
            { of: 'then', shows: <span className="text-ink-2">{atLimit}</span> },
          ]}
        />
      ))}
    </RowsTable>
  )
}
