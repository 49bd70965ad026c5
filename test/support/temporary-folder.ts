/** A folder of its own for a test, private to this account, gone when the test file has ended. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-test-')))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
