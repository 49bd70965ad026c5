/**
 * Refuses, inside this process, every connection to anything but this machine, and counts the attempts. It catches mistakes of our own
 * and of libraries; what keeps hostile code in is the operating system.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

let refused = 0

/** Attempts that were refused since the start. */
export const refusedConnections = (): number => refused

export class EgressDenied extends Error {
  readonly code = 'egress.denied'
  constructor() {
    super('Holdfast makes no connection outside this machine.')
  }
}

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

/** `connect(options)`, `connect(path)`, `connect(port, host)`, or Node's own normalised array of them. */
function hostOfConnect(args: readonly unknown[]): unknown {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as readonly unknown[]) : args
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { readonly path?: unknown; readonly host?: unknown }
    return typeof path === 'string' ? undefined : host
  }
  const isPath = typeof first === 'string' && Number.isNaN(Number(first))
  return isPath || typeof second === 'function' ? undefined : second
}

/** `send(message, port, host)` or `send(message, offset, length, port, host)`; a connected socket is given neither. */
function hostOfSend(args: readonly unknown[]): unknown {
  const host = typeof args[2] === 'number' ? args[4] : args[2]
  return typeof host === 'function' ? undefined : host
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

/** Puts a check before a method of an object, and keeps everything else about it. */
function guard(target: object, name: string, before: (self: unknown, args: readonly unknown[]) => void): void {
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
    check(hostOfConnect(args))
    // A name that is allowed may still be made to stand for another machine, by a lookup of its own or by the hosts file.
    if (self instanceof net.Socket)
      self.on('lookup', (_error, address) => {
        if (!isThisMachine(address)) self.destroy(refuse())
      })
  })
  guard(dgram.Socket.prototype, 'connect', (_self, [, host]) => check(typeof host === 'function' ? undefined : host))
  guard(dgram.Socket.prototype, 'send', (_self, args) => check(hostOfSend(args)))
}

const isQuestion = (name: string): boolean => name.startsWith('resolve') || name === 'reverse'

function guardNames(): void {
  for (const api of [dns, dns.promises]) {
    for (const name of ['lookup', 'lookupService']) guard(api, name, (_self, [host]) => check(host))
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
