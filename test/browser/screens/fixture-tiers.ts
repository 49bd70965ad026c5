/** Two invented endpoints, one of which does not answer, and where tasks went. */
import type { CallInput, CallOutput } from '../../../main/contract/calls.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { run } from './fixture-answers.ts'
import { cui } from './fixture-holdings.ts'
import { id, nowMs } from './fixture-ids.ts'

type Status = CallOutput<'tiers.list'>['tiers'][number]['endpoints'][number]
type Decision = CallOutput<'route.explain'>

const rule = (isAllowed: boolean) => ({ isAllowed, clearance: isAllowed ? cui : null, crossing: 'ask' }) as const

const endpoint: Status['endpoint'] = {
  ...{ id: id('end', 1), tier: 'datacenter', name: 'Building 4, rack 2', host: '10.20.0.5', port: 8_443, serverName: 'llm.b4.example' },
  ...{ isTls: true, basePath: '/v1', certificateAuthority: 'PEM', clientCertificate: null, clearance: cui, firstTokenMsMax: 3_000 },
  ...{ isEnabled: true, hasSecret: true, addedAt: nowMs - 86_400_000 * 12, addedBy: 'r.okafor' },
  models: [
    { name: 'llama-3.3-70b-instruct', contextTokens: 131_072, promptMicros: 400_000, completionMicros: 1_200_000 },
    { name: 'qwen3-110b', contextTokens: 65_536, promptMicros: 0, completionMicros: 0 },
  ],
}

const well: Status = {
  ...{ endpoint, breaker: 'closed', failuresInRow: 0, firstTokenMs: 1_840, refusal: null },
  certificatesEndAt: nowMs + 86_400_000 * 200,
}
const silent: Status = {
  endpoint: {
    ...endpoint,
    ...{ id: id('end', 2), name: 'Spare machine of the survey office', host: '10.20.0.9', clearance: unclassified, hasSecret: false },
    models: endpoint.models.slice(1),
  },
  ...{ breaker: 'open', failuresInRow: 5, firstTokenMs: null, refusal: 'unhealthy', certificatesEndAt: nowMs + 86_400_000 * 9 },
}

const decision = (change: Partial<Decision>): Decision => ({
  ...{ mode: 'suggest', tier: 'datacenter', endpointId: endpoint.id, model: 'llama-3.3-70b-instruct', confidence: 0.82 },
  ...{ causes: ['context_too_large', 'features'], refused: [], costMicrosMax: 14_000, policyVersion: 3 },
  ...change,
})
const local: Partial<Decision> = { mode: 'local', tier: 'edge', endpointId: null, model: null, costMicrosMax: 0 }

const decisions = [
  decision({}),
  decision({
    ...local,
    refused: [
      { endpointId: endpoint.id, tier: 'datacenter', reason: 'above_endpoint_clearance' },
      { endpointId: silent.endpoint.id, tier: 'datacenter', reason: 'unhealthy' },
    ],
  }),
  decision({ mode: 'ask', confidence: 0.55, causes: ['failed_attempts'] }),
  decision({
    ...local,
    confidence: 0.31,
    causes: ['features'],
    refused: [{ endpointId: null, tier: 'frontier', reason: 'tier_forbidden' }],
  }),
]

export const tierAnswers = (isEmpty: boolean) => ({
  'tiers.list': (): CallOutput<'tiers.list'> => ({
    ...{ policyVersion: isEmpty ? 0 : 3, isTightened: false, damaged: [] },
    tiers: [
      { tier: 'datacenter', rule: rule(true), endpoints: isEmpty ? [] : [well, silent] },
      { tier: 'frontier', rule: rule(isEmpty), endpoints: [] },
    ],
  }),
  'tiers.test': (): CallOutput<'tiers.test'> => ({
    ...{ endpointId: endpoint.id, isWell: true, failure: null, model: 'llama-3.3-70b-instruct', firstTokenMs: 1_760, totalMs: 2_040 },
    testedAt: nowMs,
  }),
  'route.list': (): CallOutput<'route.list'> => ({
    items: isEmpty
      ? []
      : decisions.map((decided, i) => ({
          ...{ seq: 900 - i, runId: run(3 + i, '').id, stepId: id('stp', i + 1), at: nowMs - i * 5_400_000, decision: decided },
        })),
    total: isEmpty ? 0 : decisions.length,
  }),
  'route.explain': ({ label }: CallInput<'route.explain'>): CallOutput<'route.explain'> =>
    label.level === 'unclassified'
      ? decision({ refused: [{ endpointId: silent.endpoint.id, tier: 'datacenter', reason: 'unhealthy' }] })
      : decision({ ...local, refused: [{ endpointId: endpoint.id, tier: 'datacenter', reason: 'above_tier_clearance' }] }),
  'route.overrides': (): CallOutput<'route.overrides'> => ({
    items: isEmpty
      ? []
      : [
          {
            ...{ id: id('rov', 1), away: { kind: 'endpoint', endpointId: silent.endpoint.id }, runId: null, isInForce: true },
            ...{ justification: 'Its disk is being replaced today.', madeBy: 'r.okafor' },
            ...{ madeAt: nowMs - 1_200_000, expiresAt: nowMs + 2_400_000 },
          },
        ],
    total: isEmpty ? 0 : 1,
  }),
  'tiers.statistics': (): CallOutput<'tiers.statistics'> => ({
    events: 12_408,
    tiers: [
      {
        ...{ tier: 'datacenter', calls: 31, failures: 2, tokens: 184_200, costMicros: 212_000 },
        firstTokenMs: { median: 1_840, p95: 4_100, objective: 3_000, metShare: 0.87 },
      },
    ],
    decisions: { total: 44, byMode: { local: 12, automatic: 0, suggest: 24, ask: 8 } },
    accuracy: { approved: 29, refused: 3, share: 0.906, target: 0.9 },
    overrides: { total: 2, share: 0.045, target: 0.1 },
  }),
})
