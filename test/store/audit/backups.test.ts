import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { backupLimits } from '../../../main/store/backup.ts'
import { keepBackups } from '../../../main/store/backups.ts'
import { openStore } from '../../../main/store/open.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { waitUntil } from '../../support/wait-until.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

test('a backup is made once a day while a station runs, and none of a damaged store', async () => {
  const folder = temporaryFolder()
  const db = openStore(join(folder, 'holdfast.db'))
  let now = Date.UTC(2026, 10, 20)
  let isSound = true
  const made: number[] = []
  const backups = keepBackups({
    ...{
      db,
      folder: join(folder, 'backups'),
      agents: join(folder, 'agents'),
      publicKeyPem: null,
      clock: () => now,
      isSound: () => isSound,
    },
    seal: async () => undefined,
    onMade: ({ at }) => void made.push(at),
    onDefect: (error) => {
      throw error
    },
  })
  const aMinute = () => vi.advanceTimersByTime(60_000)
  aMinute()
  await waitUntil(() => made.length === 1, 'the first backup')
  now += backupLimits.everyMs - 1
  aMinute()
  await backups.close()
  expect([made.length, backups.newest()?.at]).toEqual([1, Date.UTC(2026, 10, 20)])
  const next = keepBackups({
    ...{
      db,
      folder: join(folder, 'backups'),
      agents: join(folder, 'agents'),
      publicKeyPem: null,
      clock: () => now,
      isSound: () => isSound,
    },
    seal: async () => undefined,
    onMade: ({ at }) => void made.push(at),
    onDefect: () => undefined,
  })
  isSound = false
  now += 2
  aMinute()
  expect(await next.make()).toMatchObject({ ok: false, error: { code: 'store.read_only' } })
  isSound = true
  aMinute()
  await waitUntil(() => made.length === 2, 'the second backup')
  await next.close()
  db.close()
})
