/** A folder of its own for a test, private to this account, gone when the test file has ended. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

export function temporaryFolder(below: string = tmpdir()): string {
  mkdirSync(below, { recursive: true })
  const folder = realpathSync(mkdtempSync(join(below, 'holdfast-test-')))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
