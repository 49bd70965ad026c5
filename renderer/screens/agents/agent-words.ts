/** Agents in plain words: what they leave, how their work is checked, where they came from, what happens at a limit. */
import type { AgentDetail, AgentSummary } from '../../../main/contract/agents.ts'
import type { AgentOutput } from '../../../main/domain/agent.ts'
import { actionAt, type BreachAction, type Budget, type Measure } from '../../../main/domain/budget.ts'
import { formatBytes, formatDuration, plural } from '../../format.ts'

export const outputSentences: Readonly<Record<AgentOutput, string>> = {
  answer: 'One answer to one question, with the quotes it rests on.',
  findings: 'Findings: claims, each with the words it rests on.',
  report: 'A report as a file, once a person has approved it.',
  table: 'A table as a file, once a person has approved it.',
  plan: 'The tasks of a mission, to be committed by a person.',
}

/** How much of its work a person looks at. */
export function levelSentence(level: number): string {
  if (level <= 2) return 'Look at every change.'
  if (level === 3) return 'Look at its key outputs.'
  return level === 4 ? 'Look at samples of its work.' : 'Look at the end result only.'
}

export const originWords: Readonly<Record<AgentSummary['origin'], string>> = { product: 'of the product', site: 'of this site' }

export const promptUseWords: Readonly<Record<AgentDetail['prompts'][number]['use'], string>> = {
  gather: 'Leads which calls it chooses',
  draft: 'Leads what it writes',
}

const breachWords: Readonly<Record<BreachAction, string>> = {
  terminate: 'the run ends',
  pause: 'the run waits for a person',
  alert: 'a person is told, and it goes on',
  queue: 'the run waits in the queue',
}

export interface LimitRow {
  readonly title: string
  readonly limit: string
  readonly atLimit: string
}

/** Every limit with its unit, and what happens when a run comes to it. */
export function limitRows({ budget, stepsMax }: Pick<AgentSummary, 'budget' | 'stepsMax'>): readonly LimitRow[] {
  const row = (title: string, measure: Measure, limit: string): LimitRow => ({
    title,
    limit,
    atLimit: breachWords[actionAt(budget, measure)],
  })
  const { tokensMax, costMicrosMax, modelCallsMax, toolCallsMax, bytesWrittenMax, durationMsMax, depthMax }: Budget = budget
  return [
    { title: 'Steps', limit: plural(stepsMax, 'step'), atLimit: 'it drafts from what it has' },
    row('Tokens', 'tokens', plural(tokensMax, 'token')),
    row('Model calls', 'model_calls', plural(modelCallsMax, 'call')),
    row('Tool calls', 'tool_calls', plural(toolCallsMax, 'call')),
    row('Time at work', 'duration', formatDuration(durationMsMax)),
    row('Written', 'bytes_written', formatBytes(bytesWrittenMax)),
    row('Cost elsewhere', 'cost', `${(costMicrosMax / 1_000_000).toFixed(2)} of the site’s currency`),
    { title: 'Depth', limit: `${plural(depthMax, 'run')} below the one that a person started`, atLimit: 'the run is not begun' },
  ]
}
