/** `holdfast backup` and `holdfast restore`: a verified copy of the store, and putting one in the place of a damaged store. */
import { restoreStore } from '../app.ts'
import type { StoreRestored } from '../contract/audit.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { ok, type Result } from '../domain/result.ts'
import { createPaths } from '../platform/paths.ts'
import { type CommandCore, openCore } from './core.ts'
import type { Spoken } from './output.ts'
import { dataFolder } from './own-core.ts'

export async function backup(core: CommandCore): Promise<Result<Spoken<CommandOutput<'backup'>>>> {
  const made = await core.call('station.backup', {})
  if (!made.ok) return made
  const { events, file, hasAgents } = made.value
  const without = 'Without the agents of this site: their folder could not be read whole. Set that right, then make another one.'
  return ok({ value: made.value, lines: [`Backed up ${events} events, verified:`, file, ...(hasAgents ? [] : [without])] })
}

/** Through a core where one can be had, which knows whether the store is damaged; without one where the store cannot even be opened. */
export async function restore(data: string | undefined): Promise<Result<Spoken<CommandOutput<'restore'>>>> {
  const core = await openCore(data)
  let restored: Result<StoreRestored>
  if (core.ok) {
    restored = await core.value.call('station.restore', {})
    await core.value.close()
  } else restored = core.error.code === 'core.store_refused' ? await restoreStore(createPaths(dataFolder(data))) : core
  if (!restored.ok) return restored
  const { backup: used, movedTo, agentsLeft } = restored.value
  const lines = [
    `The backup of ${new Date(used.at).toISOString()} with ${used.events} events is in place.`,
    `What was there lies in ${movedTo}.`,
    ...(agentsLeft ? ['The agents of the backup could not be put in place; those that were here stay.'] : []),
    'Start Holdfast again.',
  ]
  return ok({ value: restored.value, lines })
}
