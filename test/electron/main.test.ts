import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { contentSecurityPolicy } from '../../main/console/headers.ts'
import { serveCore } from '../../main/core-link.ts'
import { socketAddresses } from '../../main/platform/paths.ts'
import { app, BrowserWindow, namesRecorded, recorded, runPreload, session } from '../support/electron-fake.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createTestCore } from '../support/test-core.ts'
import { waitUntil } from '../support/wait-until.ts'

vi.mock('electron', () => import('../support/electron-fake.ts'))

const root = temporaryFolder()
vi.stubEnv('XDG_RUNTIME_DIR', root)
const ownArguments = process.argv
afterAll(() => {
  process.argv = ownArguments
  vi.unstubAllEnvs()
})
afterEach(() => {
  recorded.length = 0
  app.removeAllListeners()
  app.hasQuit = false
  app.isFirst = true
  vi.resetModules()
})

/** Runs the desktop's main module on a data folder, as Electron would. */
async function start(data: string, node = '/nonexistent/node'): Promise<void> {
  process.argv = ['electron', 'main.js', `--data=${data}`, `--node=${node}`, '--core=core.js', '--some-chromium-switch']
  await import('../../main/electron/main.ts')
}
const newFolder = (name: string) => {
  const folder = join(root, name)
  mkdirSync(folder, { mode: 0o700 })
  return folder
}

test('N7 it locks down in order, finds the running core and shows the page', async () => {
  const data = newFolder('found')
  const core = createTestCore()
  const server = await serveCore(core, socketAddresses(data)[0] ?? '', 'tester')
  if (!server.ok) throw new Error(server.error.code)
  await start(data)
  await waitUntil(() => namesRecorded().includes('window.loadURL'), 'the page')
  const names = namesRecorded()
  const inOrder = (...expected: string[]) => {
    const places = expected.map((name) => names.indexOf(name))
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((a, b) => a - b))
  }
  inOrder('app.enableSandbox', 'app.commandLine.appendSwitch', 'app.requestSingleInstanceLock', 'app.whenReady')
  inOrder('app.enableSandbox', 'protocol.registerSchemesAsPrivileged', 'app.setPath', 'app.requestSingleInstanceLock', 'app.whenReady')
  inOrder('app.whenReady', 'session.setSpellCheckerEnabled', 'session.onBeforeRequest', 'session.protocol.app', 'new BrowserWindow')
  inOrder('new BrowserWindow', 'ipcMain.handle', 'window.loadURL')
  expect(recorded).toContainEqual({ name: 'window.loadURL', args: ['app://holdfast/'] })
  expect(app.paths.userData).toBe(join(data, 'desktop'))

  const window = BrowserWindow.made.at(-1)
  if (window === undefined) throw new Error('no window')
  expect(window.isShown).toBe(true)
  const { exposed } = runPreload(window.webContents)
  expect(await exposed.holdfast?.call('collections.list', {})).toEqual({ ok: true, value: { items: [] } })

  const serve = session.made.at(-1)?.handlers.get('protocol.app') as unknown as (request: Request) => Promise<Response>
  const missing = await serve(new Request('app://holdfast/no-such-file.js'))
  expect([missing.status, missing.headers.get('content-security-policy')]).toEqual([404, contentSecurityPolicy])
  expect((await serve(new Request('app://evil/'))).status).toBe(404)

  for (const made of [session.defaultSession, session.made.at(-1)]) {
    made?.handlers.get('onBeforeRequest')?.(...([{ url: 'https://192.0.2.7:8443/a-text' }, () => undefined] as never[]))
  }
  await waitUntil(() => core.reports.length > 0, 'the report of a refused request')
  expect(core.reports).toEqual([{ attempts: [{ kind: 'connect', destination: '192.0.2.7:8443', count: 1 }] }])

  app.emit('second-instance')
  expect(namesRecorded()).toContain('window.focus')
  app.emit('window-all-closed')
  await waitUntil(() => app.hasQuit, 'the end')
  await server.value.close()
})

test('without a core it says so and ends', async () => {
  await start(newFolder('absent'))
  await waitUntil(() => app.hasQuit, 'the end')
  expect(recorded).toContainEqual({ name: 'dialog.showErrorBox', args: ['Holdfast', expect.stringContaining('could not be started')] })
  expect(namesRecorded()).not.toContain('new BrowserWindow')
})

test('a second desktop on the same data folder ends before it opens anything', async () => {
  app.isFirst = false
  await start(newFolder('second'))
  await waitUntil(() => app.hasQuit, 'the end')
  expect(namesRecorded()).not.toContain('app.whenReady')
})
