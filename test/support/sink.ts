/**
 * A network that counts: programs run in a namespace whose default route leads to a second one, and every packet that arrives there
 * is counted. Nothing answers, and nothing of it reaches the machine's own network.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Shell lines. `packets` prints how many have arrived; `in_sink` runs a command where they arrive. */
const sinkScript = `
ip link set lo up
unshare -n sleep 3600 & sink=$!
trap 'kill $sink' EXIT
in_sink() { nsenter -t $sink -n "$@"; }
until [ "$(readlink /proc/$sink/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
ip link add out address 02:00:00:00:00:01 type veth peer name sink address 02:00:00:00:00:01
ip link set sink netns $sink
# Without neighbours to ask for, the kernel sends nothing of its own, so that every packet is a program's.
ip link set out arp off multicast off
in_sink ip link set lo up
in_sink ip link set sink arp off multicast off
echo 1 > /proc/sys/net/ipv6/conf/out/addr_gen_mode
ip addr add 198.51.100.1/24 dev out
ip -6 addr add 2001:db8:1::1/64 dev out nodad
in_sink ip addr add 198.51.100.2/24 dev sink
in_sink ip link set sink up
ip link set out up
ip route add default dev out
ip -6 route add default dev out
received() { sed 's/.*"rx":{"bytes":[0-9]*,"packets":\\([0-9]*\\).*/\\1/'; }
packets() { in_sink ip -s -j link show sink | received; }
`

/** One machine more beside the sink, that programs can be run on: \`in_peer\` runs one there, \`peer_packets\` counts what it is sent. */
export const peerAddress = '10.77.0.2'
export const peerScript = `
unshare -n sleep 3600 & peer=$!
trap 'kill $sink $peer' EXIT
in_peer() { nsenter -t $peer -n "$@"; }
until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
ip link add near address 02:00:00:00:00:02 type veth peer name peer address 02:00:00:00:00:02
ip link set peer netns $peer
ip link set near arp off multicast off
in_peer ip link set lo up
in_peer ip link set peer arp off multicast off
echo 1 > /proc/sys/net/ipv6/conf/near/addr_gen_mode
ip addr add 10.77.0.1/24 dev near
in_peer ip addr add ${peerAddress}/24 dev peer
in_peer ip link set peer up
ip link set near up
peer_packets() { in_peer ip -s -j link show peer | received; }
`

/** A command that runs these lines of a shell in such a network. */
export const inSink = (lines: readonly string[]): readonly string[] => [
  ...['unshare', '-rnm', 'sh', '-c'],
  [sinkScript, ...lines].join('\n'),
]

/** Why there can be no such network here, or null. */
export function whyNoSink(): string | null {
  const [command = '', ...args] = inSink(['packets'])
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 })
  return status === 0 && stdout.trim() === '0' ? null : 'the system gives no network that could be counted (unshare -rnm, ip link, veth)'
}

export const guardOf = (part: 'core' | 'child'): string => `--require=${join(import.meta.dirname, `../../main/platform/guard-${part}.ts`)}`
