/** A core in a process of its own that tells its starter how long its event loop was held up. Its argument is the data folder. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createApp } from '../../main/app.ts'
import { serveCore } from '../../main/core-link.ts'
import { createPaths } from '../../main/platform/paths.ts'
import { delaysOf, type LoopDelay, resolutionMs } from './loop-delay.ts'

const paths = createPaths(process.argv[2] ?? '')
const app = await createApp({ paths, account: 'bench', threads: 1 })
if (!app.ok) throw new Error(app.error.code)
const served = await serveCore(app.value, paths.socket, 'bench')
if (!served.ok) throw new Error(served.error.code)

export type CoreFigures = LoopDelay & { readonly cpuSeconds: number }

const delay = monitorEventLoopDelay({ resolution: resolutionMs })
let cpu = process.cpuUsage()

process.on('message', (message) => {
  if (message === 'begin') {
    delay.reset()
    delay.enable()
    cpu = process.cpuUsage()
    process.send?.('begun')
    return
  }
  delay.disable()
  const { user, system } = process.cpuUsage(cpu)
  process.send?.({ ...delaysOf(delay), cpuSeconds: (user + system) / 1e6 } satisfies CoreFigures)
})
process.on('disconnect', async () => {
  await served.value.close()
  await app.value.close()
  process.exit()
})
process.send?.('ready')
