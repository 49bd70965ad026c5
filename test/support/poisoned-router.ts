/** Decides a thousand times in a process in which every way to the machine counts and throws, and says on stdout what was touched. */
import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'
import { createRouter } from '../../main/routing/choose.ts'
import { createEndpointHealth } from '../../main/routing/health.ts'
import { endpointOf, policyOf, taskOf } from './route-cases.ts'

let [touched, reads] = [0, 0]
const clock = () => 1
const policy = policyOf()
const read = <T>(value: T) => {
  reads += 1
  return value
}
const router = createRouter({
  policy: () => policy,
  readEndpoints: () => read([endpointOf()]),
  readQuota: () => read({ tokens: null, costMicros: null }),
  readOverrides: () => read([]),
  ...{ health: createEndpointHealth(clock), clock, onDefect: () => undefined },
})
router.refresh()

const write = process.stdout.write.bind(process.stdout)
const kept: Array<() => void> = []
const poison = () => {
  touched += 1
  throw new Error('touched the machine')
}
for (const api of [
  fs,
  fs.promises,
  net,
  net.Socket.prototype,
  dns,
  dns.promises,
  dgram,
  childProcess,
  tls,
  http,
  https,
  process,
  globalThis,
])
  for (const [name, { value, writable, configurable }] of Object.entries(Object.getOwnPropertyDescriptors(api))) {
    const isOurs =
      api === process || api === globalThis ? /^(nextTick|binding|fetch|set\w+|queueMicrotask)$/.test(name) : name !== 'constructor'
    if (typeof value !== 'function' || !isOurs || !(writable === true || configurable === true)) continue
    kept.push(() => Reflect.set(api, name, value))
    Reflect.set(api, name, poison)
  }
syncBuiltinESMExports()

let isPoisoned = false
try {
  fs.readFileSync('/etc/hostname')
} catch {
  isPoisoned = touched === 1
}
const modes = new Set<string>()
for (let i = 0; i < 1_000; i++) modes.add(router.decide(taskOf({ promptTokens: i, requested: i % 2 === 0 ? 'datacenter' : 'edge' })).mode)

for (const restore of kept) restore()
syncBuiltinESMExports()
write(JSON.stringify({ isPoisoned, touched, reads, modes: [...modes].toSorted() }))
