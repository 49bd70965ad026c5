/** The blackboard: what is written stays, what is directed has a newest revision and all earlier ones. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openMissionStore } from '../support/mission-store.ts'
import { newId } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()

function open(name: string) {
  mkdirSync(join(folder, name), { recursive: true })
  const store = openMissionStore(join(folder, name), { agents: {} })
  onTestFinished(() => store.stop())
  return store
}

test('BB-01 an entry says its kind, phase, author, content, confidence and time, and can be neither changed nor deleted', async () => {
  const store = open('entries')
  const id = store.begin()
  const write = (text: string, author: string | null) =>
    store.missionJournal.send(
      id,
      (put) => [{ type: 'board.decide', entryId: newId('ent'), kind: 'decision', author, content: put(text), confidence: 0.8 }],
      author === null ? { issuer: 'operator', account: 'ada' } : { issuer: 'runtime', account: 'holdfast' },
    )
  expect([write('We look at the quays first.', null).ok, write('Nothing about cranes.', 'worker').ok]).toEqual([true, true])
  const entries = store.board.entries(id)
  expect(
    entries.map(({ kind, phase, author, account, content, confidence }) => [
      kind,
      phase,
      author,
      account,
      store.bodies.read(content),
      confidence,
    ]),
  ).toEqual([
    ['decision', 'PLANNING', null, 'ada', 'We look at the quays first.', 0.8],
    ['decision', 'PLANNING', 'worker', 'holdfast', 'Nothing about cranes.', 0.8],
  ])
  expect(entries[0]?.at).toBeGreaterThan(0)
  for (const statement of ["UPDATE board_entries SET kind = 'risk'", 'DELETE FROM board_entries'])
    expect(() => store.db.exec(statement)).toThrow(/append-only/)
})

test('BB-02 a directive has one newest revision, and every earlier one stays', async () => {
  const store = open('directives')
  const id = store.begin()
  const direct = (text: string) =>
    store.missionJournal.send(id, (put) => [{ type: 'board.direct', name: 'priority', author: null, content: put(text) }], {
      issuer: 'operator',
      account: 'ada',
    })
  for (const text of ['first', 'second', 'third']) expect(direct(text).ok).toBe(true)
  const read = (rows: ReturnType<typeof store.board.directives>) =>
    rows.map(({ revision, content }) => [revision, store.bodies.read(content)])
  expect(read(store.board.directives(id))).toEqual([[3, 'third']])
  expect(read(store.board.history(id, 'priority'))).toEqual([
    [1, 'first'],
    [2, 'second'],
    [3, 'third'],
  ])
  for (const statement of ['UPDATE board_directives SET revision = 9', 'DELETE FROM board_directives'])
    expect(() => store.db.exec(statement)).toThrow(/are kept/)
})

test('BB-01 a model can write nothing on the blackboard', () => {
  const store = open('model')
  const id = store.begin()
  const sent = store.missionJournal.send(
    id,
    (put) => [{ type: 'board.decide', entryId: newId('ent'), kind: 'decision', author: 'worker', content: put('approved'), confidence: 1 }],
    { issuer: 'model', account: 'worker' },
  )
  expect(sent).toMatchObject({ ok: false, error: { code: 'mission.not_permitted' } })
})
