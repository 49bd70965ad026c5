/** The agents of a site and its packs in a backup: there and back with the database, and no name of them leads anywhere else. Real files and SQLite. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createPaths } from '../../../main/platform/paths.ts'
import { listBackups, makeBackup } from '../../../main/store/backup.ts'
import { sha256 } from '../../../main/store/event-log.ts'
import { keepFolder, keptFilesTable, keptLimits, takeFiles } from '../../../main/store/kept-files.ts'
import { openCopy, openReader } from '../../../main/store/open.ts'
import { restoreNewest } from '../../../main/store/restore.ts'
import type { Paths } from '../../../main/world.ts'
import { openAuditLog } from '../../support/audit-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const fails = (error: unknown): never => {
  throw error
}
function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
const kept = {
  'berths.yaml': 'name: berths\n',
  'ask.local.yaml': 'stepsMax: 3\n',
  'packs/harbour/pack.json': '{}',
  'packs/harbour/pack.json.label': '{"level":"secret"}',
  'packs/harbour/docs/readme.md': '# Harbour\n',
}
/** By their places; what is no file is left out. */
function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    names
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )
}

/** A log with a backup of its events, made while these agents were there. */
async function backedUp(agents: Readonly<Record<string, string>>, at = 1_000): Promise<Paths> {
  const paths = createPaths(join(temporaryFolder(), 'data'))
  put(paths.agents, agents)
  await backUp(paths, at)
  return paths
}
async function backUp(paths: Paths, at: number, onDefect: (error: unknown) => void = fails): Promise<boolean> {
  mkdirSync(paths.data, { recursive: true })
  const log = openAuditLog(paths.data)
  log.append(10)
  await log.audit.seal()
  const made = await makeBackup({ db: log.db, folder: paths.backups, agents: paths.agents, publicKeyPem: null, at, onDefect })
  expect(made).toMatchObject({ ok: true })
  await log.close()
  return made.ok && made.value.hasAgents
}
/** As after a mishap: the database is none any more, and the newest backup takes its place. */
function restore(paths: Paths) {
  writeFileSync(paths.database, 'gone')
  return restoreNewest(paths, 9_000, fails)
}
function tablesOf(file: string): readonly string[] {
  const db = openReader(file)
  try {
    return db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
  } finally {
    db.close()
  }
}
function change(file: string, sql: string, ...values: readonly unknown[]): void {
  const db = openCopy(file)
  db.prepare(sql).run(...values)
  db.close()
}

test('DUR-09 agents and packs are restored as they were, and what was there since lies aside', async () => {
  const paths = await backedUp(kept)
  put(paths.agents, { 'berths.yaml': 'name: [', 'later.yaml': 'name: later\n' })
  const restored = await restore(paths)
  expect(restored).toMatchObject({ ok: true, value: { backup: { events: 10 } } })
  expect(filesIn(paths.agents)).toEqual(kept)
  const aside = restored.ok ? join(restored.value.movedTo, 'agents') : ''
  expect(filesIn(aside)).toMatchObject({ 'berths.yaml': 'name: [', 'later.yaml': 'name: later\n' })
  // They are never in the database that serves.
  expect([tablesOf(paths.database).includes('kept_files'), existsSync(`${paths.agents}.restored`)]).toEqual([false, false])
})

test('DUR-09 links, what is half written, hidden, too big or no agent is not backed up', async () => {
  const paths = createPaths(join(temporaryFolder(), 'data'))
  const others = {
    ...{ 'notes.txt': 'x', '.hidden.yaml': 'x', 'berths.yaml.partial': 'x', 'old/berths.yaml': 'x', 'packs/stray': 'x' },
    ...{ 'packs/harbour/a b.md': 'x', 'big.yaml': 'x'.repeat(keptLimits.fileBytesMax + 1) },
  }
  put(paths.agents, { ...kept, ...others })
  put(dirname(paths.data), { 'outside/secret.yaml': 'secret' })
  symlinkSync(join(dirname(paths.data), 'outside/secret.yaml'), join(paths.agents, 'link.yaml'))
  symlinkSync(join(dirname(paths.data), 'outside'), join(paths.agents, 'packs/linked'))
  await backUp(paths, 1_000)
  expect(await restore(paths)).toMatchObject({ ok: true })
  expect(filesIn(paths.agents)).toEqual(kept)
})

test('DUR-09 a backup with a name that leads elsewhere is passed over, and nothing of it is written', async () => {
  const paths = await backedUp(kept)
  put(paths.agents, { 'berths.yaml': 'name: other\n' })
  await backUp(paths, 2_000)
  const [newest] = listBackups(paths.backups)
  change(newest?.file ?? '', 'INSERT INTO kept_files VALUES (?, ?, ?)', '../planted.yaml', sha256('planted'), Buffer.from('planted'))
  expect(await restore(paths)).toMatchObject({ ok: true, value: { backup: { at: 1_000 } } })
  expect(filesIn(paths.agents)).toEqual(kept)
  expect(readdirSync(dirname(paths.data), { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('planted'))).toEqual([])
})

test.each([
  ...['../x.yaml', 'packs/harbour/../../x.yaml', '/tmp/x.yaml', 'keys/x.yaml', 'packs/c:/x.yaml', 'x\n.yaml', 'packs\\x\\y.yaml', '..', ''],
  ...['packs/harbour', 'packs//x.yaml', 'packs/harbour/.x', 'x.txt', 'x.yaml.partial', `packs/${'a/'.repeat(12)}x`],
])('DUR-09 no file is given out of a copy under the name %j', (name) => {
  const file = join(temporaryFolder(), 'copy.db')
  writeFileSync(file, '')
  const db = openCopy(file)
  db.exec(keptFilesTable)
  db.prepare('INSERT INTO kept_files VALUES (?, ?, ?)').run(name, sha256('x'), Buffer.from('x'))
  db.close()
  const given: string[] = []
  expect(() => takeFiles(file, (path) => given.push(path))).toThrow()
  expect(given).toEqual([])
})

test('DUR-09 a backup whose agents are not what was kept is passed over', async () => {
  const paths = await backedUp(kept)
  await backUp(paths, 2_000)
  const [newest] = listBackups(paths.backups)
  change(newest?.file ?? '', "UPDATE kept_files SET bytes = x'00' WHERE path = 'berths.yaml'")
  expect(await restore(paths)).toMatchObject({ ok: true, value: { backup: { at: 1_000 } } })
  expect(filesIn(paths.agents)).toEqual(kept)
})

test('DUR-09 where the folder of the agents cannot be read the database is backed up all the same, and a restore leaves what is there', async () => {
  const paths = createPaths(join(temporaryFolder(), 'data'))
  mkdirSync(paths.data, { recursive: true })
  writeFileSync(paths.agents, 'a file where a folder should be')
  const heard: unknown[] = []
  expect(await backUp(paths, 1_000, (error) => heard.push(error))).toBe(false)
  expect(heard).toMatchObject([{ code: 'ENOTDIR' }, { code: 'ENOTDIR' }])
  expect(await restore(paths)).toMatchObject({ ok: true })
  expect(readFileSync(paths.agents, 'utf8')).toBe('a file where a folder should be')
})

test('DUR-09 a backup of before agents were kept leaves those that are here', async () => {
  const paths = await backedUp(kept)
  change(listBackups(paths.backups)[0]?.file ?? '', 'DROP TABLE kept_files')
  expect(await restore(paths)).toMatchObject({ ok: true })
  expect(filesIn(paths.agents)).toEqual(kept)
})

test('DUR-09 where the agents cannot be moved the database is restored all the same, and says that they stay', async () => {
  const paths = await backedUp(kept)
  put(paths.agents, { 'berths.yaml': 'name: later\n' })
  // Something stands where they would be laid aside.
  put(paths.damaged, { '19700101T000009000Z/agents/other.yaml': 'x' })
  writeFileSync(paths.database, 'gone')
  const heard: unknown[] = []
  const restored = await restoreNewest(paths, 9_000, (error) => heard.push(error))
  expect(restored).toMatchObject({ ok: true, value: { backup: { events: 10 }, agentsLeft: true } })
  expect([heard.length, filesIn(paths.agents)['berths.yaml'], existsSync(`${paths.agents}.restored`)]).toEqual([1, 'name: later\n', false])
})

test('DUR-09 a link to nowhere in the place of the agents stands in no way of a restore', async () => {
  const paths = await backedUp(kept)
  rmSync(paths.agents, { recursive: true })
  symlinkSync(join(paths.data, 'nowhere'), paths.agents)
  expect(await restore(paths)).toMatchObject({ ok: true, value: { agentsLeft: false } })
  expect(filesIn(paths.agents)).toEqual(kept)
})

test('DUR-09 a file that is gone once it is to be read has the folder read again, and what is there is kept whole', async () => {
  const folder = join(temporaryFolder(), 'agents')
  put(folder, kept)
  const copy = join(temporaryFolder(), 'copy.db')
  writeFileSync(copy, '')
  const heard: unknown[] = []
  const listed = [{ path: 'gone.yaml', sizeBytes: 1 }]
  expect(await keepFolder(copy, folder, listed, (error) => heard.push(error))).toBe(true)
  const given: string[] = []
  takeFiles(copy, (path) => given.push(path))
  expect([heard.length, given.toSorted()]).toEqual([1, Object.keys(kept).toSorted()])
})
