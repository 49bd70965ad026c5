/** Takes from Chromium everything the page does not need: permissions, devices, navigation, downloads and the network itself. */
import type { App, Session, WebContents } from 'electron'
import { refuse } from '../platform/egress-attempts.ts'
import { isPage } from './window.ts'

/** No name resolves, and nothing of Chromium's own goes out. To be set before Electron is ready. */
const switches: ReadonlyArray<readonly [name: string, value?: string]> = [
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  // Neither the environment's proxy nor one that a network announces.
  ['no-proxy-server'],
  ['no-pings'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
]

interface Preventable {
  preventDefault(): void
}
const prevent = (event: Preventable) => event.preventDefault()

/** What the page may load: itself, and what it made in memory. */
const mayLoad = (url: string): boolean => isPage(url) || url.startsWith('data:') || (url.startsWith('blob:') && isPage(url.slice(5)))

/** Where a request would have gone, for the record: the rest of its address may say what a document says. */
function destinationOf(url: string): string {
  const { protocol, host } = URL.parse(url) ?? { protocol: 'unknown:', host: '' }
  return host === '' ? protocol : host
}

/** Before Electron is ready; covers every window and view that will ever be. */
export function lockApp(app: App): void {
  app.enableSandbox()
  for (const [name, value] of switches) app.commandLine.appendSwitch(name, value)
  app.on('web-contents-created', (_event, contents) => lockContents(contents))
  app.on('login', prevent)
  app.on('select-client-certificate', prevent)
}

/** Before the first window is made: a spellchecker that is on for a moment would fetch its dictionary. */
export function lockSession(session: Session): void {
  session.setSpellCheckerEnabled(false)
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, decide) => decide({}))
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault()
    choose(null)
  })
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault()
    choose('')
  })
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault()
    choose()
  })
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }))
  session.setCertificateVerifyProc((_request, decide) => decide(-2))
  session.on('will-download', prevent)
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    const cancel = !mayLoad(url)
    if (cancel) refuse({ kind: 'connect', destination: destinationOf(url) })
    decide({ cancel })
  })
}

function lockContents(contents: WebContents): void {
  const stay = (event: Preventable & { readonly url: string }) => {
    if (!isPage(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-attach-webview', prevent)
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault()
    choose('')
  })
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
