/**
 * Looks which walls of the operating system stand around this process. It reads what the system tells an ordinary account and asks the
 * service manager; what it may not see it calls unknown, and it never tries a wall by sending something.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { networkIsolation } from './child-host.ts'
import { nft, systemctl } from './egress-rules.ts'

const limits = { askMs: 3_000 } as const

export interface Wall {
  readonly id: 'guard' | 'namespace' | 'interfaces' | 'service' | 'firewall'
  readonly title: string
  readonly state: 'active' | 'absent' | 'unknown'
  readonly detail: string
}

/** Where a systemd service lies in the tree of control groups, or null for a process that is in none. */
export function unitOf(cgroup: string): string | null {
  const path = /^0::(.*)$/m.exec(cgroup)?.[1] ?? ''
  return path.split('/').findLast((part) => /^[\w@.-]+\.service$/.test(part)) ?? null
}

/** From `systemctl show`: whether everything but this machine is denied to the service. */
export function isClosedUnit(shown: string): boolean {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(shown)?.[1]?.trim() ?? ''
  const denied = value('IPAddressDeny').split(/\s+/)
  return denied.includes('any') || (denied.includes('0.0.0.0/0') && denied.includes('::/0'))
}

const ask = (file: string, args: readonly string[]): Promise<string | null> =>
  new Promise((resolve) => {
    execFile(file, [...args], { timeout: limits.askMs, encoding: 'utf8' }, (error, stdout) => resolve(error === null ? stdout : null))
  })

const read = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

async function serviceWall(): Promise<Wall> {
  const about = { id: 'service', title: 'Service rules' } as const
  if (process.platform !== 'linux') return { ...about, state: 'unknown', detail: 'This system has no systemd.' }
  const unit = unitOf(read('/proc/self/cgroup') ?? '')
  if (unit === null) return { ...about, state: 'absent', detail: 'Holdfast does not run as a service; the unit is in scripts/appliance.' }
  const shown = await ask(systemctl, ['show', '--property=IPAddressDeny,IPAddressAllow', unit])
  if (shown === null) return { ...about, state: 'unknown', detail: `The service manager did not answer about ${unit}.` }
  const allowed = /^IPAddressAllow=(.*)$/m.exec(shown)?.[1]?.trim() ?? ''
  return isClosedUnit(shown)
    ? { ...about, state: 'active', detail: `${unit} may reach ${allowed === '' ? 'nothing' : allowed}, and nothing else.` }
    : { ...about, state: 'absent', detail: `${unit} denies no addresses; see scripts/appliance.` }
}

/** Firewall rules can be read by an administrator alone. */
async function firewallWall(): Promise<Wall> {
  const about = { id: 'firewall', title: 'Firewall rules' } as const
  const rules = process.platform === 'linux' ? await ask(nft, ['list', 'table', 'inet', 'holdfast']) : null
  if (rules === null) return { ...about, state: 'unknown', detail: 'This account may not read the firewall; ask your administrator.' }
  const isClosed = /hook output/.test(rules) && /\b(reject|drop)\b/.test(rules)
  return isClosed
    ? { ...about, state: 'active', detail: 'The table inet holdfast refuses what this account sends elsewhere.' }
    : { ...about, state: 'absent', detail: 'The table inet holdfast refuses nothing.' }
}

function namespaceWall(): Wall {
  const about = { id: 'namespace', title: 'Child processes' } as const
  return networkIsolation().length > 0
    ? { ...about, state: 'active', detail: 'Parsers, models, the index and table queries run in an empty network.' }
    : { ...about, state: 'absent', detail: 'This system allows no empty network namespace; their own guard is what holds.' }
}

function interfacesWall(): Wall {
  const about = { id: 'interfaces', title: 'Network interfaces' } as const
  const outside = Object.entries(networkInterfaces()).filter(([, addresses]) => addresses?.some(({ internal }) => !internal) === true)
  return outside.length === 0
    ? { ...about, state: 'active', detail: 'This machine has no address but its own.' }
    : {
        ...about,
        state: 'absent',
        detail: `This machine has ${outside.length} interface${outside.length === 1 ? '' : 's'} with an address.`,
      }
}

export async function lookAtWalls(): Promise<readonly Wall[]> {
  const guard: Wall = {
    ...{ id: 'guard', title: 'Guard in every process', state: 'active' },
    detail: 'Denied by default: connections, datagrams, names, servers, programs.',
  }
  return [guard, namespaceWall(), interfacesWall(), await serviceWall(), await firewallWall()]
}
