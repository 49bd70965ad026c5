/** Reads what `strace -f -e trace=network` wrote, and names every attempt at anything but this machine. An attempt counts although it failed. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The command prefix under which a program and all its children are traced into files below `folder`. */
export const traceInto = (folder: string): readonly string[] => ['strace', '-ff', '-qq', '-e', 'trace=network', '-o', join(folder, 'trace')]

const runs = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args, { timeout: 10_000 }).status === 0

/** Why tracing in an empty network namespace cannot be done here, or null. */
export function whyNoTrace(): string | null {
  if (!existsSync('/usr/bin/strace')) return 'there is no strace'
  if (!runs('unshare', '-rn', 'sh', '-c', 'ip link set lo up')) return 'the system gives no network namespace (unshare -rn, ip)'
  if (!runs('strace', '-qq', '-e', 'trace=network', 'true')) return 'strace may not trace here'
  return null
}

const peerOf = [/sin_addr=inet_addr\("([^"]+)"\)/g, /inet_pton\(AF_INET6, "([^"]+)"/g] as const
const isLoopback = (address: string): boolean => /^127\./.test(address) || address === '::1' || /^::ffff:127\./.test(address)
const reaching = /^(?:\d+ +)?(connect|sendto|sendmsg|sendmmsg|bind)\(/

/** A name server asks on, wherever it listens, and so does a local service that resolves names. */
const asksNames = /sin6?_port=htons\(53\)|sun_path="[^"]*(?:resolve|avahi|dnsmasq)/i

/** One line for each attempt at a peer outside of this machine. Unix sockets and the kernel's own netlink are this machine. */
export function attemptsOut(trace: string): readonly string[] {
  return trace.split('\n').filter((line) => {
    if (!reaching.test(line)) return false
    const addresses = peerOf.flatMap((pattern) => [...line.matchAll(pattern)].map(([, address]) => address ?? ''))
    return asksNames.test(line) || addresses.some((address) => !isLoopback(address))
  })
}

/** Who was spoken to, each once, for people to read: `connect AF_UNIX /run/a.sock`. */
function peersIn(trace: string): readonly string[] {
  return trace.split('\n').flatMap((line) => {
    const call = reaching.exec(line)?.[1]
    const family = /sa_family=(AF_\w+)/.exec(line)?.[1]
    if (call === undefined || family === undefined) return []
    const peer = /sun_path=@?"([^"]*)"|inet_addr\("([^"]+)"|inet_pton\(AF_INET6, "([^"]+)"/.exec(line)
    return [[call, family, peer?.slice(1).find((part) => part !== undefined) ?? ''].join(' ').trim()]
  })
}

export interface Traced {
  /** Says that something was traced at all. */
  readonly calls: number
  readonly attempts: readonly string[]
  readonly peers: readonly string[]
}

/** Everything that was traced into a folder. */
export function readTrace(folder: string): Traced {
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  return {
    calls: texts.join('').split('\n').length,
    attempts: texts.flatMap(attemptsOut),
    peers: [...new Set(texts.flatMap(peersIn))].sort(),
  }
}
