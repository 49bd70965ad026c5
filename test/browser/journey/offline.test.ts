import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { readTrace, whyNoTrace } from '../../support/trace.ts'
import { browserPath } from './console.ts'

const why = browserPath === undefined ? 'there is no Chromium-family browser' : whyNoTrace()
if (why !== null) console.warn(`skipped: the journey without a network, since ${why}`)

test.skipIf(why !== null)(
  'AIR-05 EGR-01 the whole journey needs no network, and neither the core nor its children try to reach one',
  async () => {
    const [data, traces] = [temporaryFolder(), temporaryFolder()]
    const script = `ip link set lo up && exec "${process.execPath}" "${join(import.meta.dirname, 'offline.ts')}" "${data}" "${traces}"`
    const { stdout } = await promisify(execFile)('unshare', ['-rn', 'sh', '-c', script], { timeout: 280_000 })
    const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { requests: number; foreign: string[]; errors: string[] }
    expect(seen.foreign).toEqual([])
    expect(seen.errors).toEqual([])
    expect(seen.requests).toBeGreaterThan(3)
    const { calls, attempts } = readTrace(traces)
    expect(calls).toBeGreaterThan(20)
    expect(attempts).toEqual([])
  },
  300_000,
)
