/** The desktop shell: finds or starts the core of a data folder and shows the page in one locked-down window. It does no work itself. */
import '../platform/guard-desktop.ts'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { app, BrowserWindow, dialog, ipcMain, protocol, session } from 'electron'
import { createStatic } from '../console/static.ts'
import { findOrStartCore } from '../core-keeper.ts'
import { accountName } from '../platform/account.ts'
import { recordEgress } from '../platform/egress-attempts.ts'
import { defaultDataFolder, ensurePrivateFolder, socketAddresses, tenantFromEnvironment } from '../platform/paths.ts'
import { serveBridge } from './bridge.ts'
import { lockApp, lockSession } from './lockdown.ts'
import { isPage, pageUrl, windowOptions } from './window.ts'

const resources = join(process.resourcesPath ?? '', 'core')

const { values } = parseArgs({
  options: { data: { type: 'string' }, node: { type: 'string' }, core: { type: 'string' } },
  args: process.argv.slice(1),
  strict: false,
})
const text = (value: string | boolean | undefined, otherwise: string): string => (typeof value === 'string' ? value : otherwise)
const data = text(values.data, defaultDataFolder())
const tenant = tenantFromEnvironment()
/** The Node binary and the core that ship with a packaged desktop, unless the starter names its own. */
const node = text(values.node, join(resources, process.platform === 'win32' ? 'node.exe' : 'node'))
const coreEntry = text(values.core, join(resources, 'dist', 'main', 'cli', 'start.js'))

const say = (message: string) => dialog.showErrorBox('Holdfast', message)

async function open(): Promise<void> {
  const own = session.fromPartition('persist:holdfast', { cache: false })
  // The other belongs to nothing here, and is closed all the same.
  for (const each of [session.defaultSession, own]) lockSession(each)
  const serve = createStatic(join(import.meta.dirname, '..', '..', 'renderer'))
  own.protocol.handle('app', (request) => (isPage(request.url) ? serve(request) : Promise.resolve(new Response(null, { status: 404 }))))
  const core = await findOrStartCore(tenant.ok ? socketAddresses(data, tenant.value) : [], {
    node,
    args: [coreEntry, '--core', '--data', data],
    onLost: () => say('The core has ended and cannot be started again. Close the window and start Holdfast.'),
  })
  if (!core.ok) {
    say(`${core.error.message} ${core.error.hint}`)
    return app.quit()
  }
  const caller = { account: accountName(), shell: 'desktop' } as const
  recordEgress({
    allowed: () => {
      throw new Error('the window lets nothing through')
    },
    denied: ({ kind, destination, count }) =>
      void core.value.dispatch('egress.report', { attempts: [{ kind, destination, count }] }, caller),
  })
  const window = new BrowserWindow(windowOptions(join(import.meta.dirname, 'preload.cjs'), own))
  serveBridge(ipcMain, core.value, caller.account, (contents) => contents === window.webContents)
  window.removeMenu()
  window.once('ready-to-show', () => window.show())
  app.on('second-instance', () => window.focus())
  let isEnding = false
  app.on('before-quit', (event) => {
    if (isEnding) return
    isEnding = true
    event.preventDefault()
    void core.value.close().finally(() => app.quit())
  })
  await window.loadURL(pageUrl)
}

lockApp(app)
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
app.on('window-all-closed', () => app.quit())
for (const needed of [tenant, ensurePrivateFolder(data)]) {
  if (needed.ok) continue
  process.stderr.write(`${needed.error.message} ${needed.error.hint}\n`)
  app.exit(1)
}
app.setPath('userData', join(data, 'desktop'))
if (app.requestSingleInstanceLock()) void app.whenReady().then(open)
else app.quit()
