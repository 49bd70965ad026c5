/**
 * Refuses, inside this process, every way out of it that nobody permitted: connections, datagrams, names, servers that others could
 * reach, programs, and the doors behind Node's own. Denied by default, loopback too. Everything that was refused is noted.
 *
 *     const egress = claimEgress()   // once in a process; the composition has it, and hands it to whoever may use it
 *     await egress.permitEgress({ host: '10.0.0.5', port: 8443, part: 'endpoint', digest, runId, stepId }, async () => …connect, ask, read…)
 *     await egress.permitListen({ host: '10.0.0.9', port: 8080, part: 'serve' }, async () => …listen, and wait for 'listening'…)
 *
 * See `EgressPermits` for what a permit is. A connection takes the address as its host; a TLS name goes into `servername`.
 *
 * `fetch`, WebSocket, EventSource, http, https, http2, tls and the undici package all connect through the sockets guarded here, so none
 * of them needs a guard of its own; the first fails with `EgressDenied` as its cause, WebSocket says only that it failed.
 *
 * It helps against mistakes: of our own, of a library that phones home, of a model that got a tool to reach out. It does not keep
 * hostile code in: a native module, or another process, does not pass here. Against that stand the empty network namespace of the
 * children and the rules of the operating system (`scripts/appliance/`).
 */
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import type { EgressPermits } from '../world.ts'
import { namePart } from './egress-attempts.ts'
import { createPermits } from './egress-permits.ts'
import type { EgressRules } from './egress-rules.ts'
import { guardNames } from './guard-names.ts'
import { guardPrograms } from './guard-programs.ts'
import { guardSockets } from './guard-sockets.ts'
import { scrubEnvironment } from './scrubbed-environment.ts'
import { isReplaced } from './wrap.ts'

/** Puts the guard in place, once for each process and thread: the first rules hold. Throws where it would leave a hole. */
export function installEgressGuard(rules: EgressRules): void {
  if (isReplaced(net.Socket.prototype, 'connect')) return
  namePart(rules.part)
  scrubEnvironment(process.env)
  // A report on this process would ask name servers for its peers.
  if (process.report !== undefined) Reflect.set(process.report, 'excludeNetwork', true)
  guardSockets(rules)
  guardNames(rules)
  guardPrograms(rules)
  syncBuiltinESMExports()
}

let isClaimed = false

/** The one capability to let something through. Throws the second time: whoever needs it is handed it. */
export function claimEgress(): EgressPermits {
  if (isClaimed) throw new Error('the permits for egress were handed out already')
  isClaimed = true
  return createPermits()
}
