/** `holdfast doctor`: checks this machine and says what works, what does not, and what to do. */
import type { CommandOutput } from '../contract/cli.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { egressCheck } from './egress.ts'
import type { Spoken } from './output.ts'

/** `holdfast doctor --export`: plain files that a person can read before they leave. */
export async function doctorExport(core: CommandCore): Promise<Result<Spoken<CommandOutput<'doctor export'>>>> {
  const written = await core.call('station.diagnostics', {})
  if (!written.ok) return written
  const { folder, files } = written.value
  return ok({
    value: written.value,
    lines: [
      folder,
      ...files.map(({ name, sizeBytes }) => `  ${name}  ${sizeBytes} bytes`),
      'Read them before any of them leaves this machine.',
    ],
  })
}

/** `egress` also plants attempts to leave this machine. */
export async function doctor(core: CommandCore, options: { readonly egress?: true }): Promise<Result<Spoken<CommandOutput<'doctor'>>>> {
  const found = await core.call('station.doctor', {})
  if (!found.ok) return found
  const planted = options.egress === true ? await egressCheck(core) : null
  if (planted !== null && !planted.ok) return planted
  const checks = [...found.value.checks, ...(planted === null ? [] : [planted.value])]
  const report = { ...found.value, checks, ok: checks.every(({ outcome }) => outcome !== 'failed') }
  const lines = checks.flatMap(({ outcome, title, detail, hint }) => [
    `  ${outcome.padEnd(8)} ${title}: ${detail}`,
    ...(hint === null ? [] : [`           ${hint}`]),
  ])
  return ok({ value: report, lines: [`Holdfast ${report.version}`, ...lines], isFailure: !report.ok })
}
