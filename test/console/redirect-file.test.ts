import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { removeRedirectFiles, writeRedirectFile } from '../../main/console/redirect-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
afterEach(() => vi.useRealTimers())

test('the file is for this account alone, whatever the mask, and goes when told', () => {
  const before = process.umask(0)
  const redirect = writeRedirectFile(folder, 'http://127.0.0.1:1/#token=abc', 60_000)
  process.umask(before)
  expect(statSync(redirect.file).mode & 0o777).toBe(0o600)
  expect(readFileSync(redirect.file, 'utf8')).toContain('content="0; url=http://127.0.0.1:1/#token=abc"')
  redirect.remove()
  expect(existsSync(redirect.file)).toBe(false)
})

test('the file goes when its time is over', () => {
  vi.useFakeTimers()
  const redirect = writeRedirectFile(folder, 'http://127.0.0.1:1/', 60_000)
  vi.advanceTimersByTime(59_999)
  expect(existsSync(redirect.file)).toBe(true)
  vi.advanceTimersByTime(1)
  expect(existsSync(redirect.file)).toBe(false)
})

test('only files of this kind are cleared away', () => {
  for (const name of ['open-0011.html', 'open-notes.txt', 'report.html']) writeFileSync(join(folder, name), '')
  removeRedirectFiles(folder)
  expect(readdirSync(folder).sort()).toEqual(['open-notes.txt', 'report.html'])
})
