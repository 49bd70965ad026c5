/**
 * Refuses, inside this process, every connection to anything but this machine, and counts the attempts. It catches mistakes of our own
 * and of libraries; what keeps hostile code in is the operating system.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
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

/** Names are never resolved: only `localhost` and literal loopback addresses are this machine. */
export function isThisMachine(host: string | undefined): boolean {
  if (host === undefined || host === '' || host === 'localhost') return true
  const family = net.isIP(host)
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

function deny(): never {
  refused += 1
  throw new EgressDenied()
}

interface ConnectOptions {
  readonly path?: string
  readonly host?: string
}

/** `connect(options)`, `connect(path)`, `connect(port, host)`, or Node's own normalised array of them. */
function hostOf(args: readonly unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as readonly unknown[]) : args
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as ConnectOptions
    return path === undefined ? host : undefined
  }
  const isPath = typeof first === 'string' && Number.isNaN(Number(first))
  return isPath || typeof second !== 'string' ? undefined : second
}

let isInstalled = false

/** Puts the guard in place, once. Call it before anything else is loaded. */
export function installEgressGuard(): void {
  if (isInstalled) return
  isInstalled = true
  const connect = net.Socket.prototype.connect
  net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]): net.Socket {
    if (!isThisMachine(hostOf(args))) deny()
    return Reflect.apply(connect, this, args) as net.Socket
  }
  const send = dgram.Socket.prototype.send
  dgram.Socket.prototype.send = function guarded(this: dgram.Socket, ...args: unknown[]): void {
    const host = args.findLast((arg): arg is string => typeof arg === 'string')
    if (!isThisMachine(host)) deny()
    Reflect.apply(send, this, args)
  }
  const lookup = dns.lookup
  const guardedLookup = (host: string, ...rest: unknown[]): unknown => {
    if (!isThisMachine(host)) deny()
    return Reflect.apply(lookup, dns, [host, ...rest]) as unknown
  }
  Object.assign(dns, { lookup: Object.assign(guardedLookup, lookup) })
}
