import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { childRules, coreRules, desktopRules, firstModule, type Program, workerRules } from '../../main/platform/egress-rules.ts'

const main = join(import.meta.dirname, '../../main')
const node = process.execPath
const guard = `--require=${firstModule('child')}`
const entry = join(main, 'memory', 'parse-child.ts')
const isolation = ['--user', '--map-current-user', '--net', '--']
const program = (file: string, ...args: string[]): Program => ({ file, args })

describe('EGR-02 a core starts its own programs alone', () => {
  test.each([
    ['a child', program(node, guard, '--disable-warning=ExperimentalWarning', '--permission', `--allow-fs-read=${main}`, entry)],
    ['a child without a network', program('unshare', ...isolation, node, guard, entry)],
    ['the look whether there may be one', program('unshare', ...isolation, node, '--version')],
    ['the browser on the page of the console', program('xdg-open', '/home/a/data/open-0123456789abcdef.html')],
    [
      'the window',
      program('/x/node_modules/electron/dist/electron', '/x/dist/main/electron/main.js', '--data=/d', `--node=${node}`, '--core=/c.ts'),
    ],
    [
      'the question what the system allows',
      program('/usr/bin/systemctl', 'show', '--property=IPAddressDeny,IPAddressAllow', 'holdfast.service'),
    ],
  ])('allowed: %s', (_what, allowed) => {
    expect(coreRules.mayStart(allowed)).toBe(true)
  })

  test.each([
    ['another program', program('curl', 'http://192.0.2.7/')],
    ['a shell', program('/bin/sh', '-c', 'true')],
    ['our Node on a text', program(node, '-e', '1')],
    ['our Node on a text behind the guard', program(node, guard, '--eval=1', entry)],
    ['our Node on a file of somebody else', program(node, guard, '/tmp/x.ts')],
    ['a file that only seems to be ours', program(node, guard, `${main}/../../tmp/x.ts`)],
    ['a file beside ours', program(node, guard, `${main}-evil/x.ts`)],
    ['a file of ours that is no program', program(node, guard, join(main, 'README.md'))],
    ['a relative path', program(node, guard, 'main/memory/parse-child.ts')],
    ['a child without its guard', program(node, entry)],
    ['a child with another module before it', program(node, guard, '--import=/tmp/x.mjs', entry)],
    ['a child with an open inspector', program(node, guard, '--inspect=0.0.0.0', entry)],
    ['another Node', program('/usr/bin/node', guard, entry)],
    ['a child that keeps its network', program('unshare', '--user', '--', node, guard, entry)],
    ['another program without a network', program('unshare', ...isolation, 'curl')],
    ['a core of its own', program(node, join(main, 'cli/start.ts'), '--core', '--data', '/d')],
    ['the browser on an address', program('xdg-open', 'https://192.0.2.7/?q=text')],
    ['the browser on another page', program('xdg-open', '/tmp/x.html')],
    ['the browser on an address like a page', program('xdg-open', 'https://192.0.2.7/open-0123456789abcdef.html')],
    ['a window with other switches', program('/x/node_modules/electron/dist/electron', '/x/dist/main/electron/main.js', '--no-sandbox')],
    ['a command to the service manager', program('/usr/bin/systemctl', 'stop', 'nftables.service')],
    ['another service manager', program('systemctl', 'show', '--property=IPAddressDeny', 'holdfast.service')],
    ['a change of the firewall', program('/usr/sbin/nft', 'flush', 'ruleset')],
    ['the library’s own look', program(node, '/x/node_modules/node-llama-cpp/dist/bindings/utils/testBindingBinary.js')],
  ])('refused: %s', (_what, refused) => {
    expect(coreRules.mayStart(refused)).toBe(false)
    expect(childRules.mayStart(refused)).toBe(refused.args[0]?.includes('testBinding') === true)
    expect(workerRules.mayStart(refused)).toBe(false)
  })
})

test.each([
  ['a core', program('/opt/holdfast/node', '/opt/holdfast/dist/main/cli/start.js', '--core', '--data', '/d'), true],
  ['a core with more', program('/opt/holdfast/node', '/opt/holdfast/dist/main/cli/start.js', '--core', '--data', '/d', '--x'), false],
  ['a text', program('/opt/holdfast/node', '-e', '1'), false],
  ['another file', program('/opt/holdfast/node', '/tmp/start.js', '--core', '--data', '/d'), false],
  ['another program', program('curl', 'http://192.0.2.7/'), false],
])('EGR-02 the window starts a core alone: %s', (_what, started, expected) => {
  expect(desktopRules.mayStart(started)).toBe(expected)
})

test.each([
  ['/run/user/1000/holdfast-1000/0123456789abcdef.sock', true],
  ['/tmp/holdfast-0/0123456789abcdef.sock', true],
  ['/run/systemd/journal/stdout', true],
  ['/run/systemd/resolve/io.systemd.Resolve', false],
  ['/var/run/docker.sock', false],
  ['/tmp/holdfast-0/x/0123456789abcdef.sock', false],
  ['\0abstract', false],
])('EGR-02 local sockets are our own: %s is %s', (path, expected) => {
  if (process.platform !== 'win32') expect(coreRules.mayReach(path)).toBe(expected)
  expect(childRules.mayReach(path)).toBe(false)
})
