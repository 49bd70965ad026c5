/** A real log in a temporary folder, with as many streams and events as a test wants, sealed and signed as a core does it. */
import { join } from 'node:path'
import { unclassified } from '../../main/domain/label.ts'
import { type Audit, keepAudit } from '../../main/store/audit.ts'
import { openAudit } from '../../main/store/audit-opening.ts'
import { createEventLog, type EventLog } from '../../main/store/event-log.ts'
import { createLabels } from '../../main/store/labels.ts'
import { type Db, openStore } from '../../main/store/open.ts'
import { testId } from './test-core.ts'

export interface AuditLog {
  readonly folder: string
  readonly file: string
  readonly files: { readonly keys: string; readonly auditMark: string }
  readonly db: Db
  readonly log: EventLog
  readonly audit: Audit
  readonly heads: number[]
  /** Appends events, one to each of five streams in turn. */
  append(count: number): void
  /** Seals, and closes the database. */
  close(): Promise<void>
}

export function openAuditLog(folder: string): AuditLog {
  const file = join(folder, 'holdfast.db')
  const files = { keys: join(folder, 'keys'), auditMark: join(folder, 'audit-high-water.json') }
  const db = openStore(file)
  const log = createEventLog(db, createLabels(db), 'station')
  const { keys, fault, tree, last } = openAudit(db, files, 1)
  if (keys === null || fault !== null) throw new Error(`the log does not open: ${JSON.stringify(fault)}`)
  const heads: number[] = []
  let at = 1_795_000_000_000 + log.lastSeq()
  const audit = keepAudit({
    ...{ db, tenant: 'station', keys, tree, last, markFile: files.auditMark, clock: () => at },
    onHead: ({ size }) => void heads.push(size),
    onDefect: (error) => {
      throw error
    },
  })
  const append = db.transaction((count: number) => {
    for (let n = 0; n < count; n++) {
      at += 1
      const stream = `run-${(log.lastSeq() + 1) % 5}`
      const event = { type: 'tool.dispatched' as const, stepId: testId('stp', n % 1000), atMs: at }
      const actor = { issuer: 'runtime', account: 'holdfast' } as const
      log.append({ stream, expectedVersion: log.versionOf(stream), events: [event], actor, label: unclassified, at })
    }
  })
  return {
    ...{ folder, file, files, db, log, audit, heads },
    append: (count) => void append(count),
    close: async () => {
      await audit.close()
      db.close()
    },
  }
}
