/** What speaks against a text as an agent, in one list, and how its lines are marked. Pure. */
import type { AgentCheck } from '../../../../main/contract/agents.ts'
import type { LineTone } from './code-field.tsx'

export type Fault = AgentCheck['faults'][number]

const lineTones: Readonly<Record<Fault['severity'], LineTone>> = { blocks: 'bad', warns: 'warn', advises: 'plain' }

/** What keeps it from being offered at all comes first. */
export const faultsIn = ({ refused, faults }: AgentCheck): readonly Fault[] => [
  ...(refused === null
    ? []
    : [{ code: refused.code, severity: 'blocks' as const, field: refused.field ?? '', message: refused.message, line: refused.line }]),
  ...faults,
]

/** The gravest of each line. */
export function marksOf(faults: readonly Fault[]): ReadonlyMap<number, LineTone> {
  const marks = new Map<number, LineTone>()
  for (const { line, severity } of faults) if (line !== null && !marks.has(line)) marks.set(line, lineTones[severity])
  return marks
}
