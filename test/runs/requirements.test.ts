/** What must hold in the end is fixed when a run is created. Whoever works on it may say that it holds, and nothing else. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { issuers } from '../../main/domain/actor.ts'
import { mayIssue } from '../../main/domain/run/commands.ts'
import { RunEvent } from '../../main/domain/run/events.ts'
import { fold } from '../../main/domain/run/evolve.ts'
import { newId, openRunStore, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: RunStore[] = []
afterAll(() => {
  for (const store of opened) store.close()
})
const names = ['every claim is cited', 'the file is written']
function open() {
  const at = join(folder, newId('boot'))
  mkdirSync(at)
  const store = openRunStore(at)
  opened.push(store)
  const runId = store.start({ requirements: names })
  return { store, runId, epoch: store.launch(runId) }
}
const shardOf = (store: RunStore) => store.db.prepare('SELECT requirements FROM shards').pluck().get()

test('SAF-07 only the marks of requirements change, and only by the executor', () => {
  const { store, runId, epoch } = open()
  const mark = { type: 'requirement.mark', epoch, requirement: names[0] ?? '', isMet: true } as const
  for (const issuer of issuers.filter((who) => who !== 'runtime')) expect(store.send(runId, issuer, mark)).toBe('run.not_permitted')
  expect(store.send(runId, 'runtime', { ...mark, requirement: 'something easier' })).toBe('run.unknown_requirement')
  expect(store.send(runId, 'runtime', { ...mark, requirement: `${names[0]} ` })).toBe('run.unknown_requirement')
  expect(store.send(runId, 'runtime', { ...mark, epoch: epoch - 1 })).toBe('run.stale_epoch')
  store.must(runId, 'runtime', mark)
  expect(store.run(runId).requirements).toEqual([
    { name: names[0], isMet: true },
    { name: names[1], isMet: false },
  ])
  store.must(runId, 'runtime', { ...mark, isMet: false })
  expect(store.run(runId).requirements).toEqual(names.map((name) => ({ name, isMet: false })))
  expect(JSON.parse(String(shardOf(store)))).toEqual(names)
})

test('SAF-07 no event but the creation of a run names requirements, and no command but its creation takes them', () => {
  const naming = RunEvent.options.filter(({ shape }) => 'requirements' in shape).map(({ shape }) => shape.type.value)
  expect(naming).toEqual(['run.created'])
  expect(mayIssue['run.create']).not.toContain('model')
  expect(mayIssue['run.create']).not.toContain('runtime')
  expect(mayIssue['requirement.mark']).toEqual(['runtime'])
})

test('SAF-07 whatever is marked, the list stays the same', () => {
  const { store, runId, epoch } = open()
  const tries = fc.array(
    fc.record({ requirement: fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 30 })), isMet: fc.boolean() }),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(tries, (marks) => {
      for (const one of marks) store.send(runId, 'runtime', { type: 'requirement.mark', epoch, ...one })
      expect(store.run(runId).requirements.map(({ name }) => name)).toEqual(names)
      const state = fold(store.log.readStream(runId).map(({ event }) => RunEvent.parse(event)))
      expect(state).toEqual(store.run(runId))
    }),
    { numRuns: 10 },
  )
})

test('SAF-07 the database itself refuses to change or remove what was asked for', () => {
  const { store } = open()
  expect(() => store.db.exec(`UPDATE shards SET requirements = '[]'`)).toThrow(/immutable/)
  expect(() => store.db.exec(`UPDATE shards SET budget = '{}'`)).toThrow(/immutable/)
  expect(() => store.db.exec('DELETE FROM shards')).toThrow(/immutable/)
  expect(() => store.db.exec("UPDATE events SET body = replace(body, 'cited', 'read')")).toThrow(/append-only/)
  expect(() => store.db.exec('DELETE FROM events')).toThrow(/append-only/)
  expect(JSON.parse(String(shardOf(store)))).toEqual(names)
  // Not even by the way around: replacing a row is a deletion and an insertion.
  expect(() =>
    store.db.exec(
      "REPLACE INTO shards SELECT id, tenant_id, agent, task, input, retries_max, timeout_ms, label_id, created_at, created_by, budget, '[]' FROM shards",
    ),
  ).toThrow(/immutable/)
  expect(JSON.parse(String(shardOf(store)))).toEqual(names)
})
