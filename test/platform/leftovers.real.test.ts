import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { isProcessAlive, processStart } from '../../main/platform/account.ts'
import { createChildLedger, endLeftovers } from '../../main/platform/leftovers.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = join(temporaryFolder(), 'children')

const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

/** Sleeps through everything, as a process in a hung native call does. */
function startHanging() {
  const child = spawn(process.execPath, ['-e', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'], { stdio: 'ignore' })
  started.push(child)
  const pid = child.pid ?? 0
  return { pid, startedAt: processStart(pid) ?? '', exited: once(child, 'exit') }
}

test('CRASH-02 a child that a dead core left hanging is ended; one that was recorded as ended is not looked at', async () => {
  const ledger = createChildLedger(folder)
  const [hanging, ended] = [startHanging(), startHanging()]
  ledger.started(hanging.pid)
  ledger.started(ended.pid)
  ledger.ended(ended.pid)
  expect(await endLeftovers(folder)).toBe(1)
  await hanging.exited
  expect([isProcessAlive(hanging.pid, hanging.startedAt), isProcessAlive(ended.pid, ended.startedAt)]).toEqual([false, true])
  expect(readdirSync(folder)).toEqual([])
})

test('CRASH-03 a process that only has the same number is left alone', async () => {
  const stranger = startHanging()
  writeFileSync(join(folder, String(stranger.pid)), 'another-boot:12345')
  const startedAt = performance.now()
  expect(await endLeftovers(folder)).toBe(0)
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  expect(isProcessAlive(stranger.pid, stranger.startedAt)).toBe(true)
})

test('a file that names no process is left alone', async () => {
  for (const name of ['notes', '0', '-1', '1x']) writeFileSync(join(folder, name), 'x')
  expect(await endLeftovers(folder)).toBe(0)
  expect(existsSync(join(folder, 'notes'))).toBe(true)
})
