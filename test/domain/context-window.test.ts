import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bandOf, decideContext, isNearLimit, mayGoOut, tokensIn, windowRules } from '../../main/domain/context-window.ts'

test.each([
  [0, 'optimal'],
  [0.1999, 'optimal'],
  [0.2, 'good'],
  [0.3999, 'good'],
  [0.4, 'warning'],
  [0.5999, 'warning'],
  [0.6, 'critical'],
  [3, 'critical'],
  [Number.NaN, 'critical'],
])('CTX-03 a share of %f is %s', (share, band) => {
  expect(bandOf(share)).toBe(band)
})

test('CTX-03 what chooses the next step is kept in the optimal band', () => {
  expect(bandOf(windowRules.mainShareMax - 1e-6)).toBe('optimal')
})

/** Of a window of 1,000 tokens, under the usual limit. */
const decide = (promptTokens: number, taskTokens: number, canDelegate: boolean, canCompact: boolean) =>
  decideContext({ promptTokens, taskTokens, contextTokens: 1_000, shareMax: windowRules.hardShare, canDelegate, canCompact })

test.each([
  ['fits, and is small', 400, 200, [true, true], 'proceed'],
  ['fits, and the task alone takes more than a fifth', 300, 201, [true, true], 'delegate'],
  ['is above the limit, and another agent can do it', 401, 10, [true, true], 'delegate'],
  ['is above the limit, and nobody else can do it', 401, 10, [false, true], 'compact'],
  ['is above the limit, and nothing may be shorter', 401, 10, [false, false], 'refuse'],
  ['is a large task that nobody else can do, and fits', 400, 300, [false, true], 'proceed'],
  ['is a large task that nobody else can do, and does not fit', 401, 401, [false, true], 'compact'],
  ['fits exactly, and nothing may be shorter', 400, 0, [false, false], 'proceed'],
] as const)('CTX-04 what %s is decided by the table', (_what, prompt, task, [canDelegate, canCompact], decision) => {
  expect(decide(prompt, task, canDelegate, canCompact)).toBe(decision)
})

test('CTX-02 soft 35 % tells, hard 40 % stops, 60 % is the most that an exemption lets through', () => {
  expect([350, 351].map((tokens) => isNearLimit(tokens, 1_000))).toEqual([false, true])
  expect([400, 401].map((tokens) => mayGoOut(tokens, 1_000, null))).toEqual([true, false])
  expect([401, 600, 601].map((tokens) => mayGoOut(tokens, 1_000, 'exm'))).toEqual([true, true, false])
  expect([mayGoOut(0, 0, null), mayGoOut(1, 0, null)]).toEqual([true, false])
})

test('CTX-02 a share of a window is never more than the share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.constantFrom(0.2, 0.35, 0.4, 0.6), (tokens, share) => {
      const within = tokensIn(tokens, share)
      return within <= tokens * share + 1e-6 && within + 1 > tokens * share - 1e-6
    }),
  )
})
