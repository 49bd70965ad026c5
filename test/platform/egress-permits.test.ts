import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { EgressDenied } from '../../main/platform/egress-denied.ts'
import { claimEgress } from '../../main/platform/egress-guard.ts'
import { testEgress } from '../support/egress.ts'

/** Documentation addresses: nothing answers there. */
const [host, port] = ['192.0.2.7', 4443] as const
const target = { host, port, part: 'endpoint' } as const

const egress = testEgress()

/** What came of the attempt: refused by the guard, or let through to the system, which has no such machine. The socket is gone either way. */
function tryTo(reach: () => net.Socket): 'denied' | 'let through' {
  try {
    reach()
      .on('error', () => undefined)
      .destroy()
    return 'let through'
  } catch (error) {
    if (error instanceof EgressDenied) return 'denied'
    throw error
  }
}
const connect = (to: net.TcpNetConnectOpts) => tryTo(() => net.connect(to))

describe('EGR-03 a permit lets exactly one address and port through', () => {
  test('within its work, at once and later, in whatever spelling', async () => {
    expect(connect({ host, port })).toBe('denied')
    await egress.permitEgress(target, async () => {
      expect(connect({ host, port })).toBe('let through')
      await new Promise((resolve) => setTimeout(resolve, 1))
      expect(tryTo(() => net.connect(port, host))).toBe('let through')
    })
    await egress.permitEgress({ ...target, host: '2001:db8::7' }, async () => {
      expect(connect({ host: '2001:0DB8:0:0::7', port })).toBe('let through')
    })
    expect(connect({ host, port })).toBe('denied')
  })

  test.each([
    ['another port', { host, port: 443 }],
    ['another address', { host: '192.0.2.8', port }],
    ['the same address in IPv6', { host: `::ffff:${host}`, port }],
    ['a name', { host: 'holdfast.invalid', port }],
  ])('not %s', async (_what, to) => {
    await egress.permitEgress(target, async () => expect(connect(to)).toBe('denied'))
  })

  test('not work beside it, not in another permit, and not what outlives it', async () => {
    const beside = Promise.withResolvers<void>()
    const other = beside.promise.then(() => connect({ host, port }))
    const late = Promise.withResolvers<void>()
    let outlived: Promise<string> | undefined
    await egress.permitEgress(target, async () => {
      beside.resolve()
      expect(await other).toBe('denied')
      await egress.permitEgress({ ...target, port: 1 }, async () => expect(connect({ host, port })).toBe('denied'))
      outlived = late.promise.then(() => connect({ host, port }))
    })
    late.resolve()
    expect(await outlived).toBe('denied')
  })

  test('a snapshot of its context does not outlive it either', async () => {
    const inside = await egress.permitEgress(target, async () => AsyncLocalStorage.snapshot())
    expect(inside(() => connect({ host, port }))).toBe('denied')
  })

  test('connections end with it, so that no pool carries one out', async () => {
    let socket: net.Socket | undefined
    await egress.permitEgress(target, async () => {
      socket = net.connect({ host, port }).on('error', () => undefined)
    })
    expect(socket?.destroyed).toBe(true)
  })

  test('it fails with its work, and is over then', async () => {
    const failed = egress.permitEgress(target, () => Promise.reject(new Error('told so')))
    await expect(failed).rejects.toThrow('told so')
    expect(connect({ host, port })).toBe('denied')
  })

  test.each([
    ['a name', { host: 'localhost', port }],
    ['no address', { host: '', port }],
    ['every address', { host: '0.0.0.0', port }],
    ['every address of IPv6', { host: '::', port }],
    ['a scoped address', { host: 'fe80::1%eth0', port }],
    ['no port', { host, port: 0 }],
    ['a port that is none', { host, port: 65_536 }],
    ['a part of a port', { host, port: 1.5 }],
  ])('there is none for %s, and its work is not begun', async (_what, to) => {
    let isBegun = false
    const work = async () => {
      isBegun = true
    }
    await expect(egress.permitEgress({ ...to, part: 'endpoint' }, work)).rejects.toBeInstanceOf(EgressDenied)
    await expect(egress.permitListen({ ...to, part: 'serve' }, work)).rejects.toBeInstanceOf(EgressDenied)
    expect(isBegun).toBe(false)
  })

  test('the capability is given out once', () => {
    expect(() => claimEgress()).toThrow('handed out already')
  })
})

describe('MOD-10 EGR-02 a server is reached from this machine alone', () => {
  const listen = (...args: unknown[]): 'denied' | 'let through' => {
    const server = net.createServer().on('error', () => undefined)
    try {
      Reflect.apply(server.listen, server, args)
      return 'let through'
    } catch (error) {
      if (error instanceof EgressDenied) return 'denied'
      throw error
    } finally {
      server.close()
    }
  }

  test.each([
    ['a port alone', [0]],
    ['nothing', []],
    ['only a listener', [() => undefined]],
    ['options without a host', [{ port: 0 }]],
    ['a port and a backlog', [0, 5]],
    ['every address', [0, '0.0.0.0']],
    ['every address of IPv6', [{ port: 0, host: '::' }]],
    ['an address of this machine that others reach', [8080, '192.0.2.9']],
  ])('refused: %s', (_what, args) => {
    expect(listen(...args)).toBe('denied')
  })

  test('a permit lets a server listen at exactly its address and port', async () => {
    await egress.permitListen({ host: '192.0.2.9', port: 8080, part: 'serve' }, async () => {
      expect(listen(8080, '192.0.2.9')).toBe('let through')
      expect(listen({ port: 8080, host: '192.0.2.9' })).toBe('let through')
      expect(listen(8081, '192.0.2.9')).toBe('denied')
      expect(listen(8080, '0.0.0.0')).toBe('denied')
      expect(connect({ host: '192.0.2.9', port: 8080 })).toBe('denied')
    })
    expect(listen(8080, '192.0.2.9')).toBe('denied')
  })

  test('loopback needs none', async () => {
    const server = net.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    expect((server.address() as AddressInfo).address).toBe('127.0.0.1')
    server.close()
  })
})
