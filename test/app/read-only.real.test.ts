/** A store that somebody changed, set back or broke: the core says what it found, still reads, changes nothing, and is restored. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { restoreStore } from '../../main/app.ts'
import type { StoreBackup } from '../../main/contract/audit.ts'
import { createPaths } from '../../main/platform/paths.ts'
import { openCheckpointer, openReader } from '../../main/store/open.ts'
import type { Paths } from '../../main/world.ts'
import { faultsOf } from '../support/check-store.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const files = join(folder, 'files')
const question = 'When was pump 2 inspected?'

const template = join(folder, 'template')
let backup: StoreBackup

/** Documents, an answer and a backup, and something done after it; closed. */
beforeAll(async () => {
  mkdirSync(files)
  for (let n = 0; n < 3; n++) writeFileSync(join(files, `${n}.md`), `# Report ${n}\n\nPump ${n} was inspected at 14:${10 + n}.\n`)
  const core = await openApp(template)
  await core.ingest([files])
  await core.ask(question)
  backup = await core.call('station.backup')
  await core.app.close()
})

/** A copy of that station. */
function station(name: string): Paths {
  const paths = createPaths(join(folder, name))
  cpSync(template, paths.data, { recursive: true })
  return paths
}

/** What a station with a damaged store must still do, and what it must not. */
async function expectReadOnly(core: OpenApp): Promise<void> {
  expect((await core.call('search.query', { query: 'inspected pump' })).hits.length).toBeGreaterThan(0)
  expect((await core.call('documents.list')).total).toBe(3)
  expect((await core.call('runs.list')).total).toBeGreaterThan(0)
  const before = readFileSync(core.paths.database)
  const changes = [
    ['ask.start', { question }],
    ['imports.start', { sources: [{ path: files }] }],
    ['station.configure', { ceiling: 'secret' }],
    ['audit.checkpoint', {}],
    ['station.backup', {}],
  ] as const
  for (const [name, input] of changes) expect([name, await core.codeOf(name, input)]).toEqual([name, 'store.read_only'])
  await core.app.idle()
  expect(readFileSync(core.paths.database).equals(before)).toBe(true)
}

/** After a restore: everything works, holds, and is written down. */
async function expectRestored(data: string): Promise<void> {
  const core = await openApp(data)
  const status = await core.call('station.status')
  expect([status.readOnly, status.counts.documents]).toEqual([null, 3])
  expect((await core.ask(question)).status).toBe('complete')
  expect(await core.call('audit.verify')).toMatchObject({ fault: null })
  const restored = new Promise((resolve) => {
    const stop = core.app.subscribe(0, (item) => {
      if (item.kind === 'event' && item.event.event.type === 'store.restored') resolve(item.event.event)
      queueMicrotask(() => stop())
    })
  })
  expect(await restored).toMatchObject({ events: backup.events, before: expect.any(Number) })
  await core.app.close()
  expect(faultsOf(core.paths)).toEqual([])
}

describe('TOL-08 the core starts read-only and can be restored', () => {
  test('a database that was set back to an older copy', async () => {
    const paths = station('back')
    const later = await openApp(paths.data)
    expect(await later.codeOf('station.restore')).toBe('store.not_damaged')
    await later.ask('Which pump was inspected last?')
    await later.app.close()
    copyFileSync(join(template, 'holdfast.db'), paths.database)

    const core = await openApp(paths.data)
    const { readOnly } = await core.call('station.status')
    expect(readOnly).toMatchObject({ fault: { kind: 'shorter_than_mark' }, backup: { events: backup.events, bytes: backup.bytes } })
    const seq = readOnly?.fault?.seq ?? 0
    expect(seq).toBeGreaterThan(backup.events)
    expect(readOnly?.sentence).toContain(`event ${seq}`)
    await expectReadOnly(core)
    const exported = await core.call('audit.export')
    expect(exported.events).toBe(seq - 1)

    const restored = await core.call('station.restore')
    expect(restored.backup.events).toBe(backup.events)
    expect(readdirSync(restored.movedTo).sort()).toEqual(expect.arrayContaining(['audit-high-water.json', 'holdfast.db']))
    expect(existsSync(restored.backup.file)).toBe(true)
    await core.app.close()
    await expectRestored(paths.data)
  })

  test('an old event that was changed: found by a verification, and remembered at the next start', async () => {
    const paths = station('changed')
    const db = openCheckpointer(paths.database)
    db.exec('DROP TRIGGER events_are_never_changed')
    db.exec('UPDATE events SET at_ms = at_ms + 1 WHERE seq = 5')
    db.close()
    const core = await openApp(paths.data)
    expect((await core.call('station.status')).readOnly).toBeNull()
    expect(await core.call('audit.verify')).toMatchObject({ fault: { kind: 'changed', seq: 5 } })
    expect(await core.codeOf('ask.start', { question })).toBe('store.read_only')
    const { lastCheckpoint } = await core.call('audit.status')
    await core.app.close()
    const again = await openApp(paths.data)
    // No seal says that a broken log holds.
    expect((await again.call('audit.status')).lastCheckpoint).toEqual(lastCheckpoint)
    expect((await again.call('station.status')).readOnly).toMatchObject({ fault: { kind: 'changed', seq: 5 } })
    await expectReadOnly(again)
    await again.app.close()
  })

  test('pages that are no pages any more', async () => {
    const paths = station('pages')
    const spoil = (name: string) => {
      const db = openReader(paths.database)
      const size = Number(db.pragma('page_size', { simple: true }))
      const root = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name))
      db.close()
      const bytes = readFileSync(paths.database)
      bytes.fill(0xa5, (root - 1) * size, root * size)
      writeFileSync(paths.database, bytes)
    }
    spoil('sqlite_autoindex_uploads_1')
    const core = await openApp(paths.data)
    const { readOnly } = await core.call('station.status')
    expect(readOnly).toMatchObject({ sentence: 'Pages of the database are damaged.', backup: { events: backup.events } })
    await expectReadOnly(core)
    // The events themselves are whole.
    expect(await core.call('audit.verify')).toMatchObject({ fault: null })
    await core.app.close()
    for (const name of ['documents', 'collections', 'runs']) spoil(name)
    const worse = await openApp(paths.data)
    expect((await worse.call('station.status')).readOnly).toMatchObject({ sentence: 'Pages of the database are damaged.' })
    expect(await worse.codeOf('documents.list')).toBe('store.damaged')
    await worse.call('station.restore')
    await worse.app.close()
    await expectRestored(paths.data)
  })

  test('a file that is no database any more is restored without a core, and a damaged backup is passed over', async () => {
    const paths = station('no-database')
    writeFileSync(paths.database, 'This is a text.')
    await expect(openApp(paths.data)).rejects.toThrow('core.store_refused')
    const [good] = readdirSync(paths.backups)
    const bytes = readFileSync(join(paths.backups, good ?? ''))
    writeFileSync(join(paths.backups, 'holdfast-20990101T000000Z-9.db'), bytes.fill(0, bytes.length / 2, bytes.length / 2 + 8192))
    const restored = await restoreStore(paths)
    expect(restored).toMatchObject({ ok: true, value: { backup: { events: backup.events } } })
    if (!restored.ok) return
    expect(readFileSync(join(restored.value.movedTo, 'holdfast.db'), 'utf8')).toBe('This is a text.')
    await expectRestored(paths.data)
  })

  test('without a key or a backup nothing is touched, and without its key a core only reads', async () => {
    const paths = station('keyless')
    const before = readFileSync(paths.database)
    renameSync(paths.backups, `${paths.backups}-away`)
    expect(await restoreStore(paths)).toMatchObject({ ok: false, error: { code: 'restore.no_backup' } })
    renameSync(paths.keys, `${paths.keys}-away`)
    expect(await restoreStore(paths)).toMatchObject({ ok: false, error: { code: 'restore.key_missing' } })
    expect(readFileSync(paths.database).equals(before)).toBe(true)
    const keyless = await openApp(paths.data)
    expect((await keyless.call('station.status')).readOnly).toMatchObject({ fault: { kind: 'key_changed' } })
    await expectReadOnly(keyless)
    await keyless.app.close()
    renameSync(`${paths.keys}-away`, paths.keys)
    const back = await openApp(paths.data)
    expect((await back.call('station.status')).readOnly).toBeNull()
    await back.app.close()
  })
})

test('the newest three backups are kept, each verified, made while the core works', async () => {
  const paths = station('many')
  for (const n of [1, 2, 3]) copyFileSync(backup.file, join(paths.backups, `holdfast-2020010${n}T000000Z-${n}.db`))
  const core = await openApp(paths.data)
  const [made] = await Promise.all([core.call('station.backup'), core.ask(question)])
  expect(statSync(made.file).size).toBe(made.bytes)
  expect(readdirSync(paths.backups).sort()).toEqual([
    'holdfast-20200103T000000Z-3.db',
    ...[basename(backup.file), basename(made.file)].sort(),
  ])
  await core.app.close()
})
