/** The record of runs: what is written, what is never written, and that it can be checked from outside. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Db, openReader, openStore } from '../../main/store/open.ts'
import { faultsOf } from '../support/check-store.ts'
import { createDice } from '../support/dice.ts'
import { tinyModels } from '../support/models.ts'
import { childrenRunning, type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
const canaries = {
  text: 'obsidiantext',
  name: 'obsidianname',
  question: 'obsidianquestion',
  folder: 'obsidianfolder',
  title: 'obsidiantitle',
}
const files = join(folder, canaries.folder)
let core: OpenApp
let modelId = ''

beforeAll(async () => {
  mkdirSync(files)
  writeFileSync(join(files, `${canaries.name}.md`), `# ${canaries.title}\n\nThe pump ${canaries.text} failed at 14:05 on Tuesday.\n`)
  writeFileSync(join(files, `${canaries.name}.pdf`), `%PDF-1.7 ${canaries.text}`)
  core = await openApp(data)
  await core.ingest([files], { collection: 'Reports' })
  const { decoder } = tinyModels(folder)
  modelId = (await core.call('models.import', { source: { path: decoder } })).id
}, 120_000)

describe('RUN-12 the events are the only truth', () => {
  test('the rows of every run are the fold of its events, whatever was done to it', async () => {
    const roll = createDice(20_261_121)
    const question = `When did the pump ${canaries.question} fail?`
    for (let i = 0; i < 40; i++) {
      const { runId } = await core.call('ask.start', { question: `${question} (${i})`, modelId: i % 10 === 0 ? modelId : null })
      for (let action = 0; action < roll(4); action++) {
        await sleep(roll(8))
        // Refusals belong to the corpus: a run may have moved on.
        await core.codeOf((['runs.pause', 'runs.resume', 'runs.cancel', 'runs.pause'] as const)[roll(4)] ?? 'runs.pause', { runId })
      }
    }
    const { runId } = await core.call('ask.start', { question, modelId })
    await core.next((item) => (item.kind === 'delta' && item.runId === runId ? item : null))
    for (const pid of childrenRunning('llama-child')) process.kill(pid, 'SIGKILL')
    const { items } = await core.call('runs.list', { limit: 100 })
    const ends = await Promise.all(items.map(({ id }) => core.settled(id)))
    expect(ends.length).toBe(41)
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['complete', 'held', 'aborted']))
    expect(faultsOf(core.paths)).toEqual([])
  }, 120_000)

  test('every event has its actor, and a person is their account', () => {
    const db = openReader(core.paths.database)
    const actors = db.prepare('SELECT DISTINCT actor FROM events ORDER BY actor').pluck().all()
    db.close()
    expect(actors).toContain('{"account":"tester","issuer":"operator"}')
    expect(actors.every((actor) => /^\{"account":"(tester|holdfast)","issuer":"(operator|scheduler|runtime)"\}$/.test(String(actor)))).toBe(
      true,
    )
  })
})

describe('AUD-01 the log can only grow, and a change shows', () => {
  function changed(name: string, change: (db: Db) => void): readonly string[] {
    const copy = join(folder, `${name}.db`)
    const source = openReader(core.paths.database)
    source.exec(`VACUUM INTO '${copy}'`)
    source.close()
    const db = openStore(copy)
    change(db)
    db.close()
    return faultsOf({ database: copy, blobs: core.paths.blobs })
  }

  test('events and shards refuse to be changed or deleted', () => {
    changed('refusing', (db) => {
      for (const table of ['events', 'shards']) {
        expect(() => db.prepare(`UPDATE ${table} SET tenant_id = 'other'`).run()).toThrow(/append-only|immutable/)
        expect(() => db.prepare(`DELETE FROM ${table}`).run()).toThrow(/append-only|immutable/)
      }
    })
  })

  test('one edited row is found by its chain', () => {
    expect(changed('untouched', () => undefined)).toEqual([])
    const faults = changed('edited', (db) => {
      db.exec('DROP TRIGGER events_are_never_changed')
      const { seq, stream } = db
        .prepare<[], { seq: number; stream: string }>("SELECT seq, stream FROM events WHERE type = 'run.created' LIMIT 1")
        .get() ?? { seq: 0, stream: '' }
      db.prepare("UPDATE events SET actor = replace(actor, 'tester', 'nobody') WHERE seq = ?").run(seq)
      expect(stream).toMatch(/^run_/)
    })
    expect(faults.join()).toMatch(/the chain of run_\w+ breaks at 1/)
  })

  test('a projection that says something else than the events is found', () => {
    const faults = changed('projected', (db) =>
      db.prepare('UPDATE runs SET tokens_used = tokens_used + 1 WHERE id = (SELECT min(id) FROM runs)').run(),
    )
    expect(faults.join()).toContain('The run: tokens used is')
  })
})

describe('AUD-02 no text stands in the log', () => {
  test('no word of a document, a question or a file name is in an event or in a log file', () => {
    const db = openReader(core.paths.database)
    const events = db.prepare('SELECT * FROM events').all()
    const held = db.prepare("SELECT count(*) FROM passages WHERE text LIKE '%' || ? || '%'").pluck().get(canaries.text)
    db.close()
    expect(held).toBe(1)
    const logs = readdirSync(core.paths.logs).map((name) => readFileSync(join(core.paths.logs, name), 'utf8'))
    const written = `${JSON.stringify(events)}${logs.join('')}`.toLowerCase()
    expect(events.length).toBeGreaterThan(200)
    for (const canary of Object.values(canaries)) expect(written).not.toContain(canary)
  })

  test('but a body that an event points at can be read, by its own run only', async () => {
    const { items } = await core.call('runs.list', { limit: 2 })
    const [one, other] = items
    const events = await core.call('runs.events', { runId: one?.id ?? '', limit: 200 })
    const created = events.items.map(({ event }) => event).find((event) => event.type === 'run.created')
    const body = created?.type === 'run.created' ? created.input.body : ''
    expect((await core.call('bodies.read', { runId: one?.id, body })).text).toContain(canaries.question)
    expect(await core.codeOf('bodies.read', { runId: other?.id, body })).toBe('body.unknown')
  })
})

test('a second core on the same data folder is refused and writes nothing', async () => {
  const before = readdirSync(data).sort()
  copyFileSync(join(data, 'logs', 'holdfast.log'), join(folder, 'log-before'))
  await expect(openApp(data)).rejects.toThrow('core.already_running')
  expect(readdirSync(data).sort()).toEqual(before)
  expect(readFileSync(join(data, 'logs', 'holdfast.log'))).toEqual(readFileSync(join(folder, 'log-before')))
})
