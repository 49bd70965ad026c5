import { expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import { staleAfter } from '../../renderer/stale.ts'
import { id } from '../browser/screens/fixture-ids.ts'

const stale = (event: RecordedEvent['event']) =>
  staleAfter({
    ...{ seq: 1, stream: id('run', 1), version: 1, at: 0, tenant: 'station', actor: { issuer: 'runtime', account: 'ask' } },
    ...{ label: unclassified, event, previous: '', hash: '' },
  })

test('SLO-01 an incident that opens or is closed has the incidents read again, and nothing of the runs', () => {
  const opened = { incidentId: id('inc', 1), cause: 'spiral', subject: 'ask', runId: null, atMs: 0 } as const
  expect(stale({ type: 'incident.opened', ...opened })).toEqual(['incidents.list', 'reports.review'])
})

test('OBS-01 OBS-05 a run that is over has figures, budgets, traces and what was handed on read again', () => {
  const over = stale({ type: 'run.failed', from: 'active', reason: 'failure', failure: { code: 'model.deadline' }, atMs: 0 })
  expect(over).toEqual(expect.arrayContaining(['incidents.list', 'station.metrics', 'traces.get', 'contextBundles.list']))
  expect(stale({ type: 'tool.dispatched', stepId: id('stp', 1), atMs: 0 })).toContain('traces.get')
})

test('DRF-01 drift that was found has no model hashed again by itself', () => {
  expect(stale({ type: 'drift.found', part: 'models', changed: 1, missing: 0, added: 0, atMs: 0 })).not.toContain('drift.check')
})

test('POL-01 another policy has objectives and the trust in tools read again; one that drifted changes neither', () => {
  const digest = { alg: 'sha256', value: '0'.repeat(64) } as const
  const loaded = stale({ type: 'policy.loaded', version: 2, digest, keyId: 'A1', keyDigest: digest, atMs: 0 })
  expect(loaded).toEqual(expect.arrayContaining(['policy.get', 'tiers.list', 'incidents.list', 'reports.review', 'tools.list']))
  expect(stale({ type: 'policy.drifted', version: 2, faults: [], atMs: 0 })).not.toContain('tools.list')
})
