/** Loaded before a program: notes each of its modules at the moment its code begins, and whether the guard stood by then. Printed at the end, on the descriptor that SAY_TO names. */
import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'
import net from 'node:net'

const evaluated = []
globalThis.sayEvaluated = (url) => {
  const isGuarded = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect')?.configurable === false
  evaluated.push({ url, isGuarded })
}
registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    if (!url.startsWith('file:') || loaded.source === null || loaded.source === undefined || loaded.format === 'json') return loaded
    return { ...loaded, source: `globalThis.sayEvaluated(${JSON.stringify(url)});${loaded.source}` }
  },
})
process.on('exit', () => writeSync(Number(process.env.SAY_TO), JSON.stringify(evaluated)))
