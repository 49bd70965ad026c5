import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { unclassified } from '../../../main/domain/label.ts'
import { createPaths } from '../../../main/platform/paths.ts'
import { listBackups, makeBackup } from '../../../main/store/backup.ts'
import { createBodies } from '../../../main/store/bodies.ts'
import { createEventLog } from '../../../main/store/event-log.ts'
import { createLabels } from '../../../main/store/labels.ts'
import { migrations } from '../../../main/store/migrate.ts'
import { openReader, openStore } from '../../../main/store/open.ts'
import { openForUse } from '../../../main/store/opening.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folderOf = () => {
  const paths = createPaths(temporaryFolder())
  mkdirSync(paths.blobs)
  return paths
}
const fails = (error: unknown) => {
  throw error
}

describe('DUR-09 a store is opened for use', () => {
  test('an older schema is backed up as it is before it is changed; a current one is not', async () => {
    const paths = folderOf()
    const older = migrations().slice(0, -1)
    const db = new Database(paths.database)
    db.pragma('journal_mode = WAL')
    for (const { sql } of older) db.exec(sql)
    const version = older.at(-1)?.version ?? 0
    db.pragma(`user_version = ${version}`)
    const log = createEventLog(db, createLabels(db), 'station')
    const actor = { issuer: 'runtime', account: 'holdfast' } as const
    const event = { type: 'import.started', importId: `imp_${'0'.repeat(26)}`, files: 1 } as const
    db.transaction(() => log.append({ stream: 'station', expectedVersion: 0, events: [event], actor, label: unclassified, at: 1 }))()
    db.close()

    const opened = await openForUse(paths, Date.UTC(2026, 10, 20), fails)
    expect(opened).toMatchObject({ damage: null, audit: { tree: { size: 1 } } })
    opened.db.close()
    const [backup, ...more] = listBackups(paths.backups)
    expect([backup?.events, more]).toEqual([1, []])
    const copy = openReader(backup?.file ?? '')
    expect(copy.pragma('user_version', { simple: true })).toBe(version)
    copy.close()

    const again = await openForUse(paths, Date.UTC(2026, 10, 21), fails)
    again.db.close()
    expect(listBackups(paths.backups)).toHaveLength(1)
  })

  test('a new folder gets its key, its mark and no backup', async () => {
    const paths = folderOf()
    const opened = await openForUse(paths, 1, fails)
    expect(opened).toMatchObject({ damage: null, restoredFrom: null, audit: { fault: null, last: null } })
    opened.db.close()
    expect(readdirSync(paths.keys).sort()).toEqual(['audit.key', 'audit.pub'])
    expect([existsSync(paths.auditMark), existsSync(paths.backups)]).toEqual([true, false])
  })

  test('a database that is gone while its mark is there is not taken for a first start', async () => {
    const paths = folderOf()
    const opened = await openForUse(paths, 1, fails)
    opened.db.close()
    const mark = await openForUse(paths, 1, fails)
    const log = createEventLog(mark.db, createLabels(mark.db), 'station')
    expect(log.lastSeq()).toBe(0)
    mark.db.close()
    rmSync(paths.database)
    writeFileSync(paths.auditMark, '{}')
    const found = await openForUse(paths, 1, () => undefined)
    expect(found.damage?.fault?.kind).toBe('mark_forged')
    found.db.close()
  })
})

test('a backup that does not pass its checks is not kept', async () => {
  const paths = folderOf()
  const opened = await openForUse(paths, 1, fails)
  const { db } = opened
  db.exec(`INSERT INTO labels VALUES (1, '{}');
    INSERT INTO events VALUES (1, 's', 1, 't', 1, 'station', '{}', 1, '{}', 'p', 'h')`)
  const made = await makeBackup({
    db,
    folder: paths.backups,
    agents: paths.agents,
    publicKeyPem: opened.audit.keys?.publicKeyPem ?? null,
    at: 1,
    onDefect: fails,
  })
  expect(made).toMatchObject({ ok: false, error: { code: 'backup.not_whole' } })
  expect(readdirSync(paths.backups)).toEqual([])
  db.close()
})

test('after a restore, files that the older database does not know are kept aside', () => {
  const paths = folderOf()
  const db = openStore(paths.database)
  const newId = () => `bdy_${'0'.repeat(26)}`
  const bodies = createBodies(db, createLabels(db), paths.blobs, newId, 'station')
  const name = 'a'.repeat(64)
  mkdirSync(join(paths.blobs, 'aa'))
  writeFileSync(join(paths.blobs, 'aa', name), 'came later')
  const aside = join(paths.damaged, 'blobs')
  bodies.sweep(aside)
  expect([readdirSync(join(paths.blobs, 'aa')), readdirSync(aside)]).toEqual([[], [name]])
  writeFileSync(join(paths.blobs, 'aa', name), 'left by a crash')
  bodies.sweep(null)
  expect(readdirSync(join(paths.blobs, 'aa'))).toEqual([])
  db.close()
})
