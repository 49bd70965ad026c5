/** Backups of the store, and putting one in the place of a damaged store. */
import type { ReadOnlyStore } from '../contract/audit.ts'
import type { Handlers } from '../dispatch.ts'
import { fail } from '../domain/result.ts'
import { toFault } from './audit.ts'
import type { Services } from './services.ts'

const sound = fail('store.not_damaged', 'The store of this station holds, so nothing is restored.', 'Nothing to do.')

/** Null when all is well. */
export function readOnlyStore({ audit, backups }: Pick<Services, 'audit' | 'backups'>): ReadOnlyStore | null {
  const damage = audit.damage()
  return damage === null ? null : { sentence: damage.sentence, fault: toFault(damage.fault), backup: backups.newest() }
}

export const backupHandlers = ({ audit, backups, restore }: Services): Pick<Handlers, 'station.backup' | 'station.restore'> => ({
  'station.backup': () => backups.make(),
  'station.restore': () => (audit.damage() === null ? sound : restore()),
})
