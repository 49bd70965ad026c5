/**
 * The station's safe-keeping, put together: the audit desk, backups, the restore, the system journal, and the record of what people
 * read. Where the store is damaged it only reads, and the journal alone hears.
 */
import type { Actor } from '../domain/actor.ts'
import type { Label } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { journalLine, securityEvents } from '../domain/security-events.ts'
import type { StationEvent } from '../domain/station-events.ts'
import { createActivity } from '../handlers/activity.ts'
import type { Services } from '../handlers/services.ts'
import { openSystemJournal } from '../platform/system-journal.ts'
import { openAuditDesk } from '../store/audit-desk.ts'
import { keepBackups } from '../store/backups.ts'
import type { OpenedStore } from '../store/opening.ts'
import { restoreNewest } from '../store/restore.ts'
import type { Failpoint } from '../world.ts'
import type { Holdings } from './store.ts'

const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

export interface WatchParts {
  readonly opened: OpenedStore
  readonly holdings: Pick<Holdings, 'db' | 'station'>
  readonly tenantId: string
  readonly boot: string
  readonly version: string
  readonly paths: Services['paths']
  readonly clock: Services['clock']
  readonly ceiling: () => Label
  readonly failpoint: Failpoint
  readonly onDefect: (where: string, error: unknown) => void
  /** Where the system journal listens; the system's own place when undefined. */
  readonly journalSocket: string | undefined
}

export interface Watch {
  readonly services: Pick<Services, 'audit' | 'activity' | 'backups' | 'restore' | 'journalState'>
  /** Events that were just committed: those of the catalogue go to the system journal. */
  recorded(events: readonly RecordedEvent[]): void
  started(): void
  /** After everything else that writes, and before the database is closed. */
  close(): Promise<void>
}

export function openWatch(parts: WatchParts): Watch {
  const { opened, holdings, tenantId, boot, version, paths, clock, ceiling, onDefect, journalSocket } = parts
  const { db, station } = holdings
  const journal = openSystemJournal(journalSocket)
  const isReadOnly = opened.damage !== null

  function commit(entries: ReadonlyArray<{ readonly event: StationEvent; readonly actor: Actor }>): void {
    if (isReadOnly) {
      for (const { event } of entries) journal.write(securityEvents[event.type] ?? 5, `unrecorded type=${event.type}`)
      return
    }
    const recorded = db.transaction(() => entries.map(({ event, actor }) => station.append(event, actor, ceiling())))()
    station.publish(recorded)
  }
  const say = (event: StationEvent) => commit([{ event, actor: runtime }])
  const activity = createActivity({ commit, onDefect: (error) => onDefect('activity', error) })
  const audit = openAuditDesk({
    ...{ opened, paths, tenant: tenantId, version, clock, failpoint: parts.failpoint },
    onHead: ({ size, root, keyId }) => journal.write(5, `head size=${size} root=${root.alg}:${root.value} key=${keyId}`),
    onVerified: ({ events, fault }) => {
      activity.record(
        fault === null ? { type: 'audit.verified', events } : { type: 'audit.failed', kind: fault.kind, seq: fault.seq },
        runtime,
      )
    },
    onDefect: (error) => onDefect('audit', error),
  })
  const backups = keepBackups({
    ...{ db, folder: paths.backups, agents: paths.agents, publicKeyPem: audit.keys?.publicKeyPem ?? null, clock, seal: audit.seal },
    isSound: () => audit.damage() === null,
    failpoint: parts.failpoint,
    onMade: ({ events }) => activity.record({ type: 'backup.made', events }, runtime),
    onDefect: (error) => onDefect('backup', error),
  })

  return {
    services: {
      ...{ audit, activity, backups, journalState: journal.state },
      restore: () => {
        // What is being verified would be told of the database that was put in place.
        audit.cancel()
        return restoreNewest(paths, clock(), (error) => onDefect('restore', error), parts.failpoint)
      },
    },
    recorded: (events) => {
      for (const event of events) {
        const line = journalLine(event)
        if (line !== null) journal.write(line.priority, line.text)
      }
    },
    started: () => {
      say({ type: 'core.started', boot })
      if (opened.restoredFrom !== null && !isReadOnly)
        say({ type: 'store.restored', events: opened.audit.tree.size, before: opened.restoredFrom })
    },
    close: async () => {
      await backups.close()
      activity.close()
      try {
        say({ type: 'core.stopped', boot })
      } catch (error) {
        // A full disk, say: the next start is recorded all the same.
        onDefect('stop', error)
      }
      await audit.close()
      await journal.close()
    },
  }
}
