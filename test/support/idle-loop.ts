/** A process that does nothing and tells how late its timers come: what a busy machine alone does to an event loop. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { delaysOf, resolutionMs } from './loop-delay.ts'

const delay = monitorEventLoopDelay({ resolution: resolutionMs })
process.on('message', (message) => {
  if (message === 'begin') {
    delay.reset()
    delay.enable()
  } else process.send?.(delaysOf(delay))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
