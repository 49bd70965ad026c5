/**
 * Attempts that the self-test plants, each at an address or a name that is reserved for documentation. Behind the guard none sends a
 * packet: it throws before. One that is let through is ended at once.
 */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { lookup, resolve4 } from 'node:dns'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { asTest, plantedAttempts } from './egress-attempts.ts'

// Each has a destination of its own, so that none is counted with another.
const at = (host: number): string => `192.0.2.${host}`
const address6 = '2001:db8::7'
const name = 'holdfast.invalid'
const limits = { waitMs: 2_000, tellMs: 50 } as const

export interface Trial {
  readonly way: string
  readonly destination: string
  /** Throws or rejects with what stopped it. Resolves when nothing did. */
  readonly attempt: () => unknown
  /** It says no more than that it failed. */
  readonly isMute?: true
}

export interface TrialResult {
  readonly way: string
  readonly destination: string
  readonly isCaught: boolean
  readonly code: string | null
}

interface Endable {
  once(event: 'error', listener: (error: Error) => void): unknown
  destroy(): unknown
}
/** What came of it, as long as it did not come to anything. */
const ended = (reach: () => Endable) =>
  new Promise<void>((resolve, reject) => {
    const reached = reach()
    reached.once('error', reject)
    setTimeout(() => {
      reached.destroy()
      resolve()
    }, limits.tellMs).unref()
  })

export const trials: readonly Trial[] = [
  { way: 'TCP', destination: `${at(1)}:443`, attempt: () => ended(() => connect(443, at(1))) },
  { way: 'TCP over IPv6', destination: `[${address6}]:443`, attempt: () => ended(() => connect(443, address6)) },
  { way: 'TCP by name', destination: `${name}:443`, attempt: () => ended(() => connect(443, name)) },
  {
    way: 'UDP',
    destination: `${at(2)}:53`,
    attempt: () => {
      const socket = createSocket('udp4')
      try {
        socket.send('holdfast', 53, at(2))
      } finally {
        socket.close()
      }
    },
  },
  { way: 'DNS', destination: name, attempt: () => resolve4(name, () => undefined) },
  { way: 'name lookup', destination: `www.${name}`, attempt: () => lookup(`www.${name}`, () => undefined) },
  { way: 'HTTP/2', destination: `${at(3)}:443`, attempt: () => ended(() => connectHttp2(`https://${at(3)}`)) },
  { way: 'fetch', destination: `${at(4)}:80`, attempt: () => fetch(`http://${at(4)}/`, { signal: AbortSignal.timeout(limits.tellMs) }) },
  {
    way: 'WebSocket',
    destination: `${at(5)}:80`,
    isMute: true,
    attempt: () =>
      new Promise<void>((_resolve, reject) => {
        const socket = new WebSocket(`ws://${at(5)}/`)
        socket.addEventListener('error', () => reject(new Error('it says no more')), { once: true })
        setTimeout(() => socket.close(), limits.tellMs).unref()
      }),
  },
  {
    way: 'a program (curl)',
    destination: 'curl',
    attempt: () =>
      new Promise<void>((resolve, reject) => {
        const started = spawn('curl', ['--max-time', '1', `http://${at(6)}/`], { stdio: 'ignore' })
        started.once('error', reject)
        started.once('spawn', () => {
          started.kill('SIGKILL')
          resolve()
        })
      }),
  },
]

const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause !== undefined ? causeOf(error.cause) : error)
const codeOf = (error: unknown): string | null => {
  const cause = causeOf(error)
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : null
}

async function tryOne({ way, destination, attempt, isMute }: Trial): Promise<TrialResult> {
  const before = plantedAttempts()
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, limits.waitMs)
  let code: string | null = null
  try {
    await Promise.race([asTest(async () => attempt()), late.promise])
  } catch (error) {
    code = codeOf(error)
  } finally {
    clearTimeout(timer)
  }
  const isNoted = plantedAttempts() > before
  return { way, destination, code, isCaught: isNoted && (isMute === true || code === 'egress.denied') }
}

/** One after the other; never rejects. Caught means: stopped by the guard, and noted. */
export async function tryWaysOut(which: readonly Trial[] = trials): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = []
  for (const trial of which) results.push(await tryOne(trial))
  return results
}
