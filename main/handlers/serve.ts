/** The door for programs elsewhere: opened, closed, and who has a key to it. It is closed until a person opens it. */
import * as z from 'zod'
import type { OpenServe, ServeKey, ServeStatus } from '../contract/serve.ts'
import type { Handlers } from '../dispatch.ts'
import type { Actor } from '../domain/actor.ts'
import { permits } from '../domain/label.ts'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import { allowedPlace, ServePlace, serveLimits } from '../domain/serve.ts'
import type { ServeKeyRow } from '../store/serve-keys.ts'
import { createServeSecret } from '../store/serve-secret.ts'
import type { ServeDoor, ServeOpening } from '../world.ts'
import { operator, type Services } from './services.ts'

const persistentKey = 'serve.persistent'
const Persistent = z.strictObject({ place: ServePlace, openedBy: z.string() }).nullable()

const alreadyOpen = fail('serve.already_open', 'Programs elsewhere are served already.', 'Close it first: holdfast serve close.')
const unknownKey = fail('serve.unknown_key', 'There is no such key.', 'List the keys to see what there is.')
const unknownModel = fail('model.unknown', 'There is no such model here.', 'List the models, or import one.')
const tooHigh = fail('serve.above_ceiling', 'A key may not be for more than this station may hold.', 'Give it a lower ceiling.')
const tooMany = fail('serve.too_many_keys', `There are ${serveLimits.keysMax} keys that are good already.`, 'Revoke some of them.')
const pastExpiry = fail('serve.expired', 'The key would have expired already.', 'Give a time in the future.')

export interface ServeDesk {
  status(): ServeStatus
  open(wanted: OpenServe, by: string): Promise<Result<ServeStatus>>
  close(by: string): Promise<ServeStatus>
  /** Opens it again where it was opened to stay. What hinders that is told by the status. */
  resume(): Promise<void>
}

type DeskParts = Pick<Services, 'settings' | 'station' | 'clock' | 'ceiling' | 'serveKeys'> & { readonly door: ServeDoor }

export const isUsable = (key: ServeKeyRow, now: number): boolean =>
  key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now)

export function createServeDesk({ settings, station, clock, ceiling, serveKeys, door }: DeskParts): ServeDesk {
  let current: ServeStatus['open'] = null
  let trouble: Failure | null = null
  let isOpening = false

  const status = (): ServeStatus => ({
    open: current,
    keys: serveKeys.list().filter((key) => isUsable(key, clock())).length,
    callsUnderWay: door.callsUnderWay(),
    trouble,
  })
  const record = (opening: ServeOpening, place: ServePlace, isPersistent: boolean, openedBy: string, actor: Actor) => {
    const { address, port, isTls, asksClientCertificate } = opening
    station.commit(actor, (event) => {
      // Where a free port was taken, it comes back at the same.
      if (isPersistent) settings.set(persistentKey, { place: { ...place, port }, openedBy })
      event({ type: 'serve.opened', address, port, isTls, asksClientCertificate, isPersistent }, ceiling())
    })
    current = { ...opening, isPersistent, openedAt: clock(), openedBy }
    trouble = null
  }
  const open = async (place: ServePlace, isPersistent: boolean, openedBy: string, actor: Actor): Promise<Result<null>> => {
    const allowed = allowedPlace(place)
    if (!allowed.ok) return allowed
    if (current !== null || isOpening) return alreadyOpen
    isOpening = true
    try {
      const opened = await door.open(place)
      if (!opened.ok) return opened
      record(opened.value, place, isPersistent, openedBy, actor)
      return ok(null)
    } catch (error) {
      // What is not on record is not open.
      await door.close()
      throw error
    } finally {
      isOpening = false
    }
  }
  return {
    status,
    open: async ({ place, isPersistent }, by) => {
      const opened = await open(place, isPersistent, by, { issuer: 'operator', account: by })
      return opened.ok ? ok(status()) : opened
    },
    close: async (by) => {
      await door.close()
      trouble = null
      if (current !== null || settings.get(persistentKey) !== undefined) {
        station.commit({ issuer: 'operator', account: by }, (event) => {
          settings.set(persistentKey, null)
          if (current !== null) event({ type: 'serve.closed' }, ceiling())
        })
      }
      current = null
      return status()
    },
    resume: async () => {
      const kept = Persistent.safeParse(settings.get(persistentKey) ?? null)
      if (!kept.success || kept.data === null) return
      const { place, openedBy } = kept.data
      const opened = await open(place, true, openedBy, { issuer: 'runtime', account: 'holdfast' })
      if (!opened.ok) trouble = opened.error
    },
  }
}

const toKey = (row: ServeKeyRow, now: number): ServeKey => {
  const { salt: _salt, hash: _hash, ...shown } = row
  return { ...shown, models: shown.models === null ? null : [...shown.models], isUsable: isUsable(row, now) }
}

type Names = 'serve.status' | 'serve.open' | 'serve.close' | 'serve.addKey' | 'serve.keys' | 'serve.revokeKey'

export const serveHandlers = (services: Services): Pick<Handlers, Names> => {
  const { serve, serveKeys, models, newId, station, clock, ceiling, dual } = services
  return {
    'serve.status': () => ok(serve.status()),
    'serve.open': dual('serve.open', 'serve.open', (wanted, caller) => serve.open(wanted, caller.account)),
    'serve.close': async (_input, caller) => ok(await serve.close(caller.account)),
    'serve.keys': () => ok({ items: serveKeys.list().map((key) => toKey(key, clock())) }),
    'serve.addKey': (wanted, caller) => {
      const now = clock()
      if (!permits(ceiling(), wanted.ceiling)) return tooHigh
      if (wanted.models?.some((id) => models.record(id) === null)) return unknownModel
      if (wanted.expiresAt !== null && wanted.expiresAt <= now) return pastExpiry
      if (serveKeys.list().filter((key) => isUsable(key, now)).length >= serveLimits.keysMax) return tooMany
      const id = newId('key')
      const { shown, salt, hash } = createServeSecret(id)
      const { ceiling: highest, models: only, tokensMax, expiresAt } = wanted
      const row = station.commit(operator(caller), (record) => {
        serveKeys.add({ id, ...wanted, salt, hash, createdAt: now, createdBy: caller.account })
        record({ type: 'serve.key_added', keyId: id, ceiling: highest, models: only, tokensMax, expiresAtMs: expiresAt }, ceiling())
        return serveKeys.get(id)
      })
      return row === null ? unknownKey : ok({ key: toKey(row, now), secret: shown })
    },
    'serve.revokeKey': ({ keyId }, caller) => {
      const row = serveKeys.get(keyId)
      if (row === null) return unknownKey
      const now = clock()
      if (row.revokedAt !== null) return ok(toKey(row, now))
      station.commit(operator(caller), (record) => {
        serveKeys.revoke(keyId, now)
        record({ type: 'serve.key_revoked', keyId }, ceiling())
      })
      return ok(toKey(serveKeys.get(keyId) ?? row, now))
    },
  }
}
