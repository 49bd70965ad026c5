import { expect, test } from 'vitest'
import { createSessions, sessionLimits } from '../../main/console/sessions.ts'

function at(start = 1_000) {
  let now = start
  const sessions = createSessions(() => now)
  return {
    sessions,
    wait: (ms: number) => {
      now += ms
    },
  }
}
const open = (exchange: ReturnType<ReturnType<typeof createSessions>['exchange']>): string => ('bearer' in exchange ? exchange.bearer : '')

test('a token opens one session, once', () => {
  const { sessions } = at()
  const token = sessions.issueToken(60_000)
  const bearer = open(sessions.exchange(token))
  expect(sessions.verify(bearer)).toBe(true)
  expect(sessions.exchange(token)).toEqual({ refused: 'wrong' })
  expect(sessions.verify(token)).toBe(false)
})

test('a token is too old after its time', () => {
  const { sessions, wait } = at()
  const token = sessions.issueToken(60_000)
  wait(60_000)
  expect(sessions.exchange(token)).toEqual({ refused: 'wrong' })
})

test('a bearer that is used stays, one that is not goes', () => {
  const { sessions, wait } = at()
  const bearer = open(sessions.exchange(sessions.issueToken(1_000)))
  wait(sessionLimits.bearerIdleMs - 1)
  expect(sessions.verify(bearer)).toBe(true)
  wait(sessionLimits.bearerIdleMs - 1)
  expect(sessions.verify(bearer)).toBe(true)
  wait(sessionLimits.bearerIdleMs)
  expect(sessions.verify(bearer)).toBe(false)
})

test('wrong tokens are refused outright when there are too many, and the owner still gets in', () => {
  const { sessions, wait } = at()
  const token = sessions.issueToken(600_000)
  for (let i = 0; i < sessionLimits.wrongTokensMax; i++) expect(sessions.exchange(`wrong-${i}`)).toEqual({ refused: 'wrong' })
  expect(sessions.exchange('wrong')).toEqual({ refused: 'too_many' })
  expect(open(sessions.exchange(token))).not.toBe('')
  wait(sessionLimits.wrongTokensMs + 1)
  expect(sessions.exchange('wrong')).toEqual({ refused: 'wrong' })
})

test('secrets are long, and there is a limit to how many are kept', () => {
  const { sessions } = at()
  const first = sessions.issueToken(60_000)
  expect(Buffer.from(first, 'base64url')).toHaveLength(32)
  for (let i = 0; i < sessionLimits.linksMax; i++) sessions.issueToken(60_000)
  expect(sessions.exchange(first)).toEqual({ refused: 'wrong' })
})
