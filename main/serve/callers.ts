/** Who calls: the key behind a request, and how many calls run for it. Wrong keys are slowed down; a right one is taken all the same. */
import type { KnownKey, ServeCore } from './core.ts'
import type { Limits } from './limits.ts'
import { bad, type Checked, good } from './refusals.ts'

export interface Callers {
  /** From the header `Authorization`. */
  identify(header: string | undefined): Checked<KnownKey>
  /** Takes a place among the calls under way; call what it gives back once it is over. */
  enter(keyId: string): Checked<() => void>
  readonly underWay: number
}

export function createCallers(core: Pick<ServeCore, 'keyOf' | 'clock'>, limits: Limits): Callers {
  let wrong: number[] = []
  const running = new Map<string, number>()
  let underWay = 0
  return {
    get underWay() {
      return underWay
    },
    identify: (header) => {
      if (header === undefined) return bad('no_api_key', 'A key is needed: send it as a bearer token.')
      const now = core.clock()
      const shown = /^Bearer ([\w.-]{1,200})$/.exec(header)?.[1]
      const key = shown === undefined ? null : core.keyOf(shown)
      if (key === null) {
        wrong = wrong.filter((at) => at > now - limits.wrongKeysMs)
        if (wrong.length >= limits.wrongKeysMax) return bad('too_many_wrong_keys', 'Too many wrong keys were tried. Wait a minute.')
        wrong.push(now)
        return bad('invalid_api_key', 'There is no such key.')
      }
      if (key.revokedAt !== null) return bad('key_revoked', 'This key was revoked. Ask the administrator for another.')
      if (key.expiresAt !== null && key.expiresAt <= now) return bad('key_expired', 'This key is over. Ask the administrator for another.')
      return good(key)
    },
    enter: (keyId) => {
      const own = running.get(keyId) ?? 0
      if (underWay >= limits.callsMax || own >= limits.callsPerKeyMax)
        return bad('busy', 'Too many calls are under way. Try again in a moment.')
      underWay += 1
      running.set(keyId, own + 1)
      let isOver = false
      return good(() => {
        if (isOver) return
        isOver = true
        underWay -= 1
        const left = (running.get(keyId) ?? 1) - 1
        if (left === 0) running.delete(keyId)
        else running.set(keyId, left)
      })
    },
  }
}
