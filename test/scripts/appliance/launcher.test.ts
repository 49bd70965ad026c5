/** The launcher, with a Node beside it that only says how it was called. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
const home = join(folder, 'a place', 'holdfast-1')
mkdirSync(home, { recursive: true })
copyFileSync(join(import.meta.dirname, '../../../scripts/appliance/holdfast.sh'), join(home, 'holdfast'))
const told = ['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS'].map((name) => `$\{${name}-none}`).join(' ')
writeFileSync(join(home, 'node'), `#!/bin/sh\nfor arg; do echo "$arg"; done\necho "${told}"\nexit 7\n`, { mode: 0o755 })
const shells = ['/bin/sh', '/bin/bash'].filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0)

const call = (
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly PATH?: string; readonly shell?: string } = {},
) => {
  const { cwd = folder, PATH = process.env.PATH, shell = '/bin/sh' } = options
  const hostile = { NODE_OPTIONS: '--require=/tmp/x.js', NODE_PATH: '/tmp', NODE_EXTRA_CA_CERTS: '/tmp/ca.pem' }
  const { status, stdout, stderr } = spawnSync(shell, [command, ...args], { cwd, encoding: 'utf8', env: { PATH, ...hostile } })
  return { status, lines: stdout.trimEnd().split('\n'), stderr }
}

test.each(shells)('%s: every word is a command, but start, which opens the console; the environment names no code', (shell) => {
  const cli = join(home, 'dist/main/cli')
  const asked = call(join(home, 'holdfast'), ['ask', 'How deep?  "$HOME"', ''], { shell })
  expect(asked).toEqual({ status: 7, lines: [`${cli}/holdfast.js`, 'ask', 'How deep?  "$HOME"', '', 'none none none'], stderr: '' })
  const started = call(join(home, 'holdfast'), ['start', '--no-open'], { shell })
  expect(started.lines).toEqual([`${cli}/start.js`, '--console', '--no-open', 'none none none'])
  expect(call(join(home, 'holdfast'), [], { shell }).lines).toEqual([`${cli}/holdfast.js`, 'none none none'])
  expect(call('./holdfast', ['--help'], { shell, cwd: home }).lines[0]).toBe(`${cli}/holdfast.js`)
})

test('it finds its folder through links, one after another', () => {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync('a place/holdfast-1', join(folder, 'current'))
  symlinkSync('../current/holdfast', join(bin, 'first'))
  symlinkSync(join(bin, 'first'), join(bin, 'holdfast'))
  expect(call(join(bin, 'holdfast'), ['doctor']).lines.slice(0, 2)).toEqual([join(home, 'dist/main/cli/holdfast.js'), 'doctor'])
})

test('where nothing follows a link, it says so', () => {
  const link = join(folder, 'alone')
  symlinkSync(join(home, 'holdfast'), link)
  const refused = call(link, ['doctor'], { PATH: join(folder, 'empty') })
  expect([refused.status, refused.lines]).toEqual([1, ['']])
  expect(refused.stderr).toContain('is a link, and there is no readlink here to follow it. Call the file itself')
})
