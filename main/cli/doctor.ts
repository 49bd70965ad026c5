/** `holdfast doctor`: checks this machine and says what works, what does not, and what to do. */
import type { CommandOutput } from '../contract/cli.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import type { Spoken } from './output.ts'

export async function doctor(core: CommandCore): Promise<Result<Spoken<CommandOutput<'doctor'>>>> {
  const report = await core.call('station.doctor', {})
  if (!report.ok) return report
  const lines = report.value.checks.flatMap(({ outcome, title, detail, hint }) => [
    `  ${outcome.padEnd(8)} ${title}: ${detail}`,
    ...(hint === null ? [] : [`           ${hint}`]),
  ])
  return ok({ value: report.value, lines: [`Holdfast ${report.value.version}`, ...lines], isFailure: !report.value.ok })
}
