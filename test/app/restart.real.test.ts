/** A core that starts where another one ended: in order, in the middle of its work, or not at all. */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { isProcessAlive, processStart } from '../../main/platform/account.ts'
import { faultsOf } from '../support/check-store.ts'
import { openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const hanging = spawn(process.execPath, ['-e', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'], { stdio: 'ignore' })
afterAll(() => hanging.kill('SIGKILL'))

test('DOC-07 an import that is closed in the middle goes on with the next core, and reads nothing twice', async () => {
  const files = join(folder, 'files')
  mkdirSync(files)
  for (let i = 0; i < 12; i++) writeFileSync(join(files, `${i}.md`), `# Report ${i}\n\nPump ${i} failed at 14:${10 + i}.\n`)
  const data = join(folder, 'data')
  const first = await openApp(data)
  const { importId } = await first.call('imports.start', { sources: [{ path: files }] })
  await first.next((item) => (item.kind === 'event' && item.event.event.type === 'document.added' ? item : null))
  await first.app.close()
  const second = await openApp(data)
  expect((await second.call('imports.get', { importId })).state).toBe('running')
  await second.app.idle()
  expect(await second.call('imports.get', { importId })).toMatchObject({
    state: 'finished',
    totals: { files: 12, indexed: 12, duplicates: 0 },
  })
  expect((await second.call('documents.list', { limit: 50 })).total).toBe(12)
  expect(faultsOf(second.paths)).toEqual([])
  await second.app.close()
  // Nothing runs any more, nothing is remembered as running, and the log was copied back.
  expect(readdirSync(second.paths.children)).toEqual([])
  expect(readdirSync(data).filter((name) => name.endsWith('-wal'))).toEqual([])
})

test('CRASH-02 a child that an earlier core left hanging is ended before the next one works', async () => {
  const data = join(folder, 'left')
  const pid = hanging.pid ?? 0
  const startedAt = processStart(pid) ?? ''
  mkdirSync(join(data, 'children'), { recursive: true, mode: 0o700 })
  writeFileSync(join(data, 'children', String(pid)), startedAt)
  await openApp(data)
  expect(isProcessAlive(pid, startedAt)).toBe(false)
})

test('a store that is no database is refused with a code, and left as it is', async () => {
  const data = join(folder, 'damaged')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(join(data, 'holdfast.db'), 'no database'.repeat(1_000))
  await expect(openApp(data)).rejects.toThrow('core.store_refused')
  // The lock was given back: the next attempt fails for the same reason, not for being second.
  await expect(openApp(data)).rejects.toThrow('core.store_refused')
})
