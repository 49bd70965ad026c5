import type { App, Session } from 'electron'
import { beforeEach, expect, test, vi } from 'vitest'
import { lockApp, lockSession } from '../../main/electron/lockdown.ts'
import { isPage, windowOptions } from '../../main/electron/window.ts'
import { app, FakeContents, FakeSession, namesRecorded, recorded } from '../support/electron-fake.ts'

// The fake has the few members that the shell uses, and no more of the real types.
const asApp = app as unknown as App
const asSession = (fake: FakeSession) => fake as unknown as Session

let locked: FakeSession
let contents: FakeContents
beforeEach(() => {
  recorded.length = 0
  app.removeAllListeners()
  app.switches.length = 0
  lockApp(asApp)
  locked = new FakeSession('persist:holdfast', {})
  lockSession(asSession(locked))
  contents = new FakeContents()
  app.emit('web-contents-created', {}, contents)
})
const handler = (name: string): ((...args: unknown[]) => unknown) => {
  const found = locked.handlers.get(name)
  if (found === undefined) throw new Error(`No ${name}`)
  return found as (...args: unknown[]) => unknown
}

test('E1 a window has exactly these rights', () => {
  const session = asSession(locked)
  expect(windowOptions('/preload.cjs', session)).toEqual({
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    autoHideMenuBar: true,
    title: 'Holdfast',
    webPreferences: {
      preload: '/preload.cjs',
      session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      plugins: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    },
  })
})

const permissions = [
  'accessibility-events',
  'background-sync',
  'clipboard-read',
  'clipboard-sanitized-write',
  'deprecated-sync-clipboard-read',
  'display-capture',
  'fileSystem',
  'fullscreen',
  'geolocation',
  'hid',
  'idle-detection',
  'keyboardLock',
  'local-network-access',
  'media',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'notifications',
  'openExternal',
  'payment-handler',
  'persistent-storage',
  'pointerLock',
  'sensors',
  'serial',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'unknown',
  'usb',
  'window-management',
]

test.each(permissions)('E2 the permission %s is denied when asked for and when looked up, to whom ever', (permission) => {
  for (const asking of [contents, new FakeContents(), null]) {
    const decide = vi.fn()
    handler('setPermissionRequestHandler')(asking, permission, decide, {})
    expect(decide.mock.calls).toEqual([[false]])
    expect(handler('setPermissionCheckHandler')(asking, permission, 'app://holdfast', {})).toBe(false)
  }
})

test('E2 no device can be picked, and no screen shared', () => {
  expect(handler('setDevicePermissionHandler')({ deviceType: 'usb' })).toBe(false)
  const share = vi.fn()
  handler('setDisplayMediaRequestHandler')({}, share)
  expect(share.mock.calls).toEqual([[{}]])
  const pair = vi.fn()
  handler('setBluetoothPairingHandler')({}, pair)
  expect(pair.mock.calls).toEqual([[{ confirmed: false }]])
  const pickers: ReadonlyArray<readonly [string, unknown[], unknown[]]> = [
    ['select-hid-device', [{ deviceList: [{ deviceId: '1' }] }], [null]],
    ['select-serial-port', [[{ portId: '1' }], contents], ['']],
    ['select-usb-device', [{ deviceList: [{ deviceId: '1' }] }], []],
  ]
  for (const [name, details, answer] of pickers) {
    const [event, choose] = [{ preventDefault: vi.fn() }, vi.fn()]
    locked.emit(name, event, ...details, choose)
    expect(event.preventDefault).toHaveBeenCalledOnce()
    expect(choose.mock.calls).toEqual([answer])
  }
  const [event, choose] = [{ preventDefault: vi.fn() }, vi.fn()]
  contents.emit('select-bluetooth-device', event, [{ deviceId: '1' }], choose)
  expect(event.preventDefault).toHaveBeenCalledOnce()
  expect(choose.mock.calls).toEqual([['']])
})

const foreign = [
  'https://app.evil/',
  'http://holdfast/',
  'https://holdfast/',
  'http://127.0.0.1/',
  'http://localhost:8080/',
  'http://[::1]/',
  'http://169.254.169.254/latest/meta-data',
  'ftp://holdfast/',
  'ws://holdfast/',
  'wss://evil.example/',
  'file:///etc/passwd',
  'file://holdfast/',
  'file:///C:/Windows/System32',
  'file://///server/share',
  '//evil.example/',
  '\\\\server\\share\\file',
  'smb://server/share',
  'about:blank',
  'about:srcdoc',
  'chrome://settings',
  'chrome-extension://abcdefghijklmnop/page.html',
  'devtools://devtools/bundled/inspector.html',
  'view-source:app://holdfast/',
  'filesystem:app://holdfast/temporary/x',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\tscript:alert(1)',
  ' javascript:alert(1)',
  'vbscript:x',
  'mailto:a@example.org',
  'tel:123',
  'intent://scan/#Intent;scheme=zxing;end',
  'ms-settings:privacy',
  'search-ms:query=x',
  'steam://run/1',
  'app://',
  'app:///',
  'app:holdfast',
  'app:/holdfast/',
  'app://holdfast.evil.example/',
  'app://evil.holdfast/',
  'app://holdfast:80/',
  'app://holdfast./',
  'app://user@holdfast/',
  'app://user:password@holdfast/',
  'app://holdfast@evil.example/',
  'app://evil.example/holdfast/',
  'app://evil.example/?app://holdfast/',
  'app://evil.example/#app://holdfast/',
  'app://h%6Fldfast/',
  'app://HOLDFAST/',
  'app://hold\u200bfast/',
  'app://h\u043eldfast/',
  'app://xn--hldfast-x1a/',
  'apps://holdfast/',
  'app2://holdfast/',
  'http://app://holdfast/',
  'holdfast',
  '/',
  '',
]

test(`E5 none of ${foreign.length} foreign addresses can be gone to, in any frame and by any way`, () => {
  expect(foreign.length).toBeGreaterThanOrEqual(60)
  for (const url of foreign) {
    for (const way of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      const event = { url, preventDefault: vi.fn() }
      contents.emit(way, event)
      expect.soft(event.preventDefault.mock.calls.length, `${way} ${url}`).toBe(1)
    }
    expect.soft(contents.openHandler?.({ url }), url).toEqual({ action: 'deny' })
  }
  expect(contents.openHandler?.({ url: 'app://holdfast/ask' })).toEqual({ action: 'deny' })
})

test('E5 the page can go to its own screens', () => {
  for (const url of ['app://holdfast/', 'app://holdfast/ask?x=1#y']) {
    const event = { url, preventDefault: vi.fn() }
    contents.emit('will-navigate', event)
    expect(event.preventDefault).not.toHaveBeenCalled()
    expect(isPage(url)).toBe(true)
  }
})

test('E4 no webview can be attached', () => {
  const event = { preventDefault: vi.fn() }
  contents.emit('will-attach-webview', event, {}, {})
  expect(event.preventDefault).toHaveBeenCalledOnce()
})

test('N7 every request but the page’s own is cancelled', () => {
  const isCancelled = (url: string) => {
    const decide = vi.fn()
    handler('onBeforeRequest')({ url }, decide)
    return decide.mock.calls[0]?.[0].cancel
  }
  for (const url of foreign.filter((each) => each !== '')) expect.soft(isCancelled(url), url).toBe(true)
  for (const url of ['blob:https://evil.example/1', 'blob:null/1', 'blob:app://evil/1']) expect.soft(isCancelled(url), url).toBe(true)
  for (const url of ['app://holdfast/assets/main.js', 'blob:app://holdfast/1-2', 'data:image/png;base64,AA=='])
    expect.soft(isCancelled(url), url).toBe(false)
})

test('N7 Chromium resolves no name and fetches nothing on its own account', () => {
  expect(app.switches).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND'])
  const names = app.switches.map(([name]) => name)
  for (const name of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'no-pings',
    'no-proxy-server',
  ])
    expect(names).toContain(name)
  expect(namesRecorded()).toContain('app.enableSandbox')
  expect(recorded).toContainEqual({ name: 'session.setSpellCheckerEnabled', args: [false] })
})

test('no download, no sign-in, no certificate', () => {
  for (const [emitter, name] of [
    [locked, 'will-download'],
    [app, 'login'],
    [app, 'select-client-certificate'],
  ] as const) {
    const event = { preventDefault: vi.fn() }
    emitter.emit(name, event)
    expect(event.preventDefault).toHaveBeenCalledOnce()
  }
  const decide = vi.fn()
  handler('setCertificateVerifyProc')({ hostname: 'evil.example' }, decide)
  expect(decide.mock.calls).toEqual([[-2]])
})
