import { fork } from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { refusedAttempts } from '../../main/platform/egress-attempts.ts'
import { EgressDenied } from '../../main/platform/egress-denied.ts'
import { isThisMachine } from '../../main/platform/guard-sockets.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A documentation address and a name that never resolves: nothing would answer if the guard were not there. */
const address = '192.0.2.7'
const name = 'holdfast-egress.invalid'

const failing = (emitter: NodeJS.EventEmitter) => once(emitter, 'error').then(([error]) => Promise.reject(error))

describe('EGR-02 where this machine may be spoken to, as in tests, it alone is', () => {
  test.each<[string, () => unknown]>([
    ['a connection', () => net.connect(80, address)],
    ['a connection by name', () => net.connect({ host: name, port: 80 })],
    ['a datagram', () => dgram.createSocket('udp4').send('x', 53, address)],
    ['a name', () => dns.lookup(name, () => undefined)],
    ['a name server on this machine', () => dns.resolve4('localhost', () => undefined)],
  ])('%s is refused and counted', (_way, attempt) => {
    const before = refusedAttempts()
    expect(attempt).toThrow(EgressDenied)
    expect(refusedAttempts()).toBe(before + 1)
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
    const before = refusedAttempts()
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here')
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('here')
    expect(refusedAttempts()).toBe(before)
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
