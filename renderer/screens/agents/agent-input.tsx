/** What an agent is given: each field, whether it must be there, and how long it may be. */
import type { AgentSummary } from '../../../main/contract/agents.ts'
import { Chip } from '../../components/chip.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { plural } from '../../format.ts'
import { RowsTable, TableRow } from './rows-table.tsx'

type Field = AgentSummary['input'][number]

const kinds: Readonly<Record<Field['kind'], string>> = { text: 'Text', document: 'A document, by its name or id' }

const heads = [
  { title: 'Field', width: 'w-2/5' },
  { title: 'Kind and length', width: 'w-7/20' },
  { title: 'Must be there', width: 'w-1/4' },
] as const

export function AgentInput({ input }: { input: AgentSummary['input'] }) {
  return (
    <RowsTable label="What it is given" heads={heads}>
      {input.map(({ name, title, kind, charsMax, isRequired }) => (
        <TableRow
          key={name}
          cells={[
            {
              of: 'field',
              shows: (
                <>
                  <span className="font-mono text-small">{name}</span>{' '}
                  <span className="block">
                    <SourceText text={title} />
                  </span>
                </>
              ),
            },
            { of: 'kind', shows: `${kinds[kind]}, at most ${plural(charsMax, 'character')}` },
            { of: 'required', shows: isRequired ? <Chip tone="accent">required</Chip> : <Chip>may be left out</Chip> },
          ]}
        />
      ))}
    </RowsTable>
  )
}
