/** Who changes what runs may do stands in the log. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
