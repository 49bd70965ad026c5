/** `holdfast drift`: whether what lies here is what was signed, admitted or loaded. */
import type { CommandOutput } from '../contract/cli.ts'
import type { PartDriftView } from '../contract/telemetry.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

function lineOf({ part, isWatched, changed, missing, added, names }: PartDriftView): string {
  if (!isWatched) return `  ${part}: nothing to compare with`
  if (changed + missing + added === 0) return `  ${part}: unchanged`
  return `  ${part}: ${changed} changed, ${missing} missing, ${added} added: ${names.map(plain).join(', ')}`
}

export async function drift(core: CommandCore): Promise<Result<Spoken<CommandOutput<'drift'>>>> {
  const found = await core.call('drift.check', {})
  if (!found.ok) return found
  const { parts } = found.value
  return ok({
    value: found.value,
    lines: parts.map(lineOf),
    isFailure: parts.some(({ changed, missing, added }) => changed + missing + added > 0),
  })
}
