/**
 * Who may use the console: one-time tokens, exchanged for bearers that live in this process's memory only. A bearer is kept by the page
 * in its session storage and never in a cookie, which every server on this host would receive.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../world.ts'

export const sessionLimits = {
  /** A link that a browser is sent to at once. */
  redirectMs: 60_000,
  /** A link that a person copies. */
  linkMs: 5 * 60_000,
  linksMax: 32,
  bearersMax: 64,
  bearerIdleMs: 12 * 60 * 60_000,
  wrongTokensMax: 20,
  wrongTokensMs: 60_000,
} as const

const secretBytes = 32
const newSecret = (): string => randomBytes(secretBytes).toString('base64url')
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export type Exchange = { readonly bearer: string } | { readonly refused: 'wrong' | 'too_many' }

export interface Sessions {
  /** A token that is good once, for `ttlMs`. */
  issueToken(ttlMs: number): string
  /** A right token is taken even while wrong ones are too many, so that nobody can lock the owner out. */
  exchange(token: string): Exchange
  /** Whether a bearer is known; using it keeps it alive. */
  verify(bearer: string): boolean
}

interface Secret {
  readonly digest: Buffer
  expiresAt: number
}

/** Looks at every secret, so that the time taken tells nothing about which one was close. */
function find(secrets: readonly Secret[], secret: string, now: number): Secret | null {
  const sought = digest(secret)
  let found: Secret | null = null
  for (const candidate of secrets) {
    if (timingSafeEqual(candidate.digest, sought) && candidate.expiresAt > now) found = candidate
  }
  return found
}

/** Keeps the newest: an older session makes way rather than a new one being refused. */
function add(secrets: Secret[], secret: Secret, most: number): void {
  secrets.push(secret)
  if (secrets.length > most) secrets.shift()
}

export function createSessions(clock: Clock): Sessions {
  const tokens: Secret[] = []
  const bearers: Secret[] = []
  let wrong: number[] = []
  return {
    issueToken: (ttlMs) => {
      const token = newSecret()
      add(tokens, { digest: digest(token), expiresAt: clock() + ttlMs }, sessionLimits.linksMax)
      return token
    },
    exchange: (token) => {
      const now = clock()
      const found = find(tokens, token, now)
      if (found === null) {
        wrong = wrong.filter((at) => at > now - sessionLimits.wrongTokensMs)
        if (wrong.length >= sessionLimits.wrongTokensMax) return { refused: 'too_many' }
        wrong.push(now)
        return { refused: 'wrong' }
      }
      tokens.splice(tokens.indexOf(found), 1)
      const bearer = newSecret()
      add(bearers, { digest: digest(bearer), expiresAt: now + sessionLimits.bearerIdleMs }, sessionLimits.bearersMax)
      return { bearer }
    },
    verify: (bearer) => {
      const now = clock()
      const found = find(bearers, bearer, now)
      if (found !== null) found.expiresAt = now + sessionLimits.bearerIdleMs
      return found !== null
    },
  }
}
