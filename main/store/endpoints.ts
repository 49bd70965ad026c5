/**
 * Endpoints as their events tell them: there is no row that could say anything else. A description that is not what its event committed
 * to counts for nothing.
 */
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { Endpoint } from '../domain/endpoint.ts'
import type { Label } from '../domain/label.ts'
import { StationEvent } from '../domain/station-events.ts'
import type { Bodies } from './bodies.ts'
import type { Db } from './open.ts'

/** What is committed to: whether a key is kept is not part of it. */
export const EndpointDescription = Endpoint.omit({ hasSecret: true })
export type EndpointDescription = Omit<Endpoint, 'hasSecret'>

export interface StoredEndpoints {
  /** Oldest first. */
  readonly endpoints: readonly EndpointDescription[]
  /** Those whose description was changed outside of the log, or is gone. */
  readonly damaged: readonly string[]
}

export interface Endpoints {
  read(): StoredEndpoints
  /** Makes it an endpoint, or the one there another. Inside the transaction of `station.commit`. */
  describe(type: 'tier.added' | 'tier.changed', endpoint: EndpointDescription, label: Label, atMs: number): StationEvent
}

/** The condition of the index, word for word: otherwise the whole log is read. */
export const ofRouting = `type IN ('tier.added', 'tier.changed', 'tier.removed', 'route.overridden', 'route.decided')`

export function createEndpoints(db: Db, bodies: Pick<Bodies, 'put' | 'read' | 'matches'>, tenant: string): Endpoints {
  const told = db.prepare<[string], { body: string }>(
    `SELECT body FROM events WHERE ${ofRouting} AND type IN ('tier.added', 'tier.changed', 'tier.removed') AND tenant_id = ? ORDER BY seq`,
  )
  type Described = Extract<StationEvent, { type: 'tier.added' | 'tier.changed' }>
  const describedBy = ({ endpointId, tier, description }: Described): EndpointDescription | null => {
    try {
      if (!bodies.matches(description)) return null
      const { data } = EndpointDescription.safeParse(readJson(bodies.read(description.body) ?? ''))
      return data?.id === endpointId && data.tier === tier ? data : null
    } catch {
      // One that cannot be read must not take the others along.
      return null
    }
  }
  return {
    read: () => {
      const current = new Map<string, Described>()
      for (const { body } of told.all(tenant)) {
        const event = StationEvent.parse(JSON.parse(body))
        if (event.type === 'tier.removed') current.delete(event.endpointId)
        else if (event.type === 'tier.added' || event.type === 'tier.changed') current.set(event.endpointId, event)
      }
      const found = [...current.values()].map((event) => ({ id: event.endpointId, endpoint: describedBy(event) }))
      return {
        endpoints: found.flatMap(({ endpoint }) => (endpoint === null ? [] : [endpoint])),
        damaged: found.flatMap(({ id, endpoint }) => (endpoint === null ? [id] : [])),
      }
    },
    describe: (type, endpoint, label, atMs) => {
      const description = bodies.put(canonicalJson(EndpointDescription.parse(endpoint)), label)
      return { type, endpointId: endpoint.id, tier: endpoint.tier, description, atMs }
    },
  }
}
