/** What speaks against a text as an agent, in one list, and what to do about each. Pure. */
import type { AgentCheck } from '../../../../main/contract/agents.ts'
import type { Tone } from '../../../components/chip.tsx'
import type { LineTone } from './code-field.tsx'

export type Fault = AgentCheck['faults'][number]

export const severityWords: Readonly<Record<Fault['severity'], string>> = { blocks: 'blocks', warns: 'warns', advises: 'advises' }
export const severityTones: Readonly<Record<Fault['severity'], Tone>> = { blocks: 'bad', warns: 'warn', advises: 'info' }
const lineTones: Readonly<Record<Fault['severity'], LineTone>> = { blocks: 'bad', warns: 'warn', advises: 'plain' }

const hints: Readonly<Record<string, string>> = {
  'agent.not_yaml': 'Look for a missing colon, quote or bracket, here or in the line before.',
  'agent.malformed': 'A field that does not exist, is missing, or has a value that it may not have.',
  'agent.other_name': 'Files are called as their agents: save it under the name that it has, or change the name back.',
  'agent.built_in_name': 'Write another name after “name:”.',
  'agent.bad_name': 'Write a name of small letters, digits and hyphens after “name:”.',
  'agent.override_widens': 'Leave out what the agent does not have.',
  'agent.override_of_nothing': 'Save the agent first.',
  'agent.several_responsibilities': 'Make two agents of it, or name the one thing that the rest serves.',
  'agent.no_runbook': 'Add “runbook: |” with what it is for, what it leaves, and what to do when it goes wrong.',
  'agent.unknown_tool': 'The settings list the tools by name.',
  'agent.offered_not_allowed': 'Add it to “tools”, or leave it out of “offers”.',
  'agent.effect_offered': 'Leave it out of “offers”.',
  'agent.tool_not_allowed': 'Add the tool to “tools”, or leave the call out.',
  'agent.no_delivery': 'Add “deliver” with a call of write_file.',
  'agent.needless_delivery': 'Leave “deliver” out, or change “output” to report or table.',
  'agent.delivery_not_allowed': 'Add the tool to “tools”.',
  'agent.no_write_domain': 'Add “writes” with patterns such as *.md.',
  'agent.undeclared_input': 'Declare the field under “input”, or use one that is there.',
  'agent.double_input': 'Leave one of the two out.',
  'agent.no_gather_prompt': 'Name one under “prompts”, such as gather: research/gather.',
  'agent.unknown_prompt': 'Publish it, or name another agent’s, such as research/draft.',
  'agent.no_playbook': 'Add a call under “prefetch” or “playbook”.',
  'agent.budget_too_small': 'Raise the limit, or make fewer calls.',
  'agent.steps_too_few': 'Raise “stepsMax”.',
  'agent.prompt_too_long': 'Publish a shorter version of the prompt.',
}

export const hintOf = ({ code }: Fault): string | null => hints[code] ?? null

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
