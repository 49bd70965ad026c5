/** Endpoints, policies and tasks for tests of routing. */
import type { Endpoint } from '../../main/domain/endpoint.ts'
import { unclassified } from '../../main/domain/label.ts'
import type { TierRule } from '../../main/domain/policy.ts'
import type { RouteTask } from '../../main/domain/route.ts'
import type { RoutePolicy } from '../../main/domain/route-decide.ts'
import { testId } from './test-core.ts'

export const openRule: TierRule = { isAllowed: true, clearance: unclassified, crossing: 'automatic' }

export const endpointOf = (more: Partial<Endpoint> = {}): Endpoint => ({
  ...{ id: testId('end', 1), tier: 'datacenter', name: 'Rack 4', host: '10.0.0.5', port: 8443, serverName: 'models.site' },
  ...{ isTls: true, basePath: '/v1', certificateAuthority: 'pem', clientCertificate: null, hasSecret: false },
  models: [{ name: 'large', contextTokens: 32_768, promptMicros: 1_000_000, completionMicros: 2_000_000 }],
  ...{ clearance: unclassified, firstTokenMsMax: 2_000, isEnabled: true, addedAt: 0, addedBy: 'ana' },
  ...more,
})

export const policyOf = (more: Partial<RoutePolicy> = {}): RoutePolicy => ({
  version: 3,
  tiers: { datacenter: openRule, frontier: openRule },
  routing: { automaticAbove: 0.9, suggestAbove: 0.7 },
  egress: null,
  isTightened: false,
  ...more,
})

export const features = (share: number): RouteTask['features'] => ({ complexity: share, novelty: share, risk: share, scope: share })

export const taskOf = (more: Partial<RouteTask> = {}): RouteTask => ({
  ...{ label: unclassified, features: features(1), promptTokens: 1_000, completionTokens: 500 },
  ...{ edgeContextTokens: 8_192, failedAttempts: 0, requested: null, runId: null },
  ...more,
})
