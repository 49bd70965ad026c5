/** The few parts of Electron that the desktop shell uses, recorded: every call in order, every listener and handler at hand. No test proves Chromium by it. */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'

export interface Recorded {
  readonly name: string
  readonly args: readonly unknown[]
}
export const recorded: Recorded[] = []
const record = (name: string, ...args: unknown[]) => recorded.push({ name, args })
export const namesRecorded = () => recorded.map(({ name }) => name)

export class FakeContents extends EventEmitter {
  mainFrame: { url: string; parent: unknown } | null = { url: 'app://holdfast/', parent: null }
  openHandler: ((details: { url: string }) => unknown) | null = null
  setWindowOpenHandler(handler: (details: { url: string }) => unknown) {
    this.openHandler = handler
  }
}

class FakeApp extends EventEmitter {
  isFirst = true
  hasQuit = false
  readonly switches: Array<readonly [string, string | undefined]> = []
  readonly paths: Record<string, string> = {}
  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => {
      record('app.commandLine.appendSwitch', name)
      this.switches.push([name, value])
    },
  }
  enableSandbox() {
    record('app.enableSandbox')
  }
  setPath(name: string, path: string) {
    record('app.setPath', name, path)
    this.paths[name] = path
  }
  requestSingleInstanceLock() {
    record('app.requestSingleInstanceLock')
    return this.isFirst
  }
  whenReady() {
    record('app.whenReady')
    return Promise.resolve()
  }
  /** Like the real one: it asks first, and a listener may put the end off. */
  quit() {
    let isPrevented = false
    const prevent = () => {
      isPrevented = true
    }
    this.emit('before-quit', { preventDefault: prevent })
    if (!isPrevented) this.hasQuit = true
  }
}
export const app = new FakeApp()

type Answering = (...args: never[]) => unknown
export class FakeSession extends EventEmitter {
  readonly handlers = new Map<string, Answering>()
  readonly partition: string
  readonly options: unknown
  constructor(partition: string, options: unknown) {
    super()
    this.partition = partition
    this.options = options
  }
  private keep(name: string, handler: Answering) {
    record(`session.${name}`)
    this.handlers.set(name, handler)
  }
  setSpellCheckerEnabled(isOn: boolean) {
    record('session.setSpellCheckerEnabled', isOn)
  }
  setPermissionRequestHandler = (handler: Answering) => this.keep('setPermissionRequestHandler', handler)
  setPermissionCheckHandler = (handler: Answering) => this.keep('setPermissionCheckHandler', handler)
  setDevicePermissionHandler = (handler: Answering) => this.keep('setDevicePermissionHandler', handler)
  setDisplayMediaRequestHandler = (handler: Answering) => this.keep('setDisplayMediaRequestHandler', handler)
  setBluetoothPairingHandler = (handler: Answering) => this.keep('setBluetoothPairingHandler', handler)
  setCertificateVerifyProc = (handler: Answering) => this.keep('setCertificateVerifyProc', handler)
  readonly webRequest = { onBeforeRequest: (handler: Answering) => this.keep('onBeforeRequest', handler) }
  readonly protocol = { handle: (scheme: string, handler: Answering) => this.keep(`protocol.${scheme}`, handler) }
}
const sessions: FakeSession[] = []
export const session = {
  fromPartition: (partition: string, options: unknown) => {
    const made = new FakeSession(partition, options)
    sessions.push(made)
    return made
  },
  made: sessions,
  defaultSession: new FakeSession('', {}),
}

export class BrowserWindow extends EventEmitter {
  static readonly made: BrowserWindow[] = []
  readonly webContents = new FakeContents()
  readonly options: unknown
  isShown = false
  constructor(options: unknown) {
    super()
    record('new BrowserWindow')
    this.options = options
    BrowserWindow.made.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  removeMenu() {
    record('window.removeMenu')
  }
  show() {
    this.isShown = true
  }
  focus() {
    record('window.focus')
  }
  async loadURL(url: string) {
    record('window.loadURL', url)
    this.emit('ready-to-show')
  }
}

export type IpcHandler = (event: { sender: unknown; senderFrame: unknown }, ...args: unknown[]) => Promise<unknown>
const ipcHandlers = new Map<string, IpcHandler>()
export const ipcMain = {
  handle: (channel: string, handler: IpcHandler) => {
    record('ipcMain.handle', channel)
    ipcHandlers.set(channel, handler)
  },
  handlers: ipcHandlers,
}
export const protocol = { registerSchemesAsPrivileged: (schemes: unknown) => record('protocol.registerSchemesAsPrivileged', schemes) }
export const dialog = { showErrorBox: (title: string, text: string) => record('dialog.showErrorBox', title, text) }

/** The page's side of the bridge, as the page sees it. */
export interface PageBridge {
  call(name: string, input: unknown): Promise<unknown>
  subscribe(after: number | null, listen: (item: unknown) => void): () => void
  pathOf(file: unknown): string | null
}

/** Runs the preload as a sandboxed one runs: with `electron` alone to require, in a realm without Node; its messages come from `contents`. */
export function runPreload(contents: FakeContents): { readonly exposed: Record<string, PageBridge>; readonly sent: readonly unknown[][] } {
  const exposed: Record<string, PageBridge> = {}
  const sent: unknown[][] = []
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: PageBridge) => {
        exposed[name] = api
      },
    },
    webUtils: {
      // Like the real one: a path for what was dropped, nothing for what a page made, and an exception for anything else.
      getPathForFile: (file: unknown) => {
        record('webUtils.getPathForFile')
        if (typeof file !== 'object' || file === null || !('droppedFrom' in file)) throw new TypeError('Argument must be a File')
        return String(file.droppedFrom)
      },
    },
    ipcRenderer: {
      invoke: async (channel: string, ...args: unknown[]) => {
        sent.push([channel, ...args])
        const handler = ipcHandlers.get(channel)
        if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
        return structuredClone(await handler({ sender: contents, senderFrame: contents.mainFrame }, ...structuredClone(args)))
      },
    },
  }
  const required = (name: string) => {
    if (name === 'electron') return electron
    throw new Error(`module not found: ${name}`)
  }
  const source = readFileSync(join(import.meta.dirname, '../../main/electron/preload.cts'), 'utf8')
  runInContext(`(require) => {${stripTypeScriptTypes(source)}\n}`, createContext({}))(required)
  return { exposed, sent }
}
