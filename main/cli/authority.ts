/** `holdfast authority show|set`: who answers for classified papers where an export names nobody. */
import type { CommandOutput } from '../contract/cli.ts'
import { ok, type Result } from '../domain/result.ts'
import type { Authority } from '../domain/working-paper.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const describe = ({ classifiedBy, derivedFrom, declassifyOn }: Authority): readonly string[] => [
  `Classified by: ${plain(classifiedBy)}`,
  `Derived from: ${plain(derivedFrom)}`,
  `Declassify on: ${plain(declassifyOn)}`,
]

export async function authorityShow(core: CommandCore): Promise<Result<Spoken<CommandOutput<'authority show'>>>> {
  const known = await core.call('authority.get', {})
  return known.ok ? ok({ value: known.value, lines: describe(known.value) }) : known
}

/** What is not given stays as it is. */
export async function authoritySet(core: CommandCore, change: Partial<Authority>): Promise<Result<Spoken<CommandOutput<'authority set'>>>> {
  const known = await core.call('authority.get', {})
  if (!known.ok) return known
  const changed = await core.call('authority.set', { ...known.value, ...change })
  return changed.ok ? ok({ value: changed.value, lines: describe(changed.value) }) : changed
}
