/** The list of runs, narrowed by what they are and by what was asked. */
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let app: OpenApp
const asked = ['Who signed for the batteries?', 'When did the PUMP fail?', 'Where is the pump house?']

beforeAll(async () => {
  app = await openApp(join(folder, 'data'))
  for (const question of asked) await app.ask(question)
})

const titles = async (input: object) => {
  const { items, total } = await app.call('runs.list', input)
  return [items.map(({ title }) => title), total]
}

test('RUN-10 runs are found by a part of what was asked, whatever its case, newest first', async () => {
  expect(await titles({ contains: 'pump' })).toEqual([[asked[2], asked[1]], 2])
  expect(await titles({ contains: 'pump', limit: 1, offset: 1 })).toEqual([[asked[1]], 2])
  expect(await titles({ contains: 'pump%' })).toEqual([[], 0])
})

test('RUN-10 runs are narrowed by status and by agent, and the total counts what passes', async () => {
  expect(await titles({ statuses: ['complete'] })).toEqual([[...asked].reverse(), 3])
  expect(await titles({ statuses: ['failed', 'held'] })).toEqual([[], 0])
  expect(await titles({ agent: 'ask', limit: 2 })).toEqual([[asked[2], asked[1]], 3])
  expect(await titles({ agent: 'another' })).toEqual([[], 0])
  expect(await titles({ agent: 'another', contains: 'pump' })).toEqual([[], 0])
})
