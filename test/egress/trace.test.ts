import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { attemptsOut, readTrace, traceInto, whyNoTrace } from '../support/trace.ts'

test.each([
  ['TCP', 'connect(20, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = -1 ENETUNREACH'],
  ['TCP by IPv6', 'connect(20, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = -1'],
  ['UDP', 'sendto(21, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16) = 1'],
  ['a message', 'sendmsg(21, {msg_name={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, msg_namelen=16}, 0) = 1'],
  ['listening on every address', 'bind(22, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0'],
])('an attempt is named: %s', (_what, line) => {
  expect(attemptsOut(`socket(AF_INET, SOCK_STREAM, 0) = 20\n${line}\n`)).toEqual([line])
})

test.each([
  'connect(20, {sa_family=AF_UNIX, sun_path="/run/a.sock"}, 110) = 0',
  'connect(20, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
  'bind(9, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0',
  'getsockname(20, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("10.0.0.1")}, [16]) = 0',
])('this machine is left alone: %s', (line) => {
  expect(attemptsOut(line)).toEqual([])
})

const why = whyNoTrace()
if (why !== null) console.warn(`skipped: planted attempts, since ${why}`)

describe.skipIf(why !== null)('EGR-01 planted attempts are caught in a real trace', () => {
  test.each([
    ['TCP', "require('node:net').connect(443, '192.0.2.1').on('error', () => {})"],
    ['UDP', "const s = require('node:dgram').createSocket('udp4'); s.send('x', 53, '192.0.2.1', () => s.close())"],
    ['DNS', "require('node:dns').resolve4('example.org', () => {})"],
    ['fetch', "fetch('http://192.0.2.1/').catch(() => {})"],
  ])('%s', (_what, code) => {
    const folder = temporaryFolder()
    const [command = '', ...args] = traceInto(folder)
    // A resolver outside of this machine, as a machine with a network has; the namespace has no way there.
    const script = `ip link set lo up; ${code.includes('dns') ? 'mount -t tmpfs none /mnt && echo nameserver 192.0.2.53 > /mnt/r && mount --bind /mnt/r /etc/resolv.conf; ' : ''}exec "$@"`
    const done = spawnSync('unshare', ['-rnm', 'sh', '-c', script, 'sh', command, ...args, process.execPath, '-e', code], {
      timeout: 20_000,
    })
    expect(done.error).toBeUndefined()
    expect(readTrace(folder).attempts.join('\n')).toContain('192.0.2.')
  })

  test('a program that stays on this machine leaves no attempt', () => {
    const folder = temporaryFolder()
    const [command = '', ...args] = traceInto(folder)
    const code =
      "const s = require('node:http').createServer((q, r) => r.end()).listen(0, '127.0.0.1', () => fetch('http://127.0.0.1:' + s.address().port).then(() => s.close()))"
    execFileSync('unshare', ['-rn', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh', command, ...args, process.execPath, '-e', code], {
      timeout: 20_000,
    })
    const { calls, attempts } = readTrace(folder)
    expect(calls).toBeGreaterThan(3)
    expect(attempts).toEqual([])
  })
})
