/** An address that others can reach is spoken to by TLS alone: the administrator's certificate, and where it is asked for, the caller's. */
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ServePlace } from '../../main/domain/serve.ts'
import { limits } from '../../main/serve/limits.ts'
import { createServeDoor } from '../../main/serve/server.ts'
import { type Certificate, createAuthority } from '../support/certificates.ts'
import { openTestDoor, type TestDoor } from '../support/serve-core.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const address = '127.0.0.2'
const authority = createAuthority()
const own = authority.issue({ commonName: 'station', names: ['station.enclave'], addresses: [address] })

let files = 0
function store({ certificate, key }: Certificate) {
  const at = join(folder, String(files++))
  mkdirSync(at)
  const paths = { certificate: join(at, 'cert.pem'), key: join(at, 'key.pem') }
  writeFileSync(paths.certificate, certificate)
  writeFileSync(paths.key, key, { mode: 0o600 })
  return { ...paths, clientAuthority: null }
}

/** A port that is free at that address a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, address)
  await once(server, 'listening')
  const found = server.address()
  server.close()
  await once(server, 'close')
  return typeof found === 'object' && found !== null ? found.port : 0
}

const placeOf = async (tls: NonNullable<ServePlace['tls']>): Promise<ServePlace> => ({ address, port: await freePort(), tls })

async function ask(door: TestDoor, options: RequestOptions = {}) {
  const asking = request({
    ...{
      host: address,
      port: door.opening.port,
      path: '/v1/models',
      ca: authority.certificate,
      servername: 'station.enclave',
      agent: false,
    },
    headers: { authorization: 'Bearer key_good.secret' },
    ...options,
  })
  asking.end()
  const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage]
  return { status: response.statusCode, text: await text(response) }
}

describe('MOD-10 an address that others can reach', () => {
  let door: TestDoor
  beforeAll(async () => {
    door = await openTestDoor({ handshakeMs: 500 }, await placeOf(store(own)))
  })

  test('a caller that trusts the authority is answered, under the address and under the name of the certificate', async () => {
    expect(door.opening).toMatchObject({ url: `https://${address}:${door.opening.port}/v1`, isTls: true, asksClientCertificate: false })
    expect((await ask(door)).status).toBe(200)
    const named = { authorization: 'Bearer key_good.secret', host: `station.enclave:${door.opening.port}` }
    expect((await ask(door, { headers: named })).status).toBe(200)
    const other = await ask(door, { headers: { ...named, host: `other.enclave:${door.opening.port}` } })
    expect([other.status, other.text.includes('wrong_host')]).toEqual([403, true])
  })

  test('a caller that does not trust the authority, or looks for another name, does not get to the door', async () => {
    await expect(ask(door, { ca: createAuthority('Another').certificate })).rejects.toThrow()
    await expect(ask(door, { servername: 'other.enclave' })).rejects.toThrow()
  })

  test('plain HTTP and old TLS get no answer, and are on record', async () => {
    const seen = door.record.length
    expect(await door.raw(`GET /v1/models HTTP/1.1\r\nHost: ${address}\r\nAuthorization: Bearer key_good.secret\r\n\r\n`)).not.toContain(
      '"object"',
    )
    await expect(ask(door, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow()
    await waitUntil(() => door.record.length > seen, 'the record')
    expect(door.record.slice(seen)).toContainEqual({ denied: 'no_tls', keyId: null })
    expect(door.asked).toEqual([])
  })

  test('where callers must show a certificate, only one of their authority will do, and the key is needed all the same', async () => {
    const callers = createAuthority('Callers')
    const file = join(folder, 'callers.pem')
    writeFileSync(file, callers.certificate)
    const strict = await openTestDoor({}, await placeOf({ ...store(own), clientAuthority: file }))
    expect(strict.opening.asksClientCertificate).toBe(true)
    const mine = callers.issue({ commonName: 'router' })
    expect((await ask(strict, { cert: mine.certificate, key: mine.key })).status).toBe(200)
    expect((await ask(strict, { cert: mine.certificate, key: mine.key, headers: {} })).status).toBe(401)
    await expect(ask(strict)).rejects.toThrow()
    const foreign = authority.issue({ commonName: 'router' })
    await expect(ask(strict, { cert: foreign.certificate, key: foreign.key })).rejects.toThrow()
  })
})

describe('MOD-10 a certificate that will not do keeps the door shut', () => {
  const day = 24 * 60 * 60_000
  const open = async (tls: NonNullable<ServePlace['tls']>) => {
    const test = createServeDoor({ core: { clock: Date.now } as never, permitListen: (_at, work) => work(), limits })
    const opened = await test.open(await placeOf(tls))
    return opened.ok ? 'open' : `${opened.error.code} ${opened.error.message}`
  }
  test.each([
    ['one that is over', () => store(authority.issue({ addresses: [address], to: new Date(Date.now() - day / 2) })), /not in force/],
    [
      'one that is not yet in force',
      () => store(authority.issue({ addresses: [address], from: new Date(Date.now() + day / 2) })),
      /not in force/,
    ],
    ['the key of another', () => store({ certificate: own.certificate, key: authority.issue().key }), /another certificate/],
    ['one for nobody', () => store(authority.issue()), /no host/],
    ['no certificate', () => store({ certificate: 'hello', key: own.key }), /no such thing/],
    ['no key', () => store({ certificate: own.certificate, key: own.certificate }), /no such thing/],
    ['no file', () => ({ ...store(own), key: join(folder, 'nothing') }), /cannot be read/],
    ['a folder', () => ({ ...store(own), certificate: folder }), /cannot be read/],
    ['callers of no authority', () => ({ ...store(own), clientAuthority: store({ ...own, certificate: 'x' }).certificate }), /callers/],
  ])('%s', async (_what, tls, reason) => {
    expect(await open(tls())).toMatch(new RegExp(`^serve.bad_certificate .*${reason.source}`))
  })

  test('a port that is taken is a failure with a code', async () => {
    const first = await openTestDoor()
    const again = createServeDoor({ core: { clock: Date.now } as never, permitListen: (_at, work) => work() })
    expect(await again.open({ address: '127.0.0.1', port: first.opening.port, tls: null })).toMatchObject({
      error: { code: 'serve.cannot_listen' },
    })
  })

  test('EGR-02 it listens by permit alone, for exactly its address and port', async () => {
    const asked: unknown[] = []
    const door = createServeDoor({
      core: { clock: Date.now } as never,
      permitListen: (at) => {
        asked.push(at)
        return Promise.reject(new Error('denied'))
      },
    })
    const place = await placeOf(store(own))
    expect(await door.open(place)).toMatchObject({ error: { code: 'serve.cannot_listen' } })
    expect(asked).toEqual([{ host: address, port: place.port, part: 'serve' }])
  })
})
