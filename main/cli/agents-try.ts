/** `holdfast agents try FILE --on RUN`: what a file would have made of a recorded run. Exit code 1 when anything would be otherwise. */
import { basename } from 'node:path'
import type { CommandOutput } from '../contract/cli.ts'
import type { PromptSize, TrialStep } from '../domain/agent-trial.ts'
import { ok, type Result } from '../domain/result.ts'
import { readText } from './agents.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const percent = ({ share }: PromptSize): string => `${Math.round(share * 100)} %`
const sizeWords = (size: PromptSize | null): string =>
  size === null
    ? 'nothing'
    : `${size.tokens} of ${size.contextTokens} tokens (${percent(size)}, ${size.isOver ? 'over the limit' : size.band})`

function stepLines({ ordinal, name, state, says, context }: TrialStep): readonly string[] {
  const sizes =
    context === null || state === 'same'
      ? []
      : [`     then ${sizeWords(context.before)}; now ${sizeWords(context.now)}${context.isEstimated ? ', estimated' : ''}`]
  const marks = { same: 'same', differs: 'DIFFERS', unjudged: 'not said' } as const
  return [`${String(ordinal + 1).padStart(3)}  ${name.padEnd(22)} ${marks[state]}`, ...says.map((text) => `     ${plain(text)}`), ...sizes]
}

export async function agentsTry(core: CommandCore, path: string, runId: string): Promise<Result<Spoken<CommandOutput<'agents try'>>>> {
  const text = await readText(path)
  if (!text.ok) return text
  const tried = await core.call('agents.try', { file: basename(path).slice(0, 100), definition: text.value, runId })
  if (!tried.ok) return tried
  const { verdict, summary, start, steps, end } = tried.value
  const { added, left, changed } = start.prefetch
  return ok({
    value: tried.value,
    lines: [
      plain(summary),
      ...(added.length > 0 ? [`Called first, and was not: ${added.join(', ')}`] : []),
      ...(changed.length > 0 ? [`Called first with other arguments: ${changed.join(', ')}`] : []),
      ...(left.length > 0 ? [`Was called first, and would not be: ${left.join(', ')}`] : []),
      ...steps.flatMap(stepLines),
      ...(end === null || end.says.length === 0 ? [] : [`End  ${plain(end.says.join(' '))}`]),
    ],
    isFailure: verdict !== 'same',
  })
}
