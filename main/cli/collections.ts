/** `holdfast collections list|relabel`. */
import type { CommandOutput } from '../contract/cli.ts'
import type { Collection } from '../contract/holdings.ts'
import { type Label, marking } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const describe = ({ name, label, documents }: Collection): string =>
  `${plain(name)}  at least ${marking(label)}  (${documents} ${documents === 1 ? 'document' : 'documents'})`

export async function collectionsList(core: CommandCore): Promise<Result<Spoken<CommandOutput<'collections list'>>>> {
  const listed = await core.call('collections.list', {})
  if (!listed.ok) return listed
  const { items } = listed.value
  return ok({ value: listed.value, lines: items.length === 0 ? ['No collections yet.'] : items.map(describe) })
}

export async function collectionsRelabel(
  core: CommandCore,
  collection: string,
  { label, reason }: { readonly label: Label; readonly reason?: string },
): Promise<Result<Spoken<CommandOutput<'collections relabel'>>>> {
  const changed = await core.call('collections.relabel', { collection, label, ...(reason === undefined ? {} : { reason }) })
  return changed.ok ? ok({ value: changed.value, lines: [describe(changed.value)] }) : changed
}
