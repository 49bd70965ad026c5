/** What a window of the desktop is: the one place that decides its rights. Every right that a page can go without is off. */
import type { BrowserWindowConstructorOptions, Session } from 'electron'

export const pageUrl = 'app://holdfast/'

/** Whether an address is the page's own. Standard schemes have no origin in every parser, so scheme and host are compared. */
export function isPage(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url)
    return protocol === 'app:' && host === 'holdfast' && username === '' && password === ''
  } catch {
    return false
  }
}

export const windowOptions = (preload: string, session: Session): BrowserWindowConstructorOptions => ({
  width: 1440,
  height: 900,
  minWidth: 1024,
  minHeight: 700,
  show: false,
  autoHideMenuBar: true,
  title: 'Holdfast',
  webPreferences: {
    preload,
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
