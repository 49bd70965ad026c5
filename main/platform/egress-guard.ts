/**
 * Refuses, inside this process, every connection to anything but this machine, and every server that others could reach, and counts the
 * attempts. It catches mistakes of our own and of libraries; what keeps hostile code in is the operating system.
 *
 *     const egress = claimEgress()   // once in a process; the composition has it, and hands it to whoever may use it
 *     await egress.permitEgress({ host: '10.0.0.5', port: 8443, part: 'endpoint', digest, runId, stepId }, async () => …connect, ask, read…)
 *     await egress.permitListen({ host: '10.0.0.9', port: 8080, part: 'serve' }, async () => …listen, and wait for 'listening'…)
 *
 * See `EgressPermits` for what a permit is. A connection takes the address as its host; a TLS name goes into `servername`.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import type { EgressPermits } from '../world.ts'
import { createPermits, EgressDenied, permitFor } from './egress-permits.ts'

export { EgressDenied }

let refused = 0

/** Attempts that were refused since the start. */
export const refusedConnections = (): number => refused

const loopback = new net.BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Names are never resolved: only `localhost` and literal loopback addresses are this machine. No host means the same. */
export function isThisMachine(host: unknown): boolean {
  if (host === undefined || host === null || host === '' || host === 'localhost') return true
  if (typeof host !== 'string') return false
  const family = net.isIP(host)
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

function refuse(): EgressDenied {
  refused += 1
  return new EgressDenied()
}

function check(host: unknown): void {
  if (!isThisMachine(host)) throw refuse()
}

interface Address {
  readonly host: unknown
  readonly port: unknown
}
const nowhere: Address = { host: undefined, port: undefined }

/** `connect(options)`, `connect(path)`, `connect(port, host)`, or Node's own normalised array of them; `listen` takes the same. */
function addressOf(args: readonly unknown[]): Address {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as readonly unknown[]) : args
  if (typeof first === 'object' && first !== null) {
    const { path, host, port } = first as { readonly path?: unknown } & Partial<Address>
    return typeof path === 'string' ? nowhere : { host, port }
  }
  const isPath = typeof first === 'string' && Number.isNaN(Number(first))
  return isPath ? nowhere : { host: typeof second === 'function' ? undefined : second, port: first }
}

/** `send(message, port, host)` or `send(message, offset, length, port, host)`; a connected socket is given neither. */
function hostOfSend(args: readonly unknown[]): unknown {
  const host = typeof args[2] === 'number' ? args[4] : args[2]
  return typeof host === 'function' ? undefined : host
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

/** Puts a check before a method of an object, and keeps everything else about it. */
function guard(target: object, name: string, before: (self: unknown, args: readonly unknown[]) => unknown): void {
  const original: unknown = Reflect.get(target, name)
  if (typeof original !== 'function') return
  const guarded: AnyFunction = function (...args) {
    before(this, args)
    return Reflect.apply(original, this, args)
  }
  Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(original))
  Reflect.set(target, name, guarded)
}

function guardConnections(): void {
  guard(net.Socket.prototype, 'connect', (self, args) => {
    const { host, port } = addressOf(args)
    const permit = isThisMachine(host) ? null : permitFor('connect', host, port)
    if (permit !== null && self instanceof net.Socket) {
      permit.sockets.add(self)
      self.once('close', () => permit.sockets.delete(self))
      return
    }
    check(host)
    // A name that is allowed may still be made to stand for another machine, by a lookup of its own or by the hosts file.
    if (self instanceof net.Socket)
      self.on('lookup', (_error, address) => {
        if (!isThisMachine(address)) self.destroy(refuse())
      })
  })
  guard(net.Server.prototype, 'listen', (_self, args) => {
    const { host, port } = addressOf(args)
    // Without a host a server would listen to everybody; a path and a descriptor are this machine.
    const isNamed = args.length > 0 && typeof args[0] !== 'function' && port === undefined
    const isOpenToAll = !isNamed && (typeof host !== 'string' || host === '')
    if (isOpenToAll || (!isThisMachine(host) && permitFor('listen', host, port) === null)) throw refuse()
  })
  guard(dgram.Socket.prototype, 'connect', (_self, [, host]) => check(typeof host === 'function' ? undefined : host))
  guard(dgram.Socket.prototype, 'send', (_self, args) => check(hostOfSend(args)))
}

const isQuestion = (name: string): boolean => name.startsWith('resolve') || name === 'reverse'

function guardNames(): void {
  for (const api of [dns, dns.promises]) {
    // An address stands for itself; looking it up asks nobody.
    guard(api, 'lookup', (_self, [host]) => net.isIP(String(host)) === 0 && check(host))
    guard(api, 'lookupService', (_self, [host]) => check(host))
    // A question to a name server leaves this machine, whatever it asks for.
    for (const target of [api, api.Resolver.prototype])
      for (const name of Object.getOwnPropertyNames(target).filter(isQuestion))
        guard(target, name, () => {
          throw refuse()
        })
  }
}

let isInstalled = false

/** Puts the guard in place, once for each process; what is loaded before it is guarded too. */
export function installEgressGuard(): void {
  if (isInstalled) return
  isInstalled = true
  guardConnections()
  guardNames()
  syncBuiltinESMExports()
}

let isClaimed = false

/** The one capability to let something through. Throws the second time: whoever needs it is handed it. */
export function claimEgress(): EgressPermits {
  if (isClaimed) throw new Error('the permits for egress were handed out already')
  isClaimed = true
  return createPermits(refuse)
}
