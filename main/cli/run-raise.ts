/** `holdfast runs raise`: changes what a run may spend, which lets a run go on that was held at a limit. */
import type { CommandOutput } from '../contract/cli.ts'
import { type Budget, gauges, type Measure } from '../domain/budget.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import type { Spoken } from './output.ts'
import { leftWaiting } from './run-control.ts'

/** As they are typed. Time is in seconds, cost in millionths of the site's currency. */
export interface Limits {
  readonly tokens?: number
  readonly costMicros?: number
  readonly modelCalls?: number
  readonly toolCalls?: number
  readonly bytesWritten?: number
  readonly seconds?: number
  readonly depth?: number
}

export function budgetOf({ tokens, costMicros, modelCalls, toolCalls, bytesWritten, seconds, depth }: Limits): Partial<Budget> {
  return {
    ...(tokens === undefined ? {} : { tokensMax: tokens }),
    ...(costMicros === undefined ? {} : { costMicrosMax: costMicros }),
    ...(modelCalls === undefined ? {} : { modelCallsMax: modelCalls }),
    ...(toolCalls === undefined ? {} : { toolCallsMax: toolCalls }),
    ...(bytesWritten === undefined ? {} : { bytesWrittenMax: bytesWritten }),
    ...(seconds === undefined ? {} : { durationMsMax: seconds * 1_000 }),
    ...(depth === undefined ? {} : { depthMax: depth }),
  }
}

const describe = (measure: Measure, used: number, limit: number): string => {
  const per = measure === 'duration' ? 1_000 : 1
  const name = measure === 'duration' ? 'seconds' : measure.replaceAll('_', ' ')
  return `${name.padEnd(13)}  ${Math.round(used / per)} of ${limit / per}`
}

export async function runsRaise(
  core: CommandCore,
  runId: string,
  budget: Partial<Budget>,
): Promise<Result<Spoken<CommandOutput<'runs raise'>>>> {
  const raised = await core.call('runs.raise', { runId, budget })
  if (!raised.ok) return raised
  const run = await core.call('runs.get', { runId })
  if (!run.ok) return run
  const { status, holds } = run.value
  const state = holds.length === 0 ? `The run is ${status}.` : `The run is ${status}: ${holds.join(', ')}.`
  const lines = gauges(raised.value.budget, raised.value.usage).map(({ measure, used, limit }) => describe(measure, used, limit))
  return ok({ value: raised.value, lines: [...lines, state, ...leftWaiting(core, run.value)] })
}
