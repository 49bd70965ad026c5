/**
 * The guard over connections, datagrams and servers, at two heights: the methods that programs and libraries call, where a refusal says
 * what it is, and the handles below, where address and port are what the system gets, whatever was said above.
 */
import dgram from 'node:dgram'
import net from 'node:net'
import { refuse } from './egress-attempts.ts'
import { destinationOf, isPermitted, takePermit } from './egress-permits.ts'
import type { EgressRules } from './egress-rules.ts'
import { replace, wrap } from './wrap.ts'

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

type Address = { readonly host: unknown; readonly port: unknown } | { readonly path: string }

/** `connect(options)`, `connect(path)`, `connect(port, host)`, or Node's own normalised array of them; `listen` takes the same. */
function addressOf(args: readonly unknown[]): Address {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as readonly unknown[]) : args
  if (typeof first === 'object' && first !== null) {
    const { path, host, port } = first as { readonly path?: unknown; readonly host?: unknown; readonly port?: unknown }
    return typeof path === 'string' ? { path } : { host, port }
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first }
  return { host: typeof second === 'string' ? second : undefined, port: typeof first === 'function' ? undefined : first }
}

function guardConnect(rules: EgressRules): void {
  wrap(net.Socket.prototype, 'connect', (self, args) => {
    if (!(self instanceof net.Socket)) return
    const to = addressOf(args)
    if ('path' in to) {
      if (!rules.mayReach(to.path)) throw refuse({ kind: 'connect', destination: to.path })
      return
    }
    if (isPermitted('connect', to.host, to.port)) return takePermit(self, to.host, to.port)
    if (!rules.isLoopbackOpen || !isThisMachine(to.host)) throw refuse({ kind: 'connect', destination: destinationOf(to.host, to.port) })
    // A name that is allowed may still be made to stand for another machine, by a lookup of its own or by the hosts file.
    self.on('lookup', (_error, address) => {
      if (!isThisMachine(address)) self.destroy(refuse({ kind: 'connect', destination: destinationOf(address, to.port) }))
    })
  })
}

function guardListen(rules: EgressRules): void {
  const isFree = (host: unknown): boolean => rules.mayListen && typeof host === 'string' && host !== '' && isThisMachine(host)
  wrap(net.Server.prototype, 'listen', (_self, args) => {
    const at = addressOf(args)
    if ('path' in at) {
      if (!rules.mayListen) throw refuse({ kind: 'listen', destination: at.path })
      return
    }
    if (!isFree(at.host) && !isPermitted('listen', at.host, at.port))
      throw refuse({ kind: 'listen', destination: destinationOf(at.host, at.port) })
  })
}

/** `send(message, port, host)` or `send(message, offset, length, port, host)`; a connected socket is given neither. */
function addressOfSend(args: readonly unknown[]): { readonly host: unknown; readonly port: unknown } {
  const [port, host] = typeof args[2] === 'number' ? [args[3], args[4]] : [args[1], args[2]]
  return { host: typeof host === 'function' ? undefined : host, port }
}

function guardDatagrams({ isLoopbackOpen }: EgressRules): void {
  const check = (host: unknown, port: unknown) => {
    if (!isLoopbackOpen || !isThisMachine(host)) throw refuse({ kind: 'send', destination: destinationOf(host, port) })
  }
  wrap(dgram.Socket.prototype, 'connect', (_self, [port, host]) => check(typeof host === 'function' ? undefined : host, port))
  wrap(dgram.Socket.prototype, 'send', (_self, args) => {
    const { host, port } = addressOfSend(args)
    check(host, port)
  })
  if (!isLoopbackOpen) wrap(dgram.Socket.prototype, 'bind', (_self, [port]) => check('', typeof port === 'number' ? port : ''))
}

/** What the system would say to a program that may not. */
const permissionDenied = -13

type Method = (...args: unknown[]) => number

const handleIn = (value: unknown): object | null => {
  const handle: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'handle') : null
  return typeof handle === 'object' ? handle : null
}

/** The prototypes of the handles, taken from sockets that are never connected: nothing has to be asked of Node's inner parts. */
function handlesOf(): { readonly tcp: object; readonly udp: object } {
  const socket = new net.Socket()
  socket.connect({ port: 1, host: '127.0.0.1' })
  const datagrams = dgram.createSocket('udp4')
  const states = Object.getOwnPropertySymbols(datagrams).map((symbol) => handleIn(Reflect.get(datagrams, symbol)))
  const [tcp, udp] = [handleIn({ handle: Reflect.get(socket, '_handle') }), states.find((handle) => handle !== null) ?? null]
  if (tcp === null || udp === null) throw new Error('the guard finds no handles')
  const found = { tcp: Object.getPrototypeOf(tcp), udp: Object.getPrototypeOf(udp) }
  socket.destroy()
  datagrams.close()
  return found
}

function guardHandles(rules: EgressRules): void {
  const { tcp, udp } = handlesOf()
  const isOpen = (host: unknown) => rules.isLoopbackOpen && isThisMachine(host ?? '-')
  const mayConnect = (host: unknown, port: unknown) => isOpen(host) || isPermitted('connect', host, port)
  const mayBind = (host: unknown, port: unknown) => (rules.mayListen && isThisMachine(host)) || isPermitted('listen', host, port)
  const bar = (
    handle: object,
    names: readonly string[],
    kind: 'connect' | 'send' | 'listen',
    may: (...args: readonly unknown[]) => boolean,
    to: (args: readonly unknown[]) => readonly [unknown, unknown],
  ) => {
    for (const name of names) {
      const original = Reflect.get(handle, name) as Method | undefined
      if (typeof original !== 'function') throw new Error(`the guard finds no ${name}`)
      replace(handle, name, function (this: unknown, ...args: unknown[]) {
        const [host, port] = to(args)
        if (may(host, port)) return Reflect.apply(original, this, args)
        refuse({ kind, destination: destinationOf(host, port) })
        return permissionDenied
      })
    }
  }
  bar(tcp, ['connect', 'connect6'], 'connect', mayConnect, ([, host, port]) => [host, port])
  bar(tcp, ['bind', 'bind6'], 'listen', mayBind, ([host, port]) => [host, port])
  bar(udp, ['connect', 'connect6'], 'send', isOpen, ([host, port]) => [host, port])
  bar(udp, ['send', 'send6'], 'send', isOpen, (args) => (typeof args[3] === 'number' ? [args[4], args[3]] : ['localhost', '']))
  if (!rules.isLoopbackOpen)
    bar(
      udp,
      ['bind', 'bind6'],
      'listen',
      () => false,
      ([host, port]) => [host, port],
    )
}

export function guardSockets(rules: EgressRules): void {
  guardHandles(rules)
  guardConnect(rules)
  guardListen(rules)
  guardDatagrams(rules)
}
