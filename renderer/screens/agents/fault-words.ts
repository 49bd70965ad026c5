/** What speaks against an agent, in words: how much it weighs, and what to do about each. */
import type { AgentFault } from '../../../main/contract/prompts.ts'
import type { Tone } from '../../components/chip.tsx'

export const severities = ['blocks', 'warns', 'advises'] as const satisfies readonly AgentFault['severity'][]

export const severityWords: Readonly<
  Record<AgentFault['severity'], { readonly title: string; readonly means: string; readonly tone: Tone }>
> = {
  blocks: { title: 'Blocks', means: 'It is not offered until this is mended.', tone: 'bad' },
  warns: { title: 'Warns', means: 'It is offered, and will not do all of what it says.', tone: 'warn' },
  advises: { title: 'Advises', means: 'It works, and could be better.', tone: 'info' },
}

const remedies: Readonly<Record<string, string>> = {
  several_responsibilities: 'Keep one responsibility here, and give each of the others to an agent of its own.',
  no_runbook: 'Say in `runbook` when to use it, what it leaves, and what to do when it goes wrong.',
  unknown_tool: 'Take the tool out, or correct its name: the tools there are stand in Settings.',
  offered_not_allowed: 'Add the tool to `tools`, or take it out of `offers`.',
  effect_offered: 'Take the tool out of `offers`, or let the agent leave a report or a table.',
  tool_not_allowed: 'Add the tool to `tools`, or take the call out.',
  no_delivery: 'Say in `deliver` which call writes the file.',
  needless_delivery: 'Take `deliver` out, or let the agent leave a report or a table.',
  delivery_not_allowed: 'Add the tool of `deliver` to `tools`.',
  no_write_domain: 'Say in `writes` which files it may write, such as `*.md`.',
  undeclared_input: 'Declare the field in `input`, or correct its name where it is used.',
  double_input: 'Keep one of the two fields.',
  no_gather_prompt: 'Name a prompt in `prompts.gather`, or let `offers` be empty.',
  unknown_prompt: 'Publish the prompt, or name one that is there; then read the folder again.',
  prompt_too_long: 'Say the same in fewer words, and publish that as a new version.',
  prompt_long: 'Leave out what the model does anyway, and publish that as a new version.',
  prompt_short: 'Say what a good result is and what it must not do, and publish that as a new version.',
  no_playbook: 'Say in `playbook` which calls it makes without a model.',
  budget_too_small: 'Raise this limit of the agent, or let it do less.',
  steps_too_few: 'Raise `stepsMax`, or give it fewer fixed calls.',
  workflow_size: 'Split the workflow, or join it with another one.',
  bad_name: 'Name it in small letters, digits and hyphens.',
  built_in_name: 'Give the file and the agent in it another name.',
  override_widens: 'Take this field out of the file: what narrows an agent may only take something away.',
  override_of_nothing: 'Rename the file after the agent that it narrows, or remove it.',
  not_yaml: 'Mend the file where the line says, as YAML: mind the indentation, and quote what holds a colon.',
  malformed: 'Correct the field where the line says. `holdfast agents new NAME` writes a file that says what each field is for.',
  unreadable: 'Put a plain file of UTF-8 text in its place: no link, and not over the size.',
  other_name: 'Let the file be called as the agent in it, or the other way round.',
  too_many: 'Remove agents that nobody uses from the folder.',
}

/** What to do about it; `code` as it crosses the border, `agent.no_runbook`. */
export const remedyOf = (code: string): string =>
  remedies[code.replace(/^agent\./, '')] ?? 'Look at the field that is named, mend it, and read the folder again.'
