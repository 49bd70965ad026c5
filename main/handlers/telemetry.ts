/** What is measured of agents, for those who look after a station; each is told of what they may see. */
import type { Handlers } from '../dispatch.ts'
import { ok } from '../domain/result.ts'
import { metricsContentType } from '../telemetry/metrics.ts'
import type { Services } from './services.ts'

export const telemetryHandlers = (services: Services): Pick<Handlers, 'station.metrics' | 'drift.check'> => ({
  'drift.check': async () => {
    const parts = await services.drift.look(true)
    return ok({ at: services.clock(), parts: parts.map(({ names, ...part }) => ({ ...part, names: [...names] })) })
  },
  'station.metrics': async (_input, { account }) => {
    const sight = services.sightOf(account)
    const text = await services.metrics.text(sight === null ? null : (label) => sight.permits(label))
    return ok({ contentType: metricsContentType, text })
  },
})
