/**
 * Permits to reach, or to listen at, one exact address, held by the asynchronous context of the work they were given for. It lets
 * nothing through by itself: the guard asks here.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { isIP, type Socket, SocketAddress } from 'node:net'
import type { EgressPermits, EgressTarget } from '../world.ts'
import { recordAllowed, refuse } from './egress-attempts.ts'

/** One spelling for each address, or null for what is no literal of one machine's address. */
export function canonicalAddress(host: unknown): string | null {
  if (typeof host !== 'string') return null
  const family = isIP(host)
  if (family === 0 || host.includes('%')) return null
  const { address } = new SocketAddress({ address: host, family: family === 6 ? 'ipv6' : 'ipv4' })
  return address === '0.0.0.0' || address === '::' ? null : address
}

/** `host:port`, with brackets around IPv6, for the record. */
export function destinationOf(host: unknown, port: unknown): string {
  const name = typeof host === 'string' && host !== '' ? host : '(every address)'
  return `${name.includes(':') ? `[${name}]` : name}:${typeof port === 'number' || typeof port === 'string' ? port : ''}`
}

const isPort = (port: unknown): port is number => Number.isInteger(port) && Number(port) > 0 && Number(port) <= 65_535

type Kind = 'connect' | 'listen'

interface Permit {
  readonly kind: Kind
  readonly address: string
  readonly port: number
  readonly target: EgressTarget
  isOpen: boolean
  /** Destroyed when the permit ends. */
  readonly sockets: Set<Socket>
}

const current = new AsyncLocalStorage<Permit>()

function held(kind: Kind, host: unknown, port: unknown): Permit | null {
  const permit = current.getStore()
  if (permit === undefined || !permit.isOpen || permit.kind !== kind) return null
  return permit.address === canonicalAddress(host) && permit.port === Number(port) ? permit : null
}

/** Whether the running code holds a permit for this very address. */
export const isPermitted = (kind: Kind, host: unknown, port: unknown): boolean => held(kind, host, port) !== null

const aboutOf = ({ part, digest, runId, stepId }: EgressTarget) => ({
  ...{ part, digest: digest ?? null, runId: runId ?? null, stepId: stepId ?? null },
})

/** Ties a socket to the permit it connects under: on record before it is made, and ended with the permit. Throws when it cannot be recorded. */
export function takePermit(socket: Socket, host: unknown, port: unknown): void {
  const permit = held('connect', host, port)
  if (permit === null) return
  const tellBytes = recordAllowed({ kind: 'connect', destination: destinationOf(permit.address, permit.port) }, aboutOf(permit.target))
  permit.sockets.add(socket)
  socket.once('close', () => {
    permit.sockets.delete(socket)
    tellBytes({ bytesOut: socket.bytesWritten, bytesIn: socket.bytesRead })
  })
}

async function hold<T>(kind: Kind, target: EgressTarget, work: () => Promise<T>): Promise<T> {
  const address = canonicalAddress(target.host)
  if (address === null || !isPort(target.port)) throw refuse({ kind, destination: destinationOf(target.host, target.port) }, 'bad_target')
  if (kind === 'listen') recordAllowed({ kind, destination: destinationOf(address, target.port) }, aboutOf(target))
  const permit: Permit = { kind, address, port: target.port, target, isOpen: true, sockets: new Set() }
  try {
    return await current.run(permit, work)
  } finally {
    permit.isOpen = false
    for (const socket of permit.sockets) socket.destroy()
  }
}

export const createPermits = (): EgressPermits => ({
  permitEgress: (to, work) => hold('connect', to, work),
  permitListen: (at, work) => hold('listen', at, work),
})
