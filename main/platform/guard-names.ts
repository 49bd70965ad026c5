/** The guard over names: a question to a name server leaves this machine, whatever it asks for, and wherever the server is. */
import dns from 'node:dns'
import { isIP } from 'node:net'
import { refuse } from './egress-attempts.ts'
import type { EgressRules } from './egress-rules.ts'
import { isThisMachine } from './guard-sockets.ts'
import { replace, wrap } from './wrap.ts'

const isQuestion = (name: string): boolean => name.startsWith('resolve') || name === 'reverse'
const named = (host: unknown): string => (typeof host === 'string' ? host : '(no name)')
const permissionDenied = -13

export function guardNames({ isLoopbackOpen }: EgressRules): void {
  const asked = (host: unknown) => refuse({ kind: 'resolve', destination: named(host) })
  // An address stands for itself; looking it up asks nobody.
  const standsForItself = (host: unknown) => (typeof host === 'string' && isIP(host) !== 0) || (isLoopbackOpen && isThisMachine(host))
  for (const api of [dns, dns.promises]) {
    wrap(api, 'lookup', (_self, [host]) => {
      if (!standsForItself(host)) throw asked(host)
    })
    wrap(api, 'lookupService', (_self, [host]) => {
      throw asked(host)
    })
    for (const target of [api, api.Resolver.prototype])
      for (const name of Object.getOwnPropertyNames(target).filter(isQuestion))
        wrap(target, name, (_self, [host]) => {
          throw asked(host)
        })
  }
  const handle: unknown = Reflect.get(new dns.Resolver(), '_handle')
  if (typeof handle !== 'object' || handle === null) throw new Error('the guard finds no resolver')
  const channel: object = Object.getPrototypeOf(handle)
  for (const name of Object.getOwnPropertyNames(channel).filter((method) => /^(query|getHostByAddr)/.test(method)))
    replace(channel, name, (_request: unknown, host: unknown) => {
      asked(host)
      return permissionDenied
    })
}
