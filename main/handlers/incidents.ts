/** Incidents as people see and explain them. */
import type { Incident } from '../contract/telemetry.ts'
import type { Handlers } from '../dispatch.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { IncidentRow } from '../store/incidents.ts'
import { operator, type Services } from './services.ts'
import { readSeen } from './sight.ts'

const unknown = fail('incident.unknown', 'There is no such incident.', 'List the incidents to see what there is.')
const closed = fail('incident.closed', 'This incident is closed already.', 'Look at what was said of it.')

type Parts = Pick<Services, 'incidents' | 'incidentDesk' | 'bodies' | 'station' | 'clock' | 'sightOf' | 'routing'>

export const incidentHandlers = (services: Parts): Pick<Handlers, `incidents.${'list' | 'get' | 'close'}`> => {
  const { incidents, incidentDesk, bodies, station, clock, sightOf, routing } = services
  /** An endpoint is on record by its id; people know it by its name, as long as it is there. */
  const nameOf = (subject: string): string => routing.router.endpoints().find(({ id }) => id === subject)?.name ?? subject
  const toIncident = ({ reason, subject, ...row }: IncidentRow, account: string): Incident => ({
    ...row,
    subject: nameOf(subject),
    reason: reason === null ? null : readSeen(bodies, reason, sightOf(account)),
  })
  const show = (id: string, account: string): Result<Incident> => {
    const row = incidents.get(id)
    return row === null ? unknown : ok(toIncident(row, account))
  }
  return {
    'incidents.list': ({ limit, offset, isOpen }, { account }) => {
      const labels = sightOf(account)?.labelIds() ?? null
      const { items, total } = incidents.list({ isOpen: isOpen ?? null, labels }, limit, offset)
      return ok({ items: items.map((row) => toIncident(row, account)), total, budgets: [...incidentDesk.budgets(labels)] })
    },
    'incidents.get': ({ incidentId }, { account }) => show(incidentId, account),
    'incidents.close': ({ incidentId, reason }, caller) => {
      const row = incidents.get(incidentId)
      if (row === null) return unknown
      if (row.closedAt !== null) return closed
      const at = clock()
      station.commit(operator(caller), (record) => {
        const why = bodies.put(reason, row.label)
        incidents.close(incidentId, at, caller.account, why.body)
        record({ type: 'incident.closed', incidentId, reason: why, atMs: at }, row.label)
      })
      return show(incidentId, caller.account)
    },
  }
}
