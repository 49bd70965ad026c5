import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPaths } from '../../../main/platform/paths.ts'
import { listBackups, makeBackup } from '../../../main/store/backup.ts'
import { openForUse } from '../../../main/store/opening.ts'
import { restoreNewest } from '../../../main/store/restore.ts'
import type { Paths } from '../../../main/world.ts'
import { openAuditLog } from '../../support/audit-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

class Killed extends Error {}
const dieAt = (moment: string) => (name: string) => {
  if (name === moment) throw new Killed(name)
}
const nobody = () => undefined

const template = temporaryFolder()

/** A log of 60 events with a backup of 50, whose database is no database any more. */
beforeAll(async () => {
  const log = openAuditLog(template)
  log.append(50)
  await log.audit.seal()
  await makeBackup({
    db: log.db,
    folder: join(template, 'backups'),
    agents: join(template, 'agents'),
    publicKeyPem: null,
    at: 1_000,
    onDefect: nobody,
  })
  log.append(10)
  await log.close()
  writeFileSync(log.file, 'gone')
})

function damaged(): Paths {
  const paths = createPaths(join(temporaryFolder(), 'data'))
  cpSync(template, paths.data, { recursive: true })
  return paths
}

describe('DUR-09 a crash while a backup takes the place of a damaged store', () => {
  test.each(['restore.after_copy', 'restore.after_agents', 'restore.after_move', 'restore.after_place', 'restore.after_mark'])(
    '%s',
    async (moment) => {
      const paths = damaged()
      expect((await restoreNewest(paths, 2_000, nobody, dieAt(moment))).ok).toBe(false)
      // What stands there now is the old, the new, or known to be neither; it is never taken for a log without a past.
      const found = await openForUse(paths, 3_000, nobody).catch(() => null)
      const isNew = moment === 'restore.after_mark'
      if (['restore.after_copy', 'restore.after_agents'].includes(moment)) expect(found).toBeNull()
      else
        expect([found?.damage?.fault?.kind ?? null, found?.restoredFrom ?? null]).toEqual(isNew ? [null, 60] : ['shorter_than_mark', null])
      found?.db.close()
      expect(await restoreNewest(paths, 4_000, nobody)).toMatchObject({ ok: true, value: { backup: { events: 50 } } })
      const restored = await openForUse(paths, 5_000, nobody)
      expect(restored).toMatchObject({ damage: null, audit: { tree: { size: 50 } } })
      expect(restored.restoredFrom).toBe(isNew ? 50 : 60)
      restored.db.close()
      const kept = readdirSync(paths.damaged).flatMap((folder) => readdirSync(join(paths.damaged, folder)))
      expect(kept).toContain('holdfast.db')
      expect(existsSync(`${paths.database}.restored`)).toBe(false)
    },
  )
})

describe('DUR-09 a crash while a backup is made', () => {
  test.each(['backup.after_copy', 'backup.after_rename'])('%s: there is a whole one or none', async (moment) => {
    const paths = createPaths(temporaryFolder())
    const log = openAuditLog(paths.data)
    log.append(50)
    await log.audit.seal()
    const request = { db: log.db, folder: paths.backups, agents: paths.agents, publicKeyPem: null, at: 1_000, onDefect: nobody }
    expect((await makeBackup({ ...request, failpoint: dieAt(moment) })).ok).toBe(false)
    expect(listBackups(paths.backups).map(({ events }) => events)).toEqual(moment === 'backup.after_rename' ? [50] : [])
    // What a kill would have left half-made is no backup, and does not stand in the way.
    writeFileSync(join(paths.backups, 'new.partial'), 'half')
    expect(await makeBackup({ ...request, at: 2_000 })).toMatchObject({ ok: true, value: { events: 50 } })
    expect(readdirSync(paths.backups).filter((name) => name.includes('partial'))).toEqual([])
    await log.close()
  })
})
