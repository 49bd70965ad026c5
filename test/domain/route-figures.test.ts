import { expect, test } from 'vitest'
import { quantile, type RoutingRecord, routeFigures } from '../../main/domain/route-figures.ts'

const objectives = { ofTier: (tier: string) => (tier === 'edge' ? 100 : null), ofEndpoint: (id: string) => (id === 'near' ? 50 : null) }
let calls = 0
/** A call from its request to its answer, or to its failure where there is no time. */
function call(
  tier: 'reflex' | 'edge' | 'datacenter' | 'frontier',
  firstTokenMs: number | null | 'failed',
  endpointId?: string,
): readonly RoutingRecord[] {
  const stepId = `stp_${calls++}`
  const settled = { tokens: 10, costMicros: tier === 'edge' ? 0 : 7, bytesWritten: 0 }
  const requested = { type: 'model.requested', stepId, tier, ...(endpointId === undefined ? {} : { crossing: { endpointId } }) } as const
  return firstTokenMs === 'failed'
    ? [requested, { type: 'model.failed', stepId, settled }]
    : [requested, { type: 'model.answered', stepId, usage: { firstTokenMs }, settled }]
}
const crossing = (stepId: string, verdict: 'approved' | 'rejected'): readonly RoutingRecord[] => [
  { type: 'route.decided', stepId, mode: 'suggest' },
  { type: 'tool.proposed', stepId, crossing: { endpointId: 'near' } },
  { type: `tool.${verdict}`, stepId },
]

test('RTE-11 calls, failures, tokens and cost are told apart by tier, with median, 95th percentile and the share that met its objective', () => {
  const records = [
    ...[10, 20, 100, 101].flatMap((ms) => call('edge', ms)),
    ...[
      ...call('datacenter', 40, 'near'),
      ...call('datacenter', 60, 'near'),
      ...call('datacenter', 5, 'gone'),
      ...call('datacenter', 'failed', 'near'),
    ],
    ...call('reflex', null),
  ]
  const { tiers } = routeFigures(records, objectives)
  expect(tiers).toEqual([
    {
      tier: 'reflex',
      calls: 1,
      failures: 0,
      tokens: 10,
      costMicros: 7,
      firstTokenMs: { median: null, p95: null, objective: null, metShare: null },
    },
    {
      tier: 'edge',
      calls: 4,
      failures: 0,
      tokens: 40,
      costMicros: 0,
      firstTokenMs: { median: 20, p95: 101, objective: 100, metShare: 0.75 },
    },
    {
      tier: 'datacenter',
      calls: 4,
      failures: 1,
      tokens: 40,
      costMicros: 28,
      firstTokenMs: { median: 40, p95: 60, objective: null, metShare: 0.5 },
    },
    {
      tier: 'frontier',
      calls: 0,
      failures: 0,
      tokens: 0,
      costMicros: 0,
      firstTokenMs: { median: null, p95: null, objective: null, metShare: null },
    },
  ])
})

test('RTE-09 accuracy is what people approved of what they were shown, and overrides count against decisions', () => {
  const { decisions, accuracy, overrides } = routeFigures(
    [
      ...Array.from({ length: 9 }, (_, i) => crossing(`stp_${i}`, 'approved')).flat(),
      ...crossing('stp_9', 'rejected'),
      { type: 'route.decided', stepId: 'stp_x', mode: 'local' },
      { type: 'route.overridden' },
      // Approvals of tools say nothing of the router.
      { type: 'tool.proposed', stepId: 'stp_t' },
      { type: 'tool.rejected', stepId: 'stp_t' },
    ],
    objectives,
  )
  expect(decisions).toEqual({ total: 11, byMode: { local: 1, automatic: 0, suggest: 10, ask: 0 } })
  expect(accuracy).toEqual({ approved: 9, refused: 1, share: 0.9, target: 0.9 })
  expect(overrides).toEqual({ total: 1, share: 1 / 11, target: 0.1 })
})

test('of nothing no share is said', () => {
  const { accuracy, overrides } = routeFigures([], objectives)
  expect([accuracy.share, overrides.share]).toEqual([null, null])
})

test('a quantile is a value that was measured', () => {
  expect([quantile([], 0.5), quantile([3], 0.95), quantile([4, 1, 3, 2], 0.5), quantile([1, 2, 3, 4], 0.95), quantile([1, 2], 0)]).toEqual([
    null,
    3,
    2,
    4,
    1,
  ])
})
