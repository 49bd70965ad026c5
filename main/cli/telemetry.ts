/** `holdfast metrics`: what is measured of agents, for people and for programs that collect it. */
import type { CommandOutput } from '../contract/cli.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import type { Spoken } from './output.ts'

export async function metrics(core: CommandCore): Promise<Result<Spoken<CommandOutput<'metrics'>>>> {
  const found = await core.call('station.metrics', {})
  return found.ok ? ok({ value: found.value, lines: found.value.text.trimEnd().split('\n') }) : found
}
