/**
 * Permits to reach, or to listen at, one exact address, held by the asynchronous context of the work they were given for. It lets
 * nothing through by itself: the guard asks here.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { isIP, type Socket, SocketAddress } from 'node:net'
import type { EgressPermits, EgressTarget } from '../world.ts'

export class EgressDenied extends Error {
  readonly code = 'egress.denied'
  constructor() {
    super('Holdfast makes no connection outside this machine but by permit.')
    this.name = 'EgressDenied'
  }
}

/** One spelling for each address, or null for what is no literal of one machine's address. */
export function canonicalAddress(host: unknown): string | null {
  if (typeof host !== 'string') return null
  const family = isIP(host)
  if (family === 0 || host.includes('%')) return null
  const { address } = new SocketAddress({ address: host, family: family === 6 ? 'ipv6' : 'ipv4' })
  return address === '0.0.0.0' || address === '::' ? null : address
}

const isPort = (port: unknown): port is number => Number.isInteger(port) && Number(port) > 0 && Number(port) <= 65_535

export interface Permit {
  readonly kind: 'connect' | 'listen'
  readonly address: string
  readonly port: number
  readonly target: EgressTarget
  isOpen: boolean
  /** Destroyed when the permit ends. */
  readonly sockets: Set<Socket>
}

const current = new AsyncLocalStorage<Permit>()

/** The permit that the running code holds for this very address, or null. */
export function permitFor(kind: Permit['kind'], host: unknown, port: unknown): Permit | null {
  const permit = current.getStore()
  if (permit === undefined || !permit.isOpen || permit.kind !== kind) return null
  return permit.address === canonicalAddress(host) && permit.port === Number(port) ? permit : null
}

async function hold<T>(kind: Permit['kind'], target: EgressTarget, work: () => Promise<T>, refuse: () => Error): Promise<T> {
  const address = canonicalAddress(target.host)
  if (address === null || !isPort(target.port)) throw refuse()
  const permit: Permit = { kind, address, port: target.port, target, isOpen: true, sockets: new Set() }
  try {
    return await current.run(permit, work)
  } finally {
    permit.isOpen = false
    for (const socket of permit.sockets) socket.destroy()
  }
}

/** `refuse` makes the error of a target that is no address, and counts it. */
export const createPermits = (refuse: () => Error): EgressPermits => ({
  permitEgress: (to, work) => hold('connect', to, work, refuse),
  permitListen: (at, work) => hold('listen', at, work, refuse),
})
