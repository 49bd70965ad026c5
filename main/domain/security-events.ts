/** Which events an administrator's collector gets: the heads of the log are sent besides. Ids and hashes only, as in the log itself. */
import type { RecordedEvent } from './recorded-event.ts'

type EventType = RecordedEvent['event']['type']

/** How urgent, as the system journal counts: 3 error, 4 warning, 5 notice. */
export const securityEvents: Readonly<Partial<Record<EventType, 3 | 4 | 5>>> = {
  'core.started': 5,
  'core.stopped': 5,
  'call.denied': 4,
  'search.made': 5,
  'document.viewed': 5,
  'document.removed': 5,
  'document.refused': 4,
  'label.changed': 4,
  'floor.changed': 4,
  'answer.released': 4,
  'authority.changed': 5,
  'export.made': 5,
  'import.started': 5,
  'station.configured': 4,
  'bundle.trusted': 4,
  'bundle.loaded': 5,
  'bundle.refused': 4,
  'bundle.activated': 4,
  'bundle.activation_failed': 4,
  'bundle.imported': 5,
  'bundle.swept': 5,
  'model.admitted': 5,
  'model.activated': 5,
  'model.verified': 5,
  'backup.made': 5,
  'store.restored': 4,
  'egress.allowed': 5,
  'egress.denied': 4,
  'egress.tested': 4,
  'audit.verified': 5,
  'audit.failed': 3,
  'route.decided': 5,
  'reply.withheld': 4,
  'tool.approval_requested': 5,
  'tool.approved': 4,
  'tool.rejected': 4,
  'tool.expired': 5,
  'tool.undone': 5,
  'tool.unknown': 4,
  'budget.changed': 4,
  'run.imported': 5,
  'quota.changed': 4,
  'attended.changed': 4,
  'tier.added': 4,
  'tier.changed': 4,
  'tier.removed': 4,
  'tier.secret_changed': 4,
  'tier.tested': 5,
  'route.overridden': 4,
  'drift.recorded': 5,
  'drift.found': 3,
  'incident.opened': 4,
  'incident.closed': 5,
  'exemption.granted': 4,
  'exemption.ended': 5,
  'policy.loaded': 4,
  'policy.refused': 4,
  'policy.drifted': 3,
  'act.requested': 4,
  'act.confirmed': 4,
  'act.rejected': 4,
  'act.expired': 5,
  'act.ended': 4,
  'serve.opened': 4,
  'serve.closed': 5,
  'serve.key_added': 4,
  'serve.key_revoked': 5,
  'serve.called': 5,
  'serve.denied': 4,
}

/** The line for an event that belongs to the catalogue, or null. Its body is in the log; the hash proves it. */
export function journalLine({ seq, stream, event, hash }: RecordedEvent): { readonly priority: number; readonly text: string } | null {
  const listed = securityEvents[event.type]
  if (listed === undefined) return null
  const isSpill = event.type === 'document.refused' && event.code === 'import.suspected_spill'
  const code = event.type === 'document.refused' ? ` code=${event.code}` : ''
  return { priority: isSpill ? 3 : listed, text: `event seq=${seq} type=${event.type} stream=${stream} hash=${hash}${code}` }
}
