/**
 * A real core that runs from an installation with slots, in a process of its own: it does what its arguments say, and at a moment that they name it
 * ends as by kill -9, or finds its disk full. What became of each act is printed, one JSON document a line.
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import type { App, AppConfig, AppWorld } from '../../main/app.ts'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import type { Result } from '../../main/domain/result.ts'
import type { createPaths as CreatePaths } from '../../main/platform/paths.ts'
import { fillerOf } from './small-disk.ts'

const Act = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('trust'), path: z.string(), fingerprint: z.string() }),
  z.strictObject({ do: z.literal('load'), path: z.string() }),
  z.strictObject({ do: z.literal('activate'), digest: z.string() }),
  z.strictObject({ do: z.literal('rollback') }),
  z.strictObject({ do: z.literal('look') }),
  z.strictObject({ do: z.literal('ask') }),
  /** Makes room again. */
  z.strictObject({ do: z.literal('free') }),
])
export type Act = z.infer<typeof Act>

export const Given = z.strictObject({
  /** The emitted tree that it runs from. */
  main: z.string(),
  data: z.string(),
  acts: z.array(Act),
  /** `left`: bytes of the disk that stay free from then on; null = the end. `name` may be `start`. */
  arm: z.strictObject({ name: z.string(), count: z.int(), left: z.int().nullable(), disk: z.string() }).nullable(),
})
export type Given = z.input<typeof Given>

export interface Seen {
  readonly active: string | null
  readonly served: Readonly<Record<string, string>>
  readonly next: string | null
  readonly failure: string | null
}

const { main, data, acts, arm } = Given.parse(JSON.parse(process.argv[2] ?? ''))
const load = (path: string) => import(pathToFileURL(join(main, path)).href)
await load('platform/guard-core.js')
// The emitted files of the very sources whose types these are.
const { createApp } = (await load('app.js')) as { createApp: (config: AppConfig, world: AppWorld) => Promise<Result<App>> }
const { createPaths } = (await load('platform/paths.js')) as { createPaths: typeof CreatePaths }

let left = arm?.count ?? 0
const fill = () => (arm === null ? undefined : fillerOf(arm.disk).leave(arm.left ?? 0))
const opened = await createApp(
  { paths: createPaths(data), account: 'tester', threads: 1 },
  {
    failpoint: (name) => {
      if (name !== arm?.name || --left !== 0) return
      if (arm.left === null) process.kill(process.pid, 'SIGKILL')
      else fill()
    },
  },
)
if (!opened.ok) throw new Error(opened.error.code)
const app = opened.value

async function call<N extends CallName>(name: N, input: unknown = {}): Promise<CallOutput<N>> {
  const reply = await app.dispatch(name, input, { account: 'tester', shell: 'cli' })
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`)
  // The dispatcher parsed it with this call's own schema.
  return reply.value as CallOutput<N>
}

/** Once nothing is under way. */
async function look(): Promise<Seen> {
  for (;;) {
    const { work, releases, app: programs } = await call('bundles.status')
    if (work?.state === 'running') {
      await wait(20)
      continue
    }
    const models = (await call('models.list')).items.filter(({ isActive }) => isActive)
    return {
      active: releases.find(({ state }) => state === 'active')?.digest ?? null,
      served: Object.fromEntries(models.map(({ role, digest }) => [role, digest.value])),
      next: programs?.next ?? null,
      failure: work?.failure?.code ?? null,
    }
  }
}

async function perform(act: Act): Promise<unknown> {
  switch (act.do) {
    case 'trust':
      await call('bundles.trust', { path: act.path, fingerprint: act.fingerprint })
      return look()
    case 'load':
      await call('bundles.load', { path: act.path, acceptUnscanned: 'Scanned on the station beside this one.' })
      return look()
    case 'activate':
      await call('bundles.activate', { digest: act.digest })
      return look()
    case 'rollback':
      await call('bundles.rollback')
      return look()
    case 'look':
      return look()
    case 'free':
      fillerOf(arm?.disk ?? '').free()
      return null
    case 'ask': {
      const { runId } = await call('ask.start', { question: 'What is a quay?' })
      for (;;) {
        const run = await call('runs.get', { runId })
        if (run.endedAt !== null) return { status: run.status }
        await wait(20)
      }
    }
  }
}

for (const act of acts) {
  if (arm?.name === 'start' && act.do === 'activate' && left-- === 1) fill()
  process.stdout.write(`${JSON.stringify(await perform(act))}\n`)
}
await app.close()
