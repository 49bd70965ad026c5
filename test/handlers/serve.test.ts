/** Keys and the door for programs elsewhere, over a real store with a clock and a door of the test. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { calls } from '../../main/contract/calls.ts'
import { ServeKey, ServeStatus } from '../../main/contract/serve.ts'
import { type Label, labelFromName, unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { ServePlace } from '../../main/domain/serve.ts'
import type { Dual } from '../../main/handlers/dual.ts'
import { createServeDesk, serveHandlers } from '../../main/handlers/serve.ts'
import type { Services } from '../../main/handlers/services.ts'
import { createLabels } from '../../main/store/labels.ts'
import { createServeKeys } from '../../main/store/serve-keys.ts'
import { keyOfSecret } from '../../main/store/serve-secret.ts'
import { createSettings } from '../../main/store/settings.ts'
import { createStationLog } from '../../main/store/station-log.ts'
import type { ServeDoor } from '../../main/world.ts'
import { newId, openRunStore, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: RunStore[] = []
afterAll(() => {
  for (const store of opened) store.close()
})
const start = 1_800_000_000_000
const caller = { account: 'ana', shell: 'cli' } as const
const own: ServePlace = { address: '127.0.0.1', port: 0, tls: null }
const secret = labelFromName('secret')

function open(ceiling: Label = secret) {
  const at = join(folder, newId('boot'))
  mkdirSync(at)
  let now = start
  const clock = () => now
  const store = openRunStore(at, { clock })
  opened.push(store)
  const { db, log } = store
  const places: ServePlace[] = []
  let isListening = false
  const door: ServeDoor = {
    open: async (place) => {
      if (place.port === 9) return fail('serve.port_taken', 'Taken.', 'Name another.')
      places.push(place)
      isListening = true
      const { address } = place
      return ok({ url: 'http://x/v1', address, port: 4_321, isTls: false, asksClientCertificate: false, certificateExpiresAt: null })
    },
    close: async () => {
      isListening = false
    },
    callsUnderWay: () => 0,
  }
  const parts = {
    settings: createSettings(db, 'station'),
    station: createStationLog(db, log, 'station', clock, () => undefined),
    serveKeys: createServeKeys(db, createLabels(db), 'station'),
    ceiling: () => ceiling,
    clock,
  }
  const desk = () => createServeDesk({ ...parts, door })
  const serve = desk()
  // Only what these handlers use.
  const dual: Dual = (_act, _name, perform) => perform
  const services = { ...parts, serve, newId, dual, models: { record: () => null } } as unknown as Services
  const handlers = serveHandlers(services)
  const add = async (wanted: Record<string, unknown> = {}) =>
    handlers['serve.addKey'](calls['serve.addKey'].input.parse({ name: 'vLLM', ceiling: unclassified, ...wanted }), caller)
  return {
    ...{ ...parts, handlers, serve, add, places },
    again: desk,
    isListening: () => isListening,
    setNow: (ms: number) => {
      now = ms
    },
    secretOf: async (wanted: Record<string, unknown> = {}) => {
      const added = await add(wanted)
      if (!added.ok) throw new Error(added.error.code)
      return added.value
    },
    events: () => log.readStream('station').map(({ event, actor }) => ({ ...event, who: actor.account })),
    rows: () => store.rows().join('\n'),
  }
}

describe('MOD-10 keys', () => {
  test('a secret is shown once, and only a salted hash of it is anywhere', async () => {
    const { secretOf, rows, serveKeys } = open()
    const { key, secret: shown } = await secretOf()
    const bare = shown.split('.')[1] ?? ''
    expect(shown).toMatch(/^key_[0-9A-Z]{26}\.[\w-]{43}$/)
    expect(rows()).not.toContain(bare)
    expect(JSON.stringify(ServeKey.parse(key))).not.toMatch(/salt|hash/)
    expect(keyOfSecret(shown, serveKeys.get)?.id).toBe(key.id)
    expect(keyOfSecret(`${key.id}.${'a'.repeat(43)}`, serveKeys.get)).toBeNull()
    expect((await secretOf()).secret).not.toBe(shown)
  })

  test.each(['', '.', 'key_', 'x'.repeat(10_000), `key_${'0'.repeat(26)}.${'a'.repeat(43)}`, '__proto__.toString'])(
    'what is no key opens nothing: %j',
    (shown) => {
      expect(keyOfSecret(shown.slice(0, 200), open().serveKeys.get)).toBeNull()
    },
  )

  test('LBL-01 no key is for more than the station may hold', async () => {
    const { add, events } = open(unclassified)
    expect(await add({ ceiling: secret })).toMatchObject({ ok: false, error: { code: 'serve.above_ceiling' } })
    expect(events()).toEqual([])
  })

  test('a key that would be over, or for a model that is not there, is not made', async () => {
    const { add } = open()
    expect(await add({ expiresAt: start })).toMatchObject({ error: { code: 'serve.expired' } })
    expect(await add({ models: [newId('mdl')] })).toMatchObject({ error: { code: 'model.unknown' } })
  })

  test('a key is good until it expires or is revoked, and stays in the list', async () => {
    const { secretOf, handlers, setNow, events } = open()
    const first = (await secretOf({ expiresAt: start + 1_000 })).key
    const second = (await secretOf()).key
    const list = async () => {
      const found = await handlers['serve.keys']({}, caller)
      return found.ok ? found.value.items.map(({ id, isUsable }) => [id, isUsable]) : []
    }
    expect(Object.fromEntries(await list())).toEqual({ [first.id]: true, [second.id]: true })
    setNow(start + 1_000)
    expect(await handlers['serve.revokeKey']({ keyId: second.id }, caller)).toMatchObject({ value: { revokedAt: start + 1_000 } })
    setNow(start + 2_000)
    expect(await handlers['serve.revokeKey']({ keyId: second.id }, caller)).toMatchObject({ value: { revokedAt: start + 1_000 } })
    expect(Object.fromEntries(await list())).toEqual({ [first.id]: false, [second.id]: false })
    expect(await handlers['serve.revokeKey']({ keyId: newId('key') }, caller)).toMatchObject({ error: { code: 'serve.unknown_key' } })
    expect(events().map(({ type, who }) => [type, who])).toEqual([
      ['serve.key_added', 'ana'],
      ['serve.key_added', 'ana'],
      ['serve.key_revoked', 'ana'],
    ])
  })

  test('BUD-06 tokens are set aside before a call and booked after it; a key never spends more than it has', async () => {
    const { secretOf, serveKeys } = open()
    const { key } = await secretOf({ tokensMax: 100 })
    const call = {
      keyId: key.id,
      endpoint: 'chat',
      modelId: newId('mdl'),
      label: unclassified,
      promptTokens: 40,
      completionTokens: 20,
    } as const
    const first = serveKeys.begin(call, start)
    expect(first).not.toBeNull()
    expect(serveKeys.begin(call, start)).toBeNull()
    expect(serveKeys.underWay()).toEqual([{ id: first, ...call }])
    serveKeys.end(first ?? 0, 41)
    expect(serveKeys.get(key.id)).toMatchObject({ tokensSpent: 41, lastUsedAt: start })
    expect(serveKeys.begin({ ...call, completionTokens: 19 }, start)).not.toBeNull()
  })
})

describe('MOD-10 the door', () => {
  test('it is closed until a person opens it, and once opened is not opened twice', async () => {
    const { handlers, serve, events, isListening } = open()
    expect(ServeStatus.parse(serve.status())).toMatchObject({ open: null, keys: 0, trouble: null })
    const both = await Promise.all([1, 2].map(() => handlers['serve.open']({ place: own, isPersistent: false }, caller)))
    expect(both.map((result) => (result.ok ? ServeStatus.parse(result.value).open?.port : result.error.code))).toEqual([
      4_321,
      'serve.already_open',
    ])
    expect(await serve.close('ana')).toMatchObject({ open: null })
    expect(isListening()).toBe(false)
    expect(events().map(({ type }) => type)).toEqual(['serve.opened', 'serve.closed'])
  })

  test.each([
    [{ address: '0.0.0.0', port: 80, tls: null }, 'serve.bad_address'],
    [{ address: '::', port: 80, tls: null }, 'serve.bad_address'],
    [{ address: '0:0:0:0:0:0:0:0', port: 80, tls: null }, 'serve.bad_address'],
    [{ address: '10.0.0.5', port: 80, tls: null }, 'serve.plain_refused'],
    [{ address: '127.0.0.2', port: 80, tls: null }, 'serve.plain_refused'],
    [{ address: '10.0.0.5', port: 0, tls: { certificate: '/c', key: '/k', clientAuthority: null } }, 'serve.port_needed'],
    [{ ...own, port: 9 }, 'serve.port_taken'],
  ])('%j is refused, and nothing is on record', async (place, code) => {
    const { serve, events, places } = open()
    expect(await serve.open({ place, isPersistent: true }, 'ana')).toMatchObject({ ok: false, error: { code } })
    expect([serve.status().open, places, events()]).toEqual([null, [], []])
  })

  test('it comes back after a restart only where it was opened to stay, at the same port', async () => {
    const { serve, again, places, events } = open()
    await serve.open({ place: own, isPersistent: false }, 'ana')
    const second = again()
    await second.resume()
    expect(second.status().open).toBeNull()
    await serve.close('ana')
    await serve.open({ place: own, isPersistent: true }, 'ana')
    const third = again()
    await third.resume()
    expect(third.status().open).toMatchObject({ isPersistent: true, openedBy: 'ana' })
    expect(places.at(-1)).toEqual({ ...own, port: 4_321 })
    expect(events().at(-1)).toMatchObject({ type: 'serve.opened', who: 'holdfast' })
    await third.close('ana')
    const fourth = again()
    await fourth.resume()
    expect(fourth.status().open).toBeNull()
  })

  test('what hinders it from coming back is told, and the core goes on', async () => {
    const { settings, again } = open()
    settings.set('serve.persistent', { place: { ...own, port: 9 }, openedBy: 'ana' })
    const desk = again()
    await desk.resume()
    expect(desk.status()).toMatchObject({ open: null, trouble: { code: 'serve.port_taken' } })
    settings.set('serve.persistent', 'nonsense')
    await again().resume()
  })
})
