/** The door over a real store: what a call used is booked with its event, and what a killed core left is settled at the next start. */
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openServe, type ServeParts } from '../../main/composition/serve.ts'
import { unclassified } from '../../main/domain/label.ts'
import type { StationEvent } from '../../main/domain/station-events.ts'
import { recordEgress } from '../../main/platform/egress-attempts.ts'
import { createLabels } from '../../main/store/labels.ts'
import { createServeKeys } from '../../main/store/serve-keys.ts'
import { createServeSecret } from '../../main/store/serve-secret.ts'
import { createSettings } from '../../main/store/settings.ts'
import { createStationLog } from '../../main/store/station-log.ts'
import { createAuthority } from '../support/certificates.ts'
import { newId, openRunStore, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: RunStore[] = []
afterAll(() => {
  for (const store of opened) store.close()
})

function open() {
  const at = join(folder, newId('boot'))
  mkdirSync(at)
  const store = openRunStore(at)
  opened.push(store)
  const { db, log } = store
  const serveKeys = createServeKeys(db, createLabels(db), 'station')
  const counted: StationEvent[] = []
  const parts = {
    settings: createSettings(db, 'station'),
    station: createStationLog(db, log, 'station', Date.now, () => undefined),
    audit: { damage: () => null },
    activity: { counted: (_about: string, event: (count: number) => StationEvent) => counted.push(event(1)) },
    ...{ serveKeys, clock: Date.now, ceiling: () => unclassified, onDefect: () => undefined },
  }
  const id = newId('key')
  const { salt, hash, shown } = createServeSecret(id)
  const none = { models: null, tokensMax: null, expiresAt: null }
  serveKeys.add({ id, name: 'x', ceiling: unclassified, ...none, salt, hash, createdAt: 1, createdBy: 'ana' })
  // Only what is used without a model.
  return { serve: openServe(parts as unknown as ServeParts), serveKeys, id, shown, counted, log }
}

test('MOD-10 DUR-02 a call that was under way when the core was killed is on record with what was set aside for it, once', () => {
  const { serve, serveKeys, id, log } = open()
  const modelId = newId('mdl')
  serveKeys.begin({ keyId: id, endpoint: 'chat', modelId, label: unclassified, promptTokens: 30, completionTokens: 12 }, 5)
  serve.settle()
  serve.settle()
  expect(log.readStream('station').map(({ event, actor }) => [event, actor])).toEqual([
    [
      {
        ...{ type: 'serve.called', keyId: id, endpoint: 'chat', modelId, status: 500, code: 'core_ended', count: 1 },
        ...{ promptTokens: 30, completionTokens: 12 },
      },
      { issuer: 'operator', account: id },
    ],
  ])
  expect(serveKeys.get(id)?.tokensSpent).toBe(42)
  expect(serveKeys.underWay()).toEqual([])
})

test('MOD-10 EGR-02 an address that others can reach is listened at by the station’s own permit, with its certificate', async () => {
  const { serve } = open()
  const own = createAuthority().issue({ addresses: ['127.0.0.2'] })
  const tls = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), clientAuthority: null }
  writeFileSync(tls.certificate, own.certificate)
  writeFileSync(tls.key, own.key)
  const probe = createServer().listen(0, '127.0.0.2')
  await once(probe, 'listening')
  const bound = probe.address()
  probe.close()
  await once(probe, 'close')
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const openThere = () => serve.desk.open({ place: { address: '127.0.0.2', port, tls }, isPersistent: false }, 'ana')
  // What cannot go on record is not let through.
  expect(await openThere()).toMatchObject({ ok: false, error: { code: 'serve.cannot_listen' } })
  const allowed: unknown[] = []
  const stop = recordEgress({
    allowed: (attempt) => {
      allowed.push(attempt)
      return () => undefined
    },
    denied: () => undefined,
  })
  expect(await openThere()).toMatchObject({ ok: true, value: { open: { url: `https://127.0.0.2:${port}/v1`, isTls: true } } })
  expect(allowed).toMatchObject([{ part: 'serve', kind: 'listen', destination: `127.0.0.2:${port}` }])
  stop()
  await serve.close()
})

test('MOD-10 what is turned away at the open door is on record, with the key where one was good', async () => {
  const { serve, shown, id, counted } = open()
  const status = await serve.desk.open({ place: { address: '127.0.0.1', port: 0, tls: null }, isPersistent: false }, 'ana')
  if (!status.ok) throw new Error(status.error.code)
  const ask = (key: string, path: string) => fetch(`${status.value.open?.url}${path}`, { headers: { authorization: `Bearer ${key}` } })
  expect((await ask('nobody', '/models')).status).toBe(401)
  expect((await ask(`${id}.${'a'.repeat(43)}`, '/models')).status).toBe(401)
  expect((await ask(shown, '/nothing')).status).toBe(404)
  await serve.close()
  expect(counted).toEqual([
    { type: 'serve.denied', keyId: null, code: 'invalid_api_key', count: 1 },
    { type: 'serve.denied', keyId: null, code: 'invalid_api_key', count: 1 },
    { type: 'serve.denied', keyId: id, code: 'not_found', count: 1 },
  ])
})
