/** How much of what may go wrong has gone wrong. */
import { expect, test } from 'vitest'
import { budgetOf, defaultObjectives, objectiveLimits } from '../../main/domain/objective.ts'

const tried = (tries: number, failures: number, kind: 'agent' | 'tier' = 'agent') =>
  budgetOf({ kind, subject: 'x', tries, failures }, defaultObjectives)

test('SLO-01 the budget is what the objective leaves of the tries, and is breached beyond it, not at it', () => {
  expect(tried(100, 5)).toMatchObject({ objective: 0.95, isBreached: false })
  expect(tried(100, 5).burnt).toBeCloseTo(1)
  expect(tried(100, 6)).toMatchObject({ isBreached: true })
  expect(tried(100, 0).burnt).toBe(0)
})
test('SLO-01 of few tries nothing is said, however many of them failed', () => {
  expect(tried(objectiveLimits.triesMin - 1, objectiveLimits.triesMin - 1).isBreached).toBe(false)
  expect(tried(objectiveLimits.triesMin, 2).isBreached).toBe(true)
  expect(tried(0, 0)).toMatchObject({ burnt: 0, isBreached: false })
})
test('SLO-01 a site may set other objectives, for agents and for tiers apart', () => {
  const objectives = { agents: 0.5, tiers: 0.99 }
  expect(budgetOf({ kind: 'agent', subject: 'x', tries: 100, failures: 20 }, objectives).burnt).toBeCloseTo(0.4)
  expect(budgetOf({ kind: 'tier', subject: 'edge', tries: 100, failures: 20 }, objectives).burnt).toBeCloseTo(20)
})
