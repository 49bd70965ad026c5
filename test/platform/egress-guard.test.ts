import { fork } from 'node:child_process'
import dgram from 'node:dgram'
import dns, { lookup as namedLookup } from 'node:dns'
import dnsPromises from 'node:dns/promises'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net, { type AddressInfo, connect as namedConnect } from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import { EgressDenied, installEgressGuard, isThisMachine, refusedConnections } from '../../main/platform/egress-guard.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A documentation address and a name that never resolves: nothing would answer if the guard were not there. */
const address = '192.0.2.7'
const name = 'holdfast-egress.invalid'

beforeAll(() => installEgressGuard())

type Attempt = () => unknown
const failing = (emitter: NodeJS.EventEmitter) => once(emitter, 'error').then(([error]) => Promise.reject(error))

const resolver = new dns.Resolver()
const promisedResolver = new dnsPromises.Resolver()
const udp = (run: (socket: dgram.Socket) => void): Attempt => {
  return async () => {
    const socket = dgram.createSocket('udp4')
    try {
      run(socket)
      await failing(socket)
    } finally {
      socket.close()
    }
  }
}

const attempts: ReadonlyArray<readonly [string, Attempt]> = [
  ['fetch of a name', () => fetch(`http://${name}/`)],
  ['fetch of an address', () => fetch(`http://${address}/`)],
  ['fetch over TLS', () => fetch(`https://${name}/`)],
  ['fetch of an IPv6 address', () => fetch('http://[2001:db8::7]/')],
  ['http.request', () => failing(http.request({ host: name, path: '/x' }).end())],
  ['http.get without an agent', () => failing(http.get(`http://${address}/`, { agent: false }))],
  ['https.request', () => failing(https.request(`https://${name}/`).end())],
  ['http2.connect', () => failing(http2.connect(`https://${name}`))],
  ['net.connect', () => failing(net.connect(80, address))],
  ['net.connect by name', () => failing(net.connect({ host: name, port: 80 }))],
  ['connect imported by its name', () => failing(namedConnect({ host: address, port: 80 }))],
  ['net.createConnection', () => failing(net.createConnection({ host: '::ffff:192.0.2.7', port: 80 }))],
  ['Socket.connect', () => failing(new net.Socket().connect(80, name))],
  ['tls.connect', () => failing(tls.connect({ host: name, port: 443 }))],
  ['tls.connect over a port and a host', () => failing(tls.connect(443, address))],
  ['dgram.send to an address', udp((socket) => socket.send('x', 53, address))],
  ['dgram.send to a name', udp((socket) => socket.send('localhost', 53, name))],
  ['dgram.send of a part', udp((socket) => socket.send(Buffer.from('abc'), 0, 3, 53, address))],
  ['dgram.connect', udp((socket) => socket.connect(53, address))],
  ['dns.lookup', () => dns.lookup(name, () => undefined)],
  ['lookup imported by its name', () => namedLookup(name, () => undefined)],
  ['dns.lookupService', () => dns.lookupService(address, 53, () => undefined)],
  ['dns.resolve', () => dns.resolve(name, () => undefined)],
  ['dns.resolve4', () => dns.resolve4('localhost', () => undefined)],
  ['dns.resolveTxt', () => dns.resolveTxt(name, () => undefined)],
  ['dns.reverse', () => dns.reverse('127.0.0.1', () => undefined)],
  ['Resolver.resolve4', () => resolver.resolve4(name, () => undefined)],
  ['dns.promises.lookup', () => dns.promises.lookup(name)],
  ['dns/promises.lookup', () => dnsPromises.lookup(name)],
  ['dns/promises.resolve', () => dnsPromises.resolve(name)],
  ['dns/promises.Resolver', () => promisedResolver.resolveMx(name)],
]

/** `fetch` wraps what the connection failed with. */
const rootOf = (error: unknown): unknown => (error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error)

describe('EGR-02 each way out is refused, and counted', () => {
  test.each(attempts)('%s', async (_way, attempt) => {
    const before = refusedConnections()
    const error = await Promise.resolve()
      .then(attempt)
      .then(
        () => null,
        (failure: unknown) => rootOf(failure),
      )
    expect(error).toBeInstanceOf(EgressDenied)
    expect(error).toMatchObject({ code: 'egress.denied' })
    expect(refusedConnections()).toBeGreaterThan(before)
  })

  test('WebSocket, which says no more than that it failed', async () => {
    const before = refusedConnections()
    const socket = new WebSocket(`ws://${name}/`)
    await new Promise((resolve) => socket.addEventListener('error', resolve, { once: true }))
    expect(refusedConnections()).toBe(before + 1)
  })

  test('a lookup of its own cannot make localhost stand for another machine', async () => {
    const lookup = ((_host, _options, callback) => callback(null, [{ address, family: 4 }])) as net.LookupFunction
    await expect(failing(net.connect({ host: 'localhost', port: 80, lookup }))).rejects.toBeInstanceOf(EgressDenied)
    const single = ((_host, _options, callback) => callback(null, address, 4)) as net.LookupFunction
    await expect(failing(net.connect({ host: 'localhost', port: 80, lookup: single, autoSelectFamily: false }))).rejects.toBeInstanceOf(
      EgressDenied,
    )
  })
})

describe('EGR-02 what stays on this machine goes on working', () => {
  const folder = temporaryFolder()

  test('an HTTP server on loopback and fetch, by address and by name', async () => {
    const server = http.createServer((_request, response) => response.end('here'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const before = refusedConnections()
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here')
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('here')
    expect(refusedConnections()).toBe(before)
    server.close()
    server.closeAllConnections()
  })

  test('a local socket', async () => {
    const server = net.createServer((socket) => socket.end('here'))
    server.listen(join(folder, 'a.sock'))
    await once(server, 'listening')
    for (const socket of [net.connect(join(folder, 'a.sock')), net.connect({ path: join(folder, 'a.sock') })]) {
      const [data] = await once(socket, 'data')
      expect(String(data)).toBe('here')
    }
    server.close()
  })

  test('datagrams on loopback, connected and not', async () => {
    const [receiver, sender] = [dgram.createSocket('udp4'), dgram.createSocket('udp4')]
    receiver.bind(0, '127.0.0.1')
    await once(receiver, 'listening')
    const { port } = receiver.address()
    sender.send('a text', port, '127.0.0.1')
    expect(String((await once(receiver, 'message'))[0])).toBe('a text')
    sender.connect(port, '127.0.0.1')
    await once(sender, 'connect')
    sender.send(`${name}`)
    expect(String((await once(receiver, 'message'))[0])).toBe(name)
    receiver.close()
    sender.close()
  })

  test('the name of this machine, and the channel to a child', async () => {
    expect((await dns.promises.lookup('localhost')).address).toMatch(/^(127\.|::1)/)
    mkdirSync(join(folder, 'child'))
    const entry = join(folder, 'child', 'echo.mjs')
    writeFileSync(entry, "process.on('message', (m) => { process.send(m); process.disconnect() })")
    const child = fork(entry)
    child.send({ word: 'here' })
    expect((await once(child, 'message'))[0]).toEqual({ word: 'here' })
  })

  test.each([
    ['127.0.0.1', true],
    ['127.255.0.3', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['localhost', true],
    [undefined, true],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['localhost.example', false],
    ['127.0.0.1.example', false],
    ['2130706433', false],
    [{ toString: (): string => '127.0.0.1' }, false],
  ])('%s is this machine: %s', (host, expected) => {
    expect(isThisMachine(host)).toBe(expected)
  })
})
