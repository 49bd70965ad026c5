/** The other machine of a recording: the real router and requests, and an answer that quotes the first line of the best passage. */
import * as z from 'zod'
import { noQuota } from '../main/domain/budget.ts'
import type { Endpoint } from '../main/domain/endpoint.ts'
import { unclassified } from '../main/domain/label.ts'
import { builtInPolicy } from '../main/domain/policy.ts'
import { ok } from '../main/domain/result.ts'
import { createRouter } from '../main/routing/choose.ts'
import { createEndpointHealth } from '../main/routing/health.ts'
import { createOutside, type EndpointClient } from '../main/routing/outside.ts'

const Body = z.object({ messages: z.array(z.object({ content: z.string() })) })
const clock = Date.now

const endpoint: Endpoint = {
  ...{ id: `end_${'0'.repeat(26)}`, tier: 'datacenter', name: 'Rack 4', host: '10.0.0.5', port: 8443, serverName: null, isTls: true },
  ...{ basePath: '/v1', certificateAuthority: 'PEM', clientCertificate: null, hasSecret: false, clearance: unclassified },
  models: [{ name: 'large', contextTokens: 32_768, promptMicros: 1_000_000, completionMicros: 2_000_000 }],
  ...{ firstTokenMsMax: 1_000, isEnabled: true, addedAt: 0, addedBy: 'recorder' },
}

const client: EndpointClient = {
  ask: async ({ request }) => {
    const { messages } = Body.parse(JSON.parse(request.body))
    const prompt = messages.map(({ content }) => content).join('\n')
    const quote = /\[1\] [^\n]*\n(?:#[^\n]*\n+)?([^\n]{30,})/.exec(prompt)?.[1] ?? ''
    const text = JSON.stringify({ claims: [{ text: 'It was signed for.', n: 1, quote }] })
    const used = { promptTokens: 40, completionTokens: 10, costMicros: 60, firstTokenMs: 5, totalMs: 9 }
    return ok({ text, stop: 'end', device: 'datacenter: Rack 4 (large)', label: null, ...used })
  },
}

export function recordedEndpoint(account: string) {
  const health = createEndpointHealth(clock)
  const policy = builtInPolicy(account, unclassified)
  const router = createRouter({
    ...{ policy: () => policy, readEndpoints: () => [endpoint], readQuota: () => noQuota, readOverrides: () => [], health, clock },
    onDefect: (error) => {
      throw error
    },
  })
  router.refresh()
  const { outside } = createOutside({ router, health, secrets: { get: () => ok(null) }, client })
  return { outside, endpoints: () => router.endpoints() }
}
