import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, relative } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { consoleUrl } from '../../main/cli/console.ts'
import { connectCore } from '../../main/core-link.ts'
import { socketAddresses } from '../../main/platform/paths.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const root = join(import.meta.dirname, '../..')
const entry = join(root, 'main/cli/start.ts')
const folder = temporaryFolder()
let nextData = 0
const newData = () => join(folder, `data-${nextData++}`)
const running: ChildProcess[] = []

beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--build'], { cwd: root, stdio: ['ignore', 2, 2] })
  expect(built.status).toBe(0)
}, 300_000)
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const bare = { ...process.env }
  for (const name of ['DISPLAY', 'WAYLAND_DISPLAY', 'INIT_CWD']) delete bare[name]
  const child = spawn(process.execPath, [entry, ...args], { cwd: root, env: { ...bare, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  running.push(child)
  let said = ''
  let complained = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  child.stderr.on('data', (text) => {
    complained += text
  })
  const exited = once(child, 'exit').then(([code]) => code)
  return { child, exited, said: () => said, complained: () => complained }
}
async function startConsole(data: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const started = start(['--console', '--data', data, ...args], env)
  await waitUntil(() => started.said().includes('Ctrl-C') || started.child.exitCode !== null, 'the console', 30_000)
  if (started.child.exitCode !== null) throw new Error(`It ended with ${started.child.exitCode}: ${started.complained()}`)
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(started.said())?.[0] ?? ''
  return { ...started, url }
}
const exchange = async (link: string): Promise<Response> => {
  const url = new URL(link)
  const body = JSON.stringify({ token: url.hash.slice('#token='.length) })
  return fetch(new URL('/api/session', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}
/** All but the high-water mark, which the core that runs writes every few seconds. */
const tree = (data: string) =>
  readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'audit-high-water.json')
    .sort()
    .map((name) => {
      const { mtimeNs, size } = statSync(join(data, name), { bigint: true })
      return { name, mtimeNs, size }
    })

test('the console prints a plain address, and a link is asked for beside it', async () => {
  const data = newData()
  const started = await startConsole(data)
  expect(started.said()).not.toContain('token')
  expect(statSync(data).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(data)) expect(statSync(join(data, name)).mode & 0o077).toBe(0)
  const link = await consoleUrl(data)
  if (!link.ok) throw new Error(link.error.code)
  expect(link.value.url.startsWith(`${started.url}#token=`)).toBe(true)
  expect((await exchange(link.value.url)).status).toBe(200)
  expect((await exchange(link.value.url)).status).toBe(401)
  expect(await (await fetch(started.url)).text()).toContain('<title>Holdfast</title>')
  started.child.kill('SIGTERM')
  expect(await started.exited).toBe(0)
  expect(existsSync(socketAddresses(data)[0] ?? '')).toBe(false)
  expect(await consoleUrl(data)).toMatchObject({ ok: false, error: { code: 'core.not_running' } })
})

test('E12 a second start on the same data folder says so, ends, and writes nothing', async () => {
  const data = newData()
  await startConsole(data)
  const before = tree(data)
  for (const shell of ['--console', '--core']) {
    const second = start([shell, '--data', data])
    expect(await second.exited).toBe(1)
    expect(second.complained()).toContain('core.already_running')
    expect(second.complained()).toContain('already running on this data folder')
  }
  expect(tree(data)).toEqual(before)
})

test('after kill -9 it starts again on the same folder, over what was left behind', async () => {
  const data = newData()
  const first = await startConsole(data)
  first.child.kill('SIGKILL')
  await first.exited
  expect(existsSync(socketAddresses(data)[0] ?? '')).toBe(true)
  await startConsole(data)
  expect((await consoleUrl(data)).ok).toBe(true)
})

/** A desktop whose program for opening files keeps what it was given. */
function fakeDesktop() {
  const bin = join(folder, `bin-${nextData}`)
  mkdirSync(bin)
  const note = join(bin, 'opened')
  const script = [
    '#!/bin/sh',
    `printf '%s\\n' "$@" > ${note}.args`,
    `stat -c %a "$1" > ${note}.mode`,
    `cat "$1" > ${note}.tmp && mv ${note}.tmp ${note}`,
  ]
  writeFileSync(join(bin, 'xdg-open'), script.join('\n'))
  chmodSync(join(bin, 'xdg-open'), 0o755)
  return { note, env: { DISPLAY: ':99', PATH: `${bin}:${process.env.PATH}` } }
}

test.skipIf(process.platform !== 'linux')(
  'the browser gets its token through a file of this account, which goes once it is used',
  async () => {
    const data = newData()
    const { note, env } = fakeDesktop()
    const started = await startConsole(data, [], env)
    await waitUntil(() => existsSync(note), 'the browser')
    const args = readFileSync(`${note}.args`, 'utf8').trim().split('\n')
    expect(args).toEqual([expect.stringMatching(/^\/.*open-[0-9a-f]{16}\.html$/)])
    expect(readFileSync(`${note}.mode`, 'utf8').trim()).toBe('600')
    const link = /url=(http[^"]+)"/.exec(readFileSync(note, 'utf8'))?.[1] ?? ''
    expect(link.startsWith(`${started.url}#token=`)).toBe(true)
    expect(started.said() + started.complained()).not.toContain(link.split('#')[1])
    expect(existsSync(args[0] ?? '')).toBe(true)
    expect((await exchange(link)).status).toBe(200)
    await waitUntil(() => !existsSync(args[0] ?? ''), 'the end of the file')
  },
)

test('a file for the browser that an earlier core left behind is removed', async () => {
  const data = newData()
  mkdirSync(data, { mode: 0o700 })
  const left = join(data, 'open-0011223344556677.html')
  writeFileSync(left, 'token')
  await startConsole(data)
  expect(existsSync(left)).toBe(false)
})

test('--no-open opens nothing, also where there is a display', async () => {
  const { note, env } = fakeDesktop()
  const started = await startConsole(newData(), ['--no-open'], env)
  expect(started.said()).toContain('console url')
  expect(existsSync(note)).toBe(false)
})

test('--port fixes the port, and one that is taken is refused', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const refused = start(['--console', '--data', newData(), '--port', String(port)])
  expect(await refused.exited).toBe(1)
  expect(refused.complained()).toContain('console.port_taken')
  await new Promise((resolve) => taken.close(resolve))
  expect((await startConsole(newData(), ['--port', String(port)])).url).toBe(`http://127.0.0.1:${port}/`)
})

test.each([['--port', 'x'], ['--port', '65536'], ['--unknown'], ['something'], ['--console', '--desktop']])(
  'bad usage (%s) ends with 2 and starts nothing',
  async (...args) => {
    const data = newData()
    const started = start(['--data', data, ...args])
    expect(await started.exited).toBe(2)
    expect(existsSync(data)).toBe(false)
  },
)

test('a folder is named from where the person stands', async () => {
  const data = newData()
  const started = start(['--console', '--data', relative(folder, data)], { INIT_CWD: folder })
  await waitUntil(() => started.said().includes('Ctrl-C'), 'the console', 30_000)
  expect(existsSync(join(data, 'holdfast.db'))).toBe(true)
})

test('a folder that others can enter and that is not empty is refused', async () => {
  const data = newData()
  mkdirSync(data)
  writeFileSync(join(data, 'mine'), '')
  chmodSync(data, 0o755)
  const started = start(['--console', '--data', data])
  expect(await started.exited).toBe(1)
  expect(started.complained()).toContain('core.folder_open')
  expect(readdirSync(data)).toEqual(['mine'])
})

test('--desktop without the desktop says how to get it, and fetches nothing', async () => {
  if (existsSync(join(root, 'node_modules/electron/path.txt'))) return
  const started = start(['--desktop', '--data', newData()])
  expect(await started.exited).toBe(1)
  expect(started.complained()).toContain('desktop:fetch')
  expect(existsSync(join(root, 'node_modules/electron/path.txt'))).toBe(false)
})

test('a core alone ends with the one that started it', async () => {
  const data = newData()
  const core = start(['--core', '--data', data])
  await waitUntil(() => core.said().includes('holdfast core ready'), 'the core', 30_000)
  const reached = await connectCore(socketAddresses(data), 'desktop')
  if (!reached.ok) throw new Error(reached.error.code)
  expect(await consoleUrl(data)).toMatchObject({ ok: false, error: { code: 'console.not_running' } })
  await reached.value.close()
  core.child.stdin.end()
  expect(await core.exited).toBe(0)
})
