/** When somebody should look: each rule at its limit and beyond it, by agent. */
import { describe, expect, test } from 'vitest'
import { alertLimits, alertsOf } from '../../main/domain/alerts.ts'

const run = (more: object = {}) => ({ agent: 'research', status: 'complete' as const, contextPercent: null, activeMs: 1_000, ...more })
const runs = (count: number, more: object = {}) => Array.from({ length: count }, () => run(more))
const kinds = (of: Parameters<typeof alertsOf>[0]) => alertsOf(of).map(({ kind }) => kind)

describe('OBS-03 each rule', () => {
  test('OBS-03 more than one error in twenty, and not one', () => {
    expect(kinds([...runs(19), run({ status: 'failed' })])).toEqual([])
    expect(kinds([...runs(18), run({ status: 'failed' })])).toEqual(['errors'])
    expect(alertsOf([run({ status: 'failed' })])).toEqual([{ agent: 'research', kind: 'errors', measured: 1, limit: 0.05 }])
  })
  test('OBS-03 what a person ended is no error, and hides none', () => {
    expect(kinds(runs(30, { status: 'aborted' }))).toEqual([])
    expect(kinds([...runs(30, { status: 'aborted' }), ...runs(10), run({ status: 'failed' })])).toEqual(['errors'])
  })
  test('OBS-03 a context over 40 percent, and not one of 40', () => {
    expect(kinds([run({ contextPercent: 40 })])).toEqual([])
    expect(kinds([run({ contextPercent: 40.1 }), run({ contextPercent: 3 })])).toEqual(['context'])
  })
  test('OBS-03 work of more than 300 seconds, and not of 300', () => {
    expect(kinds([run({ activeMs: alertLimits.activeMsMax })])).toEqual([])
    expect(kinds([run({ activeMs: alertLimits.activeMsMax + 1 })])).toEqual(['duration'])
  })
  test('OBS-03 agents are judged apart, and none of no runs', () => {
    expect(alertsOf([])).toEqual([])
    const alerts = alertsOf([...runs(2, { agent: 'b', status: 'failed' }), ...runs(50), run({ agent: 'a', activeMs: 1e9 })])
    expect(alerts.map(({ agent, kind }) => [agent, kind])).toEqual([
      ['a', 'duration'],
      ['b', 'errors'],
    ])
  })
})
