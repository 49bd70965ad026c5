import { expect, test } from 'vitest'
import { actionAt, defaultBudget, measures } from '../../main/domain/budget.ts'
import { findings, responses, responseTo, severities, severityOfBreach, severityOfFinding } from '../../main/domain/severity.ts'

test('SAF-04 what is critical ends a run, a warning marks it, and the rest is written down', () => {
  expect(severities.map((severity) => [severity, responses[severity]])).toEqual([
    ['critical', 'terminate'],
    ['warning', 'annotate'],
    ['info', 'log'],
  ])
  for (const finding of findings) expect(responseTo(finding)).toBe(responses[severityOfFinding[finding]])
  expect(findings.filter((finding) => severityOfFinding[finding] === 'critical')).toEqual([
    'label_above_ceiling',
    'egress_denied',
    'record_damaged',
  ])
})

test('SAF-06 too long is a warning; too many tokens or too much cost is critical', () => {
  expect(severityOfBreach.duration).toBe('warning')
  expect(measures.filter((measure) => severityOfBreach[measure] === 'critical')).toEqual(['tokens', 'cost'])
})

test('SAF-06 BUD-03 what a budget does not say at a limit follows from how much it matters', () => {
  for (const measure of measures)
    expect(actionAt(defaultBudget, measure)).toBe(severityOfBreach[measure] === 'critical' ? 'terminate' : 'pause')
  expect([actionAt(defaultBudget, 'tokens'), actionAt(defaultBudget, 'duration')]).toEqual(['terminate', 'pause'])
})
