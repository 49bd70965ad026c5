/** What speaks against an agent, before anybody can start it: each with a reason and how much it weighs. Pure. */
import { type AgentDefinition, type FixedCall, fieldsIn, type PromptUse, promptUses } from './agent.ts'
import { type Budget, defaultBudget } from './budget.ts'
import type { Effect, Risk } from './tool.ts'

const promptLengths = {
  tokensMin: 300,
  tokensMax: 800,
  /** Over it a prompt is flagged, whatever it is for. */
  flaggedOver: 2_000,
} as const
export const workflowLimits = { agentsMin: 2, agentsMax: 7 } as const

/** `blocks`: it is not offered. `warns`: it will not do what it says. `advises`: it works, and could be better. */
export type FaultSeverity = 'blocks' | 'warns' | 'advises'

export interface AgentFault {
  readonly code: string
  readonly severity: FaultSeverity
  /** Where in the definition, such as `deliver.arguments`. */
  readonly field: string
  readonly message: string
}

export interface KnownTool {
  readonly effect: Effect
  readonly risk: Risk
}

/** Tokens of a prompt; an estimate where no model serves here that could count them. */
export interface CountedPrompt {
  readonly tokens: number
  readonly isEstimated: boolean
}

export interface AgentSurroundings {
  readonly tool: (name: string) => KnownTool | null
  /** Null: there is no such prompt. */
  readonly prompt: (use: PromptUse, reference: string) => CountedPrompt | null
}

const fault = (severity: FaultSeverity, code: string, field: string, message: string): AgentFault => ({
  ...{ severity, code: `agent.${code}`, field, message },
})

/** How long a prompt should be, and is; empty when nothing speaks against it. */
export function promptLengthFaults(field: string, counted: CountedPrompt): readonly AgentFault[] {
  const { tokens, isEstimated } = counted
  const { tokensMin, tokensMax, flaggedOver } = promptLengths
  const has = `The prompt has ${isEstimated ? 'about ' : ''}${tokens} tokens`
  if (tokens > flaggedOver)
    return [fault('warns', 'prompt_too_long', field, `${has}, over ${flaggedOver}: a small model loses the thread of it.`)]
  if (tokens > tokensMax) return [fault('advises', 'prompt_long', field, `${has}; ${tokensMin} to ${tokensMax} are recommended.`)]
  return tokens < tokensMin ? [fault('advises', 'prompt_short', field, `${has}; ${tokensMin} to ${tokensMax} are recommended.`)] : []
}

/** A workflow is a few agents: one alone is none, and more than seven nobody follows. */
export const workflowFaults = (agents: number): readonly AgentFault[] =>
  agents >= workflowLimits.agentsMin && agents <= workflowLimits.agentsMax
    ? []
    : [
        fault(
          'warns',
          'workflow_size',
          'agents',
          `The workflow has ${agents} agents; ${workflowLimits.agentsMin} to ${workflowLimits.agentsMax} are recommended.`,
        ),
      ]

function responsibilityFaults({ responsibility }: AgentDefinition): readonly AgentFault[] {
  const text = responsibility.trim()
  const isSeveral = /\b(?:and|as well as)\b|[;&\n]/i.test(text) || /[.!?]\s+\S/.test(text)
  return isSeveral
    ? [
        fault(
          'blocks',
          'several_responsibilities',
          'responsibility',
          'It answers for several things: say one in one sentence without "and".',
        ),
      ]
    : []
}

const isReading = ({ output }: AgentDefinition): boolean => output !== 'report' && output !== 'table'

function toolFaults(agent: AgentDefinition, { tool }: AgentSurroundings): readonly AgentFault[] {
  const { tools, offers, prefetch, playbook, deliver } = agent
  const faults: AgentFault[] = []
  for (const name of tools) if (tool(name) === null) faults.push(fault('blocks', 'unknown_tool', 'tools', `There is no tool ${name}.`))
  for (const name of offers) {
    const known = tool(name)
    if (!tools.includes(name)) faults.push(fault('blocks', 'offered_not_allowed', 'offers', `${name} is offered and not among its tools.`))
    // What another agent leaves is judged where it is left.
    else if (known !== null && isReading(agent) && known.effect !== 'read' && known.risk !== 'delegate')
      faults.push(
        fault(
          known.risk === 'note' ? 'warns' : 'blocks',
          'effect_offered',
          'offers',
          `${name} changes something, and this agent only reads.`,
        ),
      )
  }
  const fixed: ReadonlyArray<readonly [string, FixedCall]> = [
    ...prefetch.map((call, i) => [`prefetch.${i}`, call] as const),
    ...playbook.map((call, i) => [`playbook.${i}`, call] as const),
  ]
  for (const [field, call] of fixed)
    if (!tools.includes(call.tool))
      faults.push(fault('blocks', 'tool_not_allowed', field, `It calls ${call.tool}, which is not among its tools.`))
  if (deliver === undefined && !isReading(agent))
    faults.push(fault('blocks', 'no_delivery', 'deliver', `A ${agent.output} is a file, and no call delivers it.`))
  if (deliver !== undefined && isReading(agent))
    faults.push(fault('blocks', 'needless_delivery', 'deliver', `It leaves ${agent.output} and delivers no file.`))
  if (deliver !== undefined && !tools.includes(deliver.tool))
    faults.push(fault('blocks', 'delivery_not_allowed', 'deliver', `It delivers by ${deliver.tool}, which is not among its tools.`))
  const writers = tools.filter((name) => tool(name)?.risk === 'write')
  if (writers.length > 0 && agent.writes.length === 0)
    faults.push(fault('blocks', 'no_write_domain', 'writes', `It may use ${writers.join(', ')} and names no file that it may write.`))
  return faults
}

function inputFaults({ input, titleFrom, draftFrom, prefetch, playbook, deliver }: AgentDefinition): readonly AgentFault[] {
  const known = new Set(input.map(({ name }) => name))
  const named: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['titleFrom', [titleFrom]],
    ['draftFrom', [draftFrom]],
    ...prefetch.map((call, i) => [`prefetch.${i}`, fieldsIn(call.arguments)] as const),
    ...playbook.map((call, i) => [`playbook.${i}`, fieldsIn(call.arguments)] as const),
    ['deliver', deliver === undefined ? [] : fieldsIn(deliver.arguments)],
  ]
  const missing = named.flatMap(([field, names]) => names.flatMap((name) => (known.has(name) ? [] : [{ field, name }])))
  const double = input.filter(({ name }, i) => input.findIndex((one) => one.name === name) !== i)
  return [
    ...missing.map(({ field, name }) => fault('blocks', 'undeclared_input', field, `It uses the input ${name}, which is not declared.`)),
    ...double.map(({ name }) => fault('blocks', 'double_input', 'input', `The input ${name} is declared twice.`)),
  ]
}

function promptFaults({ prompts, offers }: AgentDefinition, { prompt }: AgentSurroundings): readonly AgentFault[] {
  const faults: AgentFault[] = []
  if (offers.length > 0 && prompts.gather === undefined)
    faults.push(fault('blocks', 'no_gather_prompt', 'prompts.gather', 'It lets a model choose calls, and no prompt leads that.'))
  for (const use of promptUses) {
    const reference = prompts[use]
    if (reference === undefined) continue
    const counted = prompt(use, reference)
    const field = `prompts.${use}`
    if (counted === null) faults.push(fault('blocks', 'unknown_prompt', field, `There is no prompt ${reference}: publish it first.`))
    else faults.push(...promptLengthFaults(field, counted))
  }
  return faults
}

function budgetFaults(agent: AgentDefinition): readonly AgentFault[] {
  const { prefetch, playbook, deliver, stepsMax } = agent
  // A plan follows from its goal alone.
  if (prefetch.length + playbook.length === 0 && agent.output !== 'plan')
    return [
      fault(
        'blocks',
        'no_playbook',
        'playbook',
        'Without a model it would gather nothing: give it a playbook, or calls that are needed in any case.',
      ),
    ]
  const { toolCallsMax, modelCallsMax, bytesWrittenMax }: Budget = { ...defaultBudget, ...defined(agent.budget) }
  const calls = prefetch.length + playbook.length + (deliver === undefined ? 0 : 1)
  const faults: AgentFault[] = []
  if (toolCallsMax < calls)
    faults.push(fault('blocks', 'budget_too_small', 'budget.toolCallsMax', `Its own calls are ${calls}, and it may make ${toolCallsMax}.`))
  if (stepsMax < prefetch.length + playbook.length + 1)
    faults.push(fault('warns', 'steps_too_few', 'stepsMax', `It drafts before its ${prefetch.length + playbook.length} calls are made.`))
  if (deliver !== undefined && bytesWrittenMax === 0)
    faults.push(fault('blocks', 'budget_too_small', 'budget.bytesWrittenMax', 'It delivers a file, and may write nothing.'))
  if (agent.prompts.draft !== undefined && modelCallsMax === 0)
    faults.push(fault('warns', 'budget_too_small', 'budget.modelCallsMax', 'It has a prompt, and may ask no model.'))
  return faults
}

/** Without the entries that say nothing. */
const defined = (budget: AgentDefinition['budget']): Partial<Budget> =>
  Object.fromEntries(Object.entries(budget).filter(([, value]) => value !== undefined)) as Partial<Budget>

/** Everything that speaks against an agent, what blocks it first. */
export function checkAgent(agent: AgentDefinition, surroundings: AgentSurroundings): readonly AgentFault[] {
  const runbook: readonly AgentFault[] =
    agent.runbook.trim() === ''
      ? [fault('blocks', 'no_runbook', 'runbook', 'Nobody is told what to do when it goes wrong: write a runbook.')]
      : []
  const all = [
    ...responsibilityFaults(agent),
    ...runbook,
    ...toolFaults(agent, surroundings),
    ...inputFaults(agent),
    ...promptFaults(agent, surroundings),
    ...budgetFaults(agent),
  ]
  const weight: Readonly<Record<FaultSeverity, number>> = { blocks: 0, warns: 1, advises: 2 }
  return all
    .map((one, at) => ({ one, at }))
    .sort((a, b) => weight[a.one.severity] - weight[b.one.severity] || a.at - b.at)
    .map(({ one }) => one)
}
