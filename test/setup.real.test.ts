import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { missingPlatforms, platformOf } from '../scripts/complete-lock.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const base = temporaryFolder()
let project: string
let count = 0

function put(path: string, text: string, mode = 0o644) {
  mkdirSync(join(project, path, '..'), { recursive: true })
  writeFileSync(join(project, path), text)
  chmodSync(join(project, path), mode)
}
const giveNode = (version: string) =>
  put('parts/node/node.sh', `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else exec ${process.execPath} "$@"; fi\n`, 0o755)
const npm = (args: readonly string[]) => spawnSync('npm', args, { cwd: project, encoding: 'utf8' })

/** A project with a Node, a builder and a tool for developers among its packages, all of them folders of its own: npm needs no network. */
beforeEach(() => {
  count += 1
  project = join(base, `project-${count}`)
  mkdirSync(join(project, 'scripts'), { recursive: true })
  copyFileSync(join(import.meta.dirname, '../scripts/setup.mjs'), join(project, 'scripts/setup.mjs'))
  giveNode('v24.1.2')
  put('parts/node/package.json', '{"name":"own-node","version":"24.1.2","bin":{"node":"node.sh"}}')
  put('parts/vite/package.json', '{"name":"vite","version":"1.0.0"}')
  put(
    'parts/vite/bin/vite.js',
    `const fs = require('node:fs')
    fs.mkdirSync('dist/renderer', { recursive: true })
    fs.appendFileSync('dist/renderer/index.html', 'built\\n')`,
  )
  put('parts/tool/package.json', '{"name":"tool","version":"1.0.0"}')
  put('renderer/main.tsx', '')
  put('main/domain/a.ts', '')
  put('main/contract/a.ts', '')
  put(
    'package.json',
    JSON.stringify({
      name: 'project',
      version: '1.0.0',
      optionalDependencies: { 'own-node': 'file:parts/node' },
      devDependencies: { vite: 'file:parts/vite', tool: 'file:parts/tool' },
    }),
  )
  put('.npmrc', 'ignore-scripts=true\n')
  expect(npm(['install', '--package-lock-only', '--offline', '--no-audit', '--no-fund']).status).toBe(0)
})

const path = () => `${process.env.PATH}`
function setup(env: NodeJS.ProcessEnv = {}, args: readonly string[] = [], node = process.execPath) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
  const done = spawnSync(node, [join(project, 'scripts/setup.mjs'), ...args], {
    cwd: base,
    encoding: 'utf8',
    env: { ...own, npm_config_offline: 'true', PATH: path(), ...env },
  })
  if (!args.includes('--run')) expect(done.stdout).toBe('')
  return done
}
const ownNode = () => join(project, 'node_modules/.bin/node')
const pageText = () => readFileSync(join(project, 'dist/renderer/index.html'), 'utf8')
const installs = (said: string) => said.split('\n').filter((line) => line.includes('installing up to')).length

test('a fresh clone is installed from the lock file, and told about on stderr alone', () => {
  const first = setup()
  expect(first.stderr).toMatch(/installing up to \d+ packages/)
  expect(first.stderr).toMatch(/installed in \d+ s/)
  expect(first.status).toBe(0)
  expect(existsSync(ownNode())).toBe(true)
})

test('when nothing changed nothing is done: no word, no npm', () => {
  setup()
  const second = setup({ PATH: '/nonexistent' })
  expect([second.status, second.stderr]).toEqual([0, ''])
})

test('a changed lock file is installed anew', () => {
  setup()
  put('parts/more/package.json', '{"name":"more","version":"1.0.0"}')
  expect(npm(['install', '--package-lock-only', '--offline', '--save-dev', './parts/more']).status).toBe(0)
  const again = setup()
  expect([again.status, installs(again.stderr)]).toEqual([0, 1])
  expect(existsSync(join(project, 'node_modules/more'))).toBe(true)
})

test('what npm installed by hand from the same lock file is left as it is', () => {
  expect(npm(['ci', '--offline']).status).toBe(0)
  const note = join(project, 'node_modules/.package-lock.json')
  const before = statSync(note).mtimeMs
  const done = setup({ PATH: '/nonexistent' })
  expect([done.status, done.stderr]).toEqual([0, ''])
  expect(statSync(note).mtimeMs).toBe(before)
})

test('a package that is gone is brought back', () => {
  setup()
  rmSync(ownNode())
  expect(installs(setup().stderr)).toBe(1)
  expect(existsSync(ownNode())).toBe(true)
})

test('the settings of the npm around it do not reach the one it runs', () => {
  const hostile = {
    NODE_ENV: 'production',
    npm_config_omit: 'dev optional',
    npm_config_production: 'true',
    npm_config_dry_run: 'true',
    npm_config_global: 'true',
    npm_config_prefix: join(base, 'elsewhere'),
    npm_config_local_prefix: join(base, 'elsewhere'),
    npm_config_package_lock_only: 'true',
    npm_config_workspace: 'nothing',
    npm_lifecycle_event: 'pretest',
    npm_command: 'test',
  }
  const done = setup(hostile)
  expect(done.status, done.stderr).toBe(0)
  expect(existsSync(join(project, 'node_modules/tool'))).toBe(true)
  expect(existsSync(join(base, 'elsewhere'))).toBe(false)
})

test('the npm that runs it is the npm that installs', () => {
  put(
    'npm/npm-cli.js',
    `require('node:fs').writeFileSync(${JSON.stringify(join(base, 'ran'))}, process.argv.slice(2).join(' ')); process.exit(7)`,
  )
  const done = setup({ npm_execpath: join(project, 'npm/npm-cli.js'), npm_node_execpath: process.execPath, PATH: '/nonexistent' })
  expect(done.status).toBe(1)
  expect(done.stderr).toContain('npm ci failed')
  expect(readFileSync(join(base, 'ran'), 'utf8')).toMatch(/^ci --ignore-scripts /)
})

test('another Node among the packages is refused with a sentence', () => {
  giveNode('v22.0.0')
  const done = setup()
  expect(done.status).toBe(1)
  expect(done.stderr).toContain('is v22.0.0, expected 24')
  expect(setup().status).toBe(1)
})

test('a platform without a Node among the packages is told so', () => {
  put('parts/node/package.json', '{"name":"own-node","version":"24.1.2"}')
  expect(npm(['install', '--package-lock-only', '--offline']).status).toBe(0)
  const done = setup()
  expect(done.status).toBe(1)
  expect(done.stderr).toContain('this platform is not supported')
})

test('of two at once one installs and the other waits', async () => {
  const run = () =>
    new Promise<{ readonly code: number | null; readonly said: string }>((resolve) => {
      const child = spawn(process.execPath, [join(project, 'scripts/setup.mjs')], {
        cwd: project,
        env: { ...process.env, npm_config_offline: 'true' },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      child.stderr.on('data', (text) => {
        said += text
      })
      child.once('exit', (code) => resolve({ code, said }))
    })
  const both = await Promise.all([run(), run()])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(installs(both.map(({ said }) => said).join(''))).toBe(1)
  expect(existsSync(join(project, 'dist/.setup.lock'))).toBe(false)
})

test('the lock of a set-up that was killed is taken over', () => {
  const gone = spawnSync(process.execPath, ['--eval', 'process.stdout.write(String(process.pid))'], { encoding: 'utf8' }).stdout
  put('dist/.setup.lock', gone)
  expect(setup().status).toBe(0)
  put('dist/.setup.lock', String(process.pid))
  const old = new Date(Date.now() - 60_000)
  utimesSync(join(project, 'dist/.setup.lock'), old, old)
  rmSync(ownNode())
  expect(setup().status).toBe(0)
})

test('the window is built before a start, when something of it changed', () => {
  expect(setup().stderr).not.toContain('building')
  const start = () => setup({}, ['--build'])
  expect(start().stderr).toMatch(/building the window[\s\S]*built the window in/)
  expect(start().stderr).toBe('')
  const soon = new Date(Date.now() + 5_000)
  for (const part of ['renderer/main.tsx', 'main/domain/a.ts', 'main/contract/a.ts']) {
    const built = pageText()
    utimesSync(join(project, part), soon, soon)
    expect(start().stderr).toContain('building the window')
    expect(pageText().length).toBeGreaterThan(built.length)
    const past = new Date(Date.now() - 60_000)
    utimesSync(join(project, part), past, past)
  }
  expect(start().stderr).toBe('')
})

test('a window that cannot be built stops the start', () => {
  put('parts/vite/bin/vite.js', 'process.exit(3)')
  const done = setup({}, ['--build'])
  expect([done.status, done.stderr.includes('could not be built')]).toEqual([1, true])
})

test('a program is handed its own arguments and gives back its own exit code, on the Node of the project', () => {
  put('scripts/program.mjs', 'process.stdout.write(JSON.stringify([process.execPath, ...process.argv.slice(2)])); process.exit(5)')
  const done = setup({}, ['--run', 'scripts/program.mjs', '--build', 'a b', '--run'])
  expect(done.status).toBe(5)
  expect(JSON.parse(done.stdout).slice(1)).toEqual(['--build', 'a b', '--run'])
  expect(done.stderr).not.toContain('building')
})

const otherNode = '/usr/bin/node'
if (!existsSync(otherNode)) console.warn(`skipped: there is no ${otherNode}, so the set-up was run on the project's own Node only`)
test.skipIf(!existsSync(otherNode))('it runs on the Node of the machine', () => {
  expect(setup({}, [], otherNode).status).toBe(0)
  expect(setup({}, [], otherNode).stderr).toBe('')
})

test('the lock file names every package of every platform, so that npm ci takes it', () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'))
  expect(Object.keys(missingPlatforms(lock.packages))).toEqual([])
})

test('the platform of a package is read from its name', () => {
  expect(platformOf('@x/cli-linux-x64-musl')).toEqual({ os: ['linux'], cpu: ['x64'], libc: ['musl'] })
  expect(platformOf('@x/oxide-linux-arm-gnueabihf')).toEqual({ os: ['linux'], cpu: ['arm'], libc: ['glibc'] })
  expect(platformOf('@x/mac-arm64-metal')).toEqual({ os: ['darwin'], cpu: ['arm64'] })
  expect(platformOf('@x/win-x64-cuda-ext')).toEqual({ os: ['win32'], cpu: ['x64'] })
  expect(platformOf('@x/binding-wasm32-wasi')).toEqual({ cpu: ['wasm32'] })
  expect(platformOf('openai')).toBeNull()
})

test('a missing package of another platform is found, and one that lies anywhere above is not', () => {
  const asks = { version: '1.0.0', optionalDependencies: { 'y-linux-x64': '1.0.0', 'y-win32-x64': '1.0.0', openai: '^4.0.0' } }
  const packages = { '': {}, 'node_modules/x': {}, 'node_modules/x/node_modules/y': asks, 'node_modules/y-linux-x64': { version: '1.0.0' } }
  expect(missingPlatforms(packages)).toEqual({
    'node_modules/y-win32-x64': { version: '1.0.0', optional: true, os: ['win32'], cpu: ['x64'] },
  })
})
