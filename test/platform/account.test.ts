import { userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { accountName, isProcessAlive, ownProcess, processStart } from '../../main/platform/account.ts'

test('the account is the operating-system account', () => {
  expect(accountName()).toBe(userInfo().username)
})

test('this process is alive under its own start, and not under another', () => {
  expect(isProcessAlive(ownProcess.pid, ownProcess.startedAt)).toBe(true)
  expect(isProcessAlive(ownProcess.pid, `${ownProcess.startedAt}0`)).toBe(false)
})

test.skipIf(process.platform !== 'linux')('another process is known by its start, so that a used-again number is no life', () => {
  const start = processStart(process.ppid)
  expect(start).toMatch(/^[0-9a-f-]{36}:\d+$/)
  expect(isProcessAlive(process.ppid, start ?? '')).toBe(true)
  expect(isProcessAlive(process.ppid, ownProcess.startedAt)).toBe(false)
  expect(processStart(2 ** 22 + 1)).toBeNull()
})
