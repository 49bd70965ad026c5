import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { takeLock } from '../../main/store/lock.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const file = join(folder, 'lock.db')
writeFileSync(join(folder, 'holdfast.db'), 'not touched')

const holders: ChildProcess[] = []
afterEach(() => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL')
})

async function hold(): Promise<{ readonly process: ChildProcess; readonly said: string }> {
  const holder = spawn(process.execPath, [join(import.meta.dirname, '../support/lock-holder.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  holders.push(holder)
  const [said] = await once(holder.stdout, 'data')
  return { process: holder, said: String(said).trim() }
}

const tree = () =>
  readdirSync(folder).map((name) => {
    const { mtimeNs, ctimeNs, size, mode } = statSync(join(folder, name), { bigint: true })
    return { name, mtimeNs, ctimeNs, size, mode }
  })

test('E12 a second core on the same data folder is refused, and writes nothing', async () => {
  const first = await hold()
  expect(first.said).toBe('held')
  const before = tree()
  expect((await hold()).said).toBe('core.already_running')
  expect(takeLock(file)).toMatchObject({ ok: false, error: { code: 'core.already_running' } })
  expect(tree()).toEqual(before)
})

test('kill -9 of the holder frees the lock', async () => {
  const first = await hold()
  expect(first.said).toBe('held')
  first.process.kill('SIGKILL')
  await once(first.process, 'exit')
  const lock = takeLock(file)
  expect(lock.ok).toBe(true)
  if (lock.ok) lock.value.release()
})

test('a released lock can be taken again, also within one process', () => {
  const first = takeLock(file)
  if (!first.ok) throw new Error(first.error.code)
  expect(takeLock(file)).toMatchObject({ ok: false, error: { code: 'core.already_running' } })
  first.value.release()
  const second = takeLock(file)
  expect(second.ok).toBe(true)
  if (second.ok) second.value.release()
})

test('a lock file that is no database is a failure, not an exception', () => {
  const broken = join(folder, 'broken.db')
  writeFileSync(broken, 'x'.repeat(5_000))
  expect(takeLock(broken)).toMatchObject({ ok: false, error: { code: 'core.lock_failed' } })
})
