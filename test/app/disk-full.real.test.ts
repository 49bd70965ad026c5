/** A disk that is full, found at many points: what is said is clear, nothing is half there, the core lives, and it goes on when there is room. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CallName } from '../../main/contract/calls.ts'
import { faultsOf } from '../support/check-store.ts'
import { createDice } from '../support/dice.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const diskBytes = 24 * 1024 * 1024
/** What is left free at each point: from nothing to enough for some of the work. */
const isWhole = process.env.HOLDFAST_WHOLE === 'yes'
const points = (isWhole ? [0, 0, 4, 12, 16, 32, 64, 128, 256, 512, 2_048] : [0, 12, 64, 512]).map((kib) => kib * 1024)
const clearCodes = new Set(['store.disk_full', 'import.disk_full', 'upload.disk_full', 'model.disk_full'])

const folder = temporaryFolder()
const data = join(folder, 'disk')
const disk = mountSmallDisk(data, diskBytes)
if (disk === null) console.warn('skipped: this account may not mount a small file system, so a full disk is not tested here')
const roll = createDice(20_261_123)
let core: OpenApp
let decoder = ''

const filesOf = (point: number): string => {
  const files = join(folder, `files-${point}`)
  mkdirSync(files)
  for (let i = 0; i < 3; i++) {
    const line = (n: number) => `Line ${n} of report ${point}x${i}: pump ${n % 13} was inspected at 14:${10 + (n % 50)} by crew ${n % 7}.`
    writeFileSync(join(files, `${i}.txt`), Array.from({ length: [20, 900, 3_000][i] ?? 20 }, (_, n) => line(n)).join('\n\n'))
  }
  return files
}

afterAll(async () => {
  await core?.app.close()
  disk?.unmount()
})

beforeAll(async () => {
  if (disk === null) return
  decoder = tinyModels(folder).decoder
  core = await openApp(data)
  await core.ingest([filesOf(99)])
}, 120_000)

/** A call that may fail for want of room, and for nothing else. */
async function tryCall(name: CallName, input: unknown): Promise<string | null> {
  const code = await core.codeOf(name, input)
  if (code !== null) expect(clearCodes).toContain(code)
  return code
}

/** Decides on everything that waits while the disk is full, and again with room: nothing is decided twice, and nothing waits for ever. */
async function decideAll(left: number, count: (code: string | null) => void): Promise<void> {
  const { items } = await core.call('approvals.list')
  const waiting = await Promise.all(items.map(({ holdId }) => core.call('approvals.get', { holdId })))
  disk?.leave(left)
  for (const { holdId, argumentsHash } of waiting) count(await tryCall('approvals.approve', { holdId, argumentsHash }))
  await sleep(100)
  disk?.free()
  for (const { runId, holdId, argumentsHash } of waiting) {
    if ((await core.call('approvals.get', { holdId })).decision === null) await core.call('approvals.approve', { holdId, argumentsHash })
    const run = await core.settled(runId)
    if (run.failure !== null) expect(clearCodes).toContain(run.failure.code)
    if (run.status === 'complete') expect(existsSync(join(core.paths.runs, runId, 'report.md'))).toBe(true)
    // What a full disk kept it from writing, it asks for again.
    else if (run.status === 'held') await core.call('runs.cancel', { runId })
  }
}

test.skipIf(disk === null)(
  `STO-05 filled at ${points.length} points`,
  async () => {
    const codes = new Map<string, number>()
    const count = (code: string | null) => codes.set(code ?? 'done', (codes.get(code ?? 'done') ?? 0) + 1)
    for (const [point, left] of points.entries()) {
      const files = filesOf(point)
      if (point % 3 !== 2) {
        // A new write-ahead log has to grow with every commit; an old one has room of its own.
        await core.app.close()
        core = await openApp(data)
      }
      const before = await core.call('imports.list', { limit: 1 })
      if (roll(2) === 0) {
        // The room is gone before anything is asked.
        disk?.leave(left)
        count(await tryCall('imports.start', { sources: [{ path: files }] }))
      } else {
        // The room goes while it is being worked on.
        await core.call('imports.start', { sources: [{ path: files }] })
        disk?.leave(left)
      }
      const questions = await Promise.all(
        [1, 2].map((n) =>
          core.app.dispatch('ask.start', { question: `When was pump ${n} inspected?` }, { account: 'tester', shell: 'cli' }),
        ),
      )
      for (const reply of questions) count(reply.ok ? null : reply.error.code)
      count(await tryCall('runs.start', { agent: 'report-writer', input: { topic: `When was pump ${point} inspected?` } }))
      count(await tryCall('uploads.begin', { name: 'a.txt', size: 10 }))
      if (point % 5 === 0) count(await tryCall('models.import', { source: { path: decoder } }))
      expect((await core.call('station.status')).counts.documents).toBeGreaterThan(0)
      expect((await core.call('search.query', { query: 'inspected pump' })).hits.length).toBeGreaterThan(0)

      disk?.free()
      // Whatever waited for room goes on by itself.
      const runs = await core.call('runs.list', { limit: 50 })
      for (const { id } of runs.items) {
        const run = await core.settled(id)
        if (run.failure !== null) {
          expect(clearCodes).toContain(run.failure.code)
          count(run.failure.code)
        }
      }
      await decideAll(left, count)
      const imports = await core.call('imports.list', { limit: 1 })
      for (;;) {
        await core.app.idle()
        const now = await core.call('imports.list', { limit: 1 })
        if (now.items.every(({ state }) => state !== 'running')) break
        await sleep(50)
      }
      const [latest] = (await core.call('imports.list', { limit: 1 })).items
      if (imports.total > before.total && latest !== undefined) {
        const { items } = await core.call('imports.files', { importId: latest.id })
        for (const { code } of items) {
          if (code !== null) expect(clearCodes).toContain(code)
          count(code)
        }
      }
      expect(faultsOf(core.paths)).toEqual([])

      // With room again everything works, the same files included.
      const again = await core.ingest([files])
      expect(again.totals.indexed + again.totals.duplicates).toBe(3)
      expect((await core.ask(`When was pump 3 of report ${point}x1 inspected?`)).status).toBe('complete')
      const { items: held } = await core.call('documents.list', { limit: 200 })
      for (const { id } of held.slice(0, -3)) await core.call('documents.remove', { documentId: id })
    }
    expect(readdirSync(core.paths.blobs, { recursive: true }).filter((name) => String(name).endsWith('.partial'))).toEqual([])
    expect(faultsOf(core.paths)).toEqual([])
    console.log(`a full disk at ${points.length} points: ${[...codes].map(([code, times]) => `${code} ${times}`).join(', ')}`)
    expect([...codes.keys()].filter((code) => clearCodes.has(code))).not.toEqual([])
  },
  300_000,
)

test.skipIf(disk === null)('a core that finds no room when it starts says so, and starts when there is', async () => {
  await core.app.close()
  disk?.leave(0)
  await expect(openApp(data)).rejects.toThrow('store.disk_full')
  disk?.leave(16 * 1024)
  await expect(openApp(data)).rejects.toThrow('store.disk_full')
  disk?.free()
  core = await openApp(data)
  expect((await core.call('station.status')).counts.documents).toBeGreaterThan(0)
})
