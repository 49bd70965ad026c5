/** Lifts a guardrail for an hour, and says which are or were lifted. That it was lifted, by whom, why and until when stands in the log. */
import type { Exemption } from '../contract/exemptions.ts'
import type { Handlers } from '../dispatch.ts'
import type { Actor } from '../domain/actor.ts'
import { allowanceAt, type ContextAllowance } from '../domain/context-window.ts'
import { exemptionLimits, isInForce, liftable } from '../domain/exemption.ts'
import { fail, ok } from '../domain/result.ts'
import type { Bodies } from '../store/bodies.ts'
import { createExemptions, type ExemptionRow } from '../store/exemptions.ts'
import { operator, type Services } from './services.ts'
import { readSeen, type Sight } from './sight.ts'

const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }

const lifted = fail('exemption.in_force', 'This guardrail is lifted already.', 'Use the hour that it has; it can be lifted again after it.')

type Parts = Pick<Services, 'db' | 'tenant' | 'station' | 'clock' | 'ceiling'>

/** Notes the end of those that have run out. What they allowed ended by itself, at their hour. */
export function endExemptions({ db, tenant, station, clock, ceiling }: Parts): void {
  const exemptions = createExemptions(db, tenant)
  const now = clock()
  const over = exemptions.open().filter((row) => !isInForce(row, now))
  if (over.length === 0) return
  station.commit(scheduler, (record) => {
    for (const { id } of over) {
      exemptions.end(id, now)
      record({ type: 'exemption.ended', exemptionId: id, atMs: now }, ceiling())
    }
  })
}

/** What a prompt may take of a model's window now. */
export const contextAllowance = ({ db, tenant, clock }: Pick<Services, 'db' | 'tenant' | 'clock'>): ContextAllowance =>
  allowanceAt(createExemptions(db, tenant).open(), clock())

const toExemption = (
  { id, guardrail, justification, grantedAtMs, grantedBy, endedAtMs }: ExemptionRow,
  bodies: Bodies,
  now: number,
  sight: Sight,
): Exemption => ({
  ...{ id, guardrail, grantedBy, justification: readSeen(bodies, justification, sight), grantedAt: grantedAtMs },
  expiresAt: grantedAtMs + exemptionLimits.lastsMs,
  isInForce: isInForce({ grantedAtMs, endedAtMs }, now),
})

export const exemptionHandlers = (
  services: Parts & Pick<Services, 'bodies' | 'newId' | 'sightOf'>,
): Pick<Handlers, 'exemptions.grant' | 'exemptions.list'> => {
  const { db, tenant, bodies, station, clock, newId, ceiling, sightOf } = services
  return {
    'exemptions.grant': ({ guardrail: wanted, justification }, caller) => {
      const allowed = liftable(wanted)
      if (!allowed.ok) return allowed
      endExemptions(services)
      const exemptions = createExemptions(db, tenant)
      const guardrail = allowed.value
      if (exemptions.open().some((row) => row.guardrail === guardrail)) return lifted
      const now = clock()
      const label = ceiling()
      const id = newId('exm')
      const row = station.commit(operator(caller), (record): ExemptionRow => {
        const why = bodies.put(justification, label)
        const granted = { id, guardrail, justification: why.body, grantedAtMs: now, grantedBy: caller.account }
        exemptions.add(granted)
        record(
          {
            type: 'exemption.granted',
            exemptionId: id,
            guardrail,
            justification: why,
            atMs: now,
            expiresAtMs: now + exemptionLimits.lastsMs,
          },
          label,
        )
        return { ...granted, endedAtMs: null }
      })
      return ok(toExemption(row, bodies, now, sightOf(caller.account)))
    },
    'exemptions.list': ({ limit, offset }, { account }) => {
      const { items, total } = createExemptions(db, tenant).list(limit, offset)
      const now = clock()
      return ok({ items: items.map((row) => toExemption(row, bodies, now, sightOf(account))), total })
    },
  }
}
