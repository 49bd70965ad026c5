import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { findOrStartCore } from '../../main/core-keeper.ts'
import { socketAddresses } from '../../main/platform/paths.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const entry = join(import.meta.dirname, '../../main/cli/start.ts')
const folder = temporaryFolder()
const caller = { account: '', shell: 'desktop' } as const
const cleanups: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

let lost = 0
async function keep(data: string) {
  const core = await findOrStartCore(socketAddresses(data), {
    node: process.execPath,
    args: [entry, '--core', '--data', data],
    onLost: () => {
      lost += 1
    },
  })
  if (!core.ok) throw new Error(core.error.code)
  cleanups.push(core.value.close)
  return core.value
}
/** The process behind a core, as its run records name it. */
const bootOf = async (core: Awaited<ReturnType<typeof keep>>): Promise<string | null> => {
  const reply = await core.dispatch('station.status', {}, caller)
  return reply.ok ? (reply.value as { boot: string }).boot : null
}

function pidOfCore(data: string): number {
  const isOurs = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--core\0--data\0${data}`)
    } catch {
      return false
    }
  }
  return Number(readdirSync('/proc').find((name) => /^\d+$/.test(name) && isOurs(name)))
}

test('a core is started where none runs, found where one does, and ended by who started it', async () => {
  const data = join(folder, 'found')
  const first = await keep(data)
  const second = await keep(data)
  expect(await bootOf(second)).toBe(await bootOf(first))
  await second.close()
  expect(await bootOf(first)).not.toBeNull()
  await first.close()
  const third = await keep(data)
  expect(await bootOf(third)).not.toBeNull()
})

test.skipIf(process.platform !== 'linux')('a core that is killed is started again, and the feed finds it', async () => {
  const data = join(folder, 'killed')
  const core = await keep(data)
  const snapshots: string[] = []
  core.subscribe(null, (item) => {
    if (item.kind === 'snapshot') snapshots.push(item.boot)
  })
  await waitUntil(() => snapshots.length === 1, 'the snapshot')
  const pid = pidOfCore(data)
  process.kill(pid, 'SIGKILL')
  await waitUntil(() => snapshots.length === 2, 'the snapshot of the next core', 30_000)
  expect(snapshots[1]).not.toBe(snapshots[0])
  expect(await bootOf(core)).toBe(snapshots[1])
  expect(lost).toBe(0)
})

test('a core that cannot start is a failure', async () => {
  const core = await findOrStartCore(socketAddresses(join(folder, 'none')), {
    node: process.execPath,
    args: ['--eval', 'process.exit(3)'],
    onLost: () => undefined,
  })
  expect(core).toMatchObject({ ok: false, error: { code: 'core.start_failed' } })
})
