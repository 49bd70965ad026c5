/** The module that stands in for the door for programs elsewhere: it opens nothing, and leaves what another edition configured as it is. */
import { expect, test } from 'vitest'
import type { ServeParts } from '../../main/composition/serve.ts'
import { openServe } from '../../main/composition/serve-absent.ts'
import { unclassified } from '../../main/domain/label.ts'
import { createEndpointClient } from '../../main/routing/endpoint-client-absent.ts'

test('the door is refused by a code and is not open, and one that was opened to stay stays for the edition that has it', async () => {
  const kept = new Map<string, unknown>([['serve.persistent', { place: { address: '127.0.0.1', port: 8080, tls: null }, openedBy: 'ana' }]])
  const before = structuredClone(kept)
  const settings = { get: (key: string) => kept.get(key), set: (key: string, value: unknown) => void kept.set(key, value) }
  const station = {
    commit: () => {
      throw new Error('nothing is done, so nothing is on record')
    },
  }
  const parts = { settings, station, clock: Date.now, ceiling: () => unclassified, serveKeys: { list: () => [] } }
  // Only what is used.
  const serve = openServe(parts as unknown as ServeParts)
  serve.settle()
  await serve.desk.resume()
  expect(serve.desk.status()).toEqual({ open: null, keys: 0, callsUnderWay: 0, trouble: null })
  const place = { address: '127.0.0.1', port: 0, tls: null } as const
  expect(await serve.desk.open({ place, isPersistent: true }, 'ana')).toMatchObject({ ok: false, error: { code: 'serve.left_out' } })
  await serve.close()
  expect(kept).toEqual(before)
})

test('there is no client for endpoints', () => {
  expect(createEndpointClient({})).toBe(null)
})
