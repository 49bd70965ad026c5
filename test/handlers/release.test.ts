/** What a person lets go of who lets a run go on, and what a run that ran out says. */
import { expect, test } from 'vitest'
import { explainFailure } from '../../main/domain/failures.ts'
import type { HoldKind } from '../../main/domain/run/events.ts'
import { holdToRelease } from '../../main/handlers/runs.ts'

const released = (...kinds: readonly HoldKind[]) =>
  holdToRelease(kinds.map((kind, i) => ({ id: `${i}`, kind, openedAtMs: i, expiresAtMs: null, stepId: null, rung: 0, waitsFor: null })))
    ?.kind

test('a resume lets go of the pause first, also when the run was held for something else before', () => {
  expect(released('outcome_unknown', 'operator')).toBe('operator')
  expect(released('spiral', 'outcome_unknown')).toBe('spiral')
})

test('a run that a broken check held can be let go, and one that waits for an answer or for money cannot', () => {
  expect(released('policy')).toBe('policy')
  for (const kind of ['approval', 'question', 'gate', 'budget'] as const) expect(released(kind)).toBeUndefined()
})

test('a run that ended at a limit says so', () => {
  for (const code of ['budget.tokens', 'budget.cost']) expect(explainFailure(code).message).toContain('left to it')
})
