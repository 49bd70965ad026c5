/** A disk without room, while an agent is written: the old file stays whole, and the same is written once there is room. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { agentTemplate } from '../../main/domain/agent-template.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const data = join(temporaryFolder(), 'disk')
const disk = mountSmallDisk(data, 24 * 1024 * 1024)
if (disk === null) console.warn('skipped: this account may not mount a small file system, so a full disk is not tested here')
let core: OpenApp | undefined
afterAll(async () => {
  await core?.app.close()
  disk?.unmount()
})

test.skipIf(disk === null)('AGT-01 a full disk leaves the file of an agent as it was', async () => {
  core = await openApp(data)
  const text = agentTemplate('scout', 'Scout')
  const { digest } = await core.call('agents.save', { file: 'scout.yaml', text, expected: null })
  // More than any page that is left.
  const longer = `${text}${'# More of the same.\n'.repeat(8_000)}`
  const save = { file: 'scout.yaml', text: longer, expected: digest }
  disk?.leave(16 * 1024)
  expect(await core.codeOf('agents.save', save)).toBe('store.disk_full')
  expect(readFileSync(join(core.paths.agents, 'scout.yaml'), 'utf8')).toBe(text)
  expect(readdirSync(core.paths.agents)).toEqual(['scout.yaml'])
  disk?.free()
  expect((await core.call('agents.save', save)).text).toBe(longer)
})
