/** Who changes what runs may do, and with what they are done, stands in the log. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openReader } from '../../main/store/open.ts'
import { tinyModels } from '../support/models.ts'
import { openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('BUD-07 TOL-08 a changed quota and changed hours are on record with the one who changed them', async () => {
  const core = await openApp(join(temporaryFolder(), 'data'))
  const next = () => core.next((item) => (item.kind === 'event' && /^(quota|attended)\./.test(item.event.event.type) ? item.event : null))
  const quota = next()
  await core.call('quota.set', { tokensMax: 1_000, costMicrosMax: null, concurrentRunsMax: 4 })
  expect(await quota).toMatchObject({
    actor: { account: 'tester' },
    event: { type: 'quota.changed', tokensMax: 1_000, concurrentRunsMax: 4 },
  })
  const hours = next()
  await core.call('attended.set', { open: [{ fromMinute: 0, toMinute: 90 }] })
  expect(await hours).toMatchObject({ actor: { account: 'tester' }, event: { type: 'attended.changed', minutes: 90 } })
  expect((await core.call('attended.get')).open).toEqual([{ fromMinute: 0, toMinute: 90 }])
})

test('LOG-01 a model that its import makes active is recorded as activated, and one that waits is not', async () => {
  const folder = temporaryFolder()
  const core = await openApp(join(folder, 'data'))
  const [first, second] = [tinyModels(folder, 1), tinyModels(folder, 2)]
  const ids: string[] = []
  for (const path of [first.decoder, second.decoder, first.embedder]) ids.push((await core.call('models.import', { source: { path } })).id)
  const db = openReader(core.paths.database)
  const recorded = db.prepare("SELECT type, json_extract(body, '$.modelId') FROM events WHERE type LIKE 'model.%' ORDER BY seq").raw().all()
  db.close()
  expect(recorded).toEqual([
    ['model.admitted', ids[0]],
    ['model.activated', ids[0]],
    ['model.admitted', ids[1]],
    ['model.admitted', ids[2]],
    ['model.activated', ids[2]],
  ])
})
