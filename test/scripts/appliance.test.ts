/** The rules of the operating system that ship with the product: they are what systemd and nft take, and they hold. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isClosedUnit, unitOf } from '../../main/platform/egress-walls.ts'
import { inSink, whyNoSink } from '../support/sink.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const shipped = (name: string) => readFileSync(join(import.meta.dirname, '../../scripts/appliance', name), 'utf8')
const unit = shipped('holdfast.service')

/** What a unit says under each name; the last word counts, unless the name takes a list. */
const saying = new Map(
  unit.split('\n').flatMap((line) => (/^[A-Z]\w+=/.test(line) ? [line.split(/=(.*)/s).slice(0, 2) as [string, string]] : [])),
)

test.each([
  ['IPAddressDeny', 'any'],
  ['IPAddressAllow', 'localhost'],
  ['NoNewPrivileges', 'yes'],
  ['CapabilityBoundingSet', ''],
  ['ProtectSystem', 'strict'],
  ['ProtectHome', 'yes'],
  ['PrivateTmp', 'yes'],
  ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK'],
  ['RestrictNamespaces', 'user net'],
  ['SystemCallFilter', '@system-service'],
  ['User', 'holdfast'],
  ['UMask', '0077'],
])('EGR-01 the service says %s=%s', (name, value) => {
  expect(saying.get(name)).toBe(value)
})

const hasAnalyse = spawnSync('systemd-analyze', ['--version']).status === 0
if (!hasAnalyse) console.warn('skipped: what systemd says of the unit, since there is no systemd-analyze')
test.skipIf(!hasAnalyse)('EGR-01 systemd takes the unit without a complaint', () => {
  const file = join(folder, 'holdfast.service')
  writeFileSync(file, unit.replace('/opt/holdfast/node', process.execPath))
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8', timeout: 20_000 })
  // Complaints about other units of the machine are not about this one.
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('holdfast'))).toEqual([])
  expect(status).toBe(0)
})

const hasFirewall = spawnSync('unshare', ['-rn', '/usr/sbin/nft', 'list', 'ruleset']).status === 0
const why = hasFirewall ? whyNoSink() : 'there is no nft'
if (why !== null) console.warn(`skipped: that the firewall rules hold, since ${why}`)

/** The rules, for the only user that a namespace of a test has. */
const rulesFor = (name: 'holdfast' | 'holdfast-desktop'): string =>
  shipped('holdfast.nft')
    .split('\n')
    .filter((line) => !/meta sk[ug]id/.test(line) || line.includes(`"${name}"`))
    .join('\n')
    .replace(/(meta sk[ug]id) "[\w-]+"/, '$1 0')

describe.skipIf(why !== null)('EGR-01 the firewall rules', () => {
  const reach = (to: string) => `timeout 0.5 node -e "require('net').connect(${to}).on('error', () => {})" || true; packets`
  test.each(['holdfast', 'holdfast-desktop'] as const)('close %s to everything but itself and its endpoints', (name) => {
    const file = join(folder, `${name}.nft`)
    writeFileSync(file, rulesFor(name))
    const datagram = `node -e "const s = require('dgram').createSocket('udp4'); s.send('x', 53, '192.0.2.7', () => s.close())"; packets`
    const own = `node -e "const s = require('net').createServer((c) => c.end()).listen(0, '127.0.0.1', () => require('net').connect(s.address().port, '127.0.0.1').on('connect', () => { console.log('here'); process.exit() }))"`
    const load = `/usr/sbin/nft -f ${file}`
    const lines = [
      ...['set -e', datagram, load, load],
      ...[datagram, reach("80, '192.0.2.7'"), reach("80, '2001:db8::7'"), own],
      ...[`/usr/sbin/nft add element inet holdfast endpoints4 '{ 192.0.2.7 . 8443 }'`, reach("8443, '192.0.2.7'")],
    ]
    const [command = '', ...args] = inSink(lines.map((line) => line.replaceAll('node -e', `${process.execPath} -e`)))
    const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 25_000 })
    // Let out before the rules; then nothing; then this machine itself; then the one endpoint alone.
    expect([stdout.trim().split('\n'), stderr]).toEqual([['1', '1', '1', '1', 'here', '2'], expect.any(String)])
  })
})

test('EGR-01 the doctor reads what the service manager says, and guesses nothing', () => {
  expect(unitOf('0::/system.slice/holdfast.service\n')).toBe('holdfast.service')
  expect(unitOf('0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope\n')).toBe('user@1000.service')
  expect(unitOf('0::/user.slice/user-1000.slice/session-2.scope\n')).toBe(null)
  expect(unitOf('')).toBe(null)
  expect(isClosedUnit('IPAddressAllow=127.0.0.0/8 ::1/128\nIPAddressDeny=0.0.0.0/0 ::/0\n')).toBe(true)
  expect(isClosedUnit('IPAddressAllow=localhost\nIPAddressDeny=any\n')).toBe(true)
  expect(isClosedUnit('IPAddressAllow=\nIPAddressDeny=0.0.0.0/0\n')).toBe(false)
  expect(isClosedUnit('IPAddressAllow=\nIPAddressDeny=\n')).toBe(false)
  expect(isClosedUnit('')).toBe(false)
})
