/**
 * A core that a test can end at a named moment: the real one, over a data folder, with a scripted model and two tools of its own. It
 * loads before it is needed, starts when its standard input says so, serves the local socket, and ends with whoever started it.
 */
import '../../main/platform/guard-core.ts'
import { createInterface } from 'node:readline'
import { createApp } from '../../main/app.ts'
import { installedAgents } from '../../main/composition/read-agents.ts'
import { serveCore } from '../../main/core-link.ts'
import { createPaths } from '../../main/platform/paths.ts'
import { reconcileLimits } from '../../main/runs/reconcile.ts'
import { findTool } from '../../main/tools/registry.ts'
import type { Failpoint } from '../../main/world.ts'
import { ToCore } from './core-messages.ts'
import { crashAgent, plannedModel } from './crash-agent.ts'
import { outsideTier } from './outside-tier.ts'
import { outsideTools } from './outside-world.ts'

process.umask(0o077)

/** The look that comes every ten seconds comes as often as the start says. */
let lookMs = 0
const setIntervalAsItIs = globalThis.setInterval
globalThis.setInterval = ((work: () => void, ms: number) =>
  // Only this one period; the types of Node's timers say more than is used here.
  setIntervalAsItIs(work, ms === reconcileLimits.everyMs ? lookMs : ms)) as typeof globalThis.setInterval

const account = 'tester'
const say = (line: string) => process.stdout.write(`${line}\n`)

let armed: { readonly name: string; left: number } | null = null
const never = new Int32Array(new SharedArrayBuffer(4))

const failpoint: Failpoint = (name) => {
  if (armed === null || armed.name !== name) return
  armed.left -= 1
  if (armed.left > 0) return
  process.kill(process.pid, 'SIGKILL')
  // Not one more instruction of the core runs.
  Atomics.wait(never, 0, 0)
}

async function start({ data, outside, thinkMs, isSafeStart, ...rest }: Extract<ToCore, { kind: 'start' }>): Promise<void> {
  lookMs = rest.lookMs
  const own = new Map(outsideTools(outside).map((tool) => [tool.name, tool]))
  const paths = createPaths(data)
  const created = await createApp(
    { paths, account, threads: 1, isSafeStart },
    {
      failpoint,
      inference: plannedModel(outside, thinkMs),
      agents: [...installedAgents(), crashAgent],
      findTool: (name) => own.get(name) ?? findTool(name),
      outside: outsideTier(outside, thinkMs),
    },
  )
  if (!created.ok) return void say(`failed ${created.error.code}`)
  const app = created.value
  const socket = await serveCore(app, paths.socket, account)
  if (!socket.ok) return void say(`failed ${socket.error.code}`)
  close = async () => {
    await socket.value.close()
    await app.close()
  }
  say('ready')
}

let close = async (): Promise<void> => undefined

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const message = ToCore.parse(JSON.parse(line))
  if (message.arm !== null) armed = { name: message.arm.name, left: message.arm.count }
  if (message.kind === 'start') void start(message)
  else say('armed')
})
lines.on('close', () => void close().then(() => process.exit(0)))
say('loaded')
