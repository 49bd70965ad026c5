/** What waits for a second person: listed, shown, confirmed or rejected. */
import type { Act, ActDetail } from '../contract/acts.ts'
import type { Handlers } from '../dispatch.ts'
import { parseDigest } from '../domain/digest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ActRow } from '../store/acts.ts'
import type { Services } from './services.ts'

const unknown = fail('act.unknown', 'There is no such act.', 'List what waits: holdfast acts list.')

type Names = `acts.${'list' | 'get' | 'confirm' | 'reject'}`

export const actHandlers = ({
  acts,
  bodies,
  labels,
  clock,
  sightOf,
}: Pick<Services, 'acts' | 'bodies' | 'labels' | 'clock' | 'sightOf'>): Pick<Handlers, Names> => {
  const toAct = (row: ActRow): Act => {
    const { id, act, call, requestedAt, requestedBy, expiresAt, decidedAt, decidedBy, failure } = row
    // Its end may not be noted yet.
    const state = row.state === 'waiting' && expiresAt <= clock() ? 'expired' : row.state
    const about = { id, act, call, requestedAt, requestedBy, expiresAt, state, decidedAt, decidedBy, failure }
    return { ...about, argumentsHash: parseDigest(row.argumentsHash), label: labels.labelOf(row.labelId) }
  }
  const show = (actId: string): Result<ActDetail> => {
    const row = acts.rows.get(actId)
    if (row === null) return unknown
    return ok({ ...toAct(row), arguments: bodies.read(row.arguments), reason: row.reason === null ? null : bodies.read(row.reason) })
  }
  return {
    'acts.list': ({ isOpen, limit, offset }, { account }) => {
      const { items, total } = acts.rows.list(isOpen, limit, offset, sightOf(account)?.labelIds())
      return ok({ items: items.map(toAct), total })
    },
    'acts.get': ({ actId }) => show(actId),
    'acts.confirm': async ({ actId, argumentsHash }, caller) => {
      const confirmed = await acts.confirm(actId, argumentsHash, caller)
      if (!confirmed.ok) return confirmed
      const act = show(actId)
      return act.ok ? ok({ act: act.value, failure: confirmed.value.failure }) : act
    },
    'acts.reject': ({ actId, reason }, caller) => {
      const rejected = acts.reject(actId, reason, caller)
      return rejected.ok ? show(actId) : rejected
    },
  }
}
