import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IpcMain } from 'electron'
import { afterAll, beforeAll } from 'vitest'
import { type App, createApp } from '../../main/app.ts'
import { startConsole } from '../../main/console/server.ts'
import { connectCore, serveCore } from '../../main/core-link.ts'
import type { Result } from '../../main/domain/result.ts'
import { serveBridge } from '../../main/electron/bridge.ts'
import { createPaths } from '../../main/platform/paths.ts'
import { openFeed } from '../../renderer/feed-stream.ts'
import { FakeContents, ipcMain, runPreload } from '../support/electron-fake.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Connection, describeContract } from './contract-suite.ts'

const folder = temporaryFolder()
const account = 'tester'
let app: App
const unwrap = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
beforeAll(async () => {
  app = unwrap(await createApp({ paths: createPaths(join(folder, 'data')), account, threads: 1 }))
})
afterAll(() => app.close())

const caller = (shell: 'cli' | 'desktop') => ({ account: '', shell })
let nextSocket = 0

/** A socket to the core that can go away and come back. */
async function openSocket(shell: 'cli' | 'desktop') {
  const address = join(folder, `s${nextSocket++}`, 'core.sock')
  let server = unwrap(await serveCore(app, address, account))
  const core = unwrap(await connectCore([address], shell))
  return {
    core,
    interrupt: async () => {
      await server.close()
      server = unwrap(await serveCore(app, address, account))
    },
    close: async () => {
      await core.close()
      await server.close()
    },
  }
}

async function overSocket(): Promise<Connection> {
  const { core, interrupt, close } = await openSocket('cli')
  return { call: (name, input) => core.dispatch(name, input, caller('cli')), subscribe: core.subscribe, interrupt, close }
}

/** As a desktop runs: the page's preload, the bridge, and the core behind its socket. */
async function overDesktop(): Promise<Connection> {
  const { core, interrupt, close } = await openSocket('desktop')
  const contents = new FakeContents()
  ipcMain.handlers.clear()
  // The fake has the one member that the bridge uses.
  serveBridge(ipcMain as unknown as IpcMain, core, account, (asking) => (asking as unknown) === contents)
  const page = runPreload(contents).exposed.holdfast
  if (page === undefined) throw new Error('The preload exposed nothing.')
  return {
    // A page gets copies made in its own realm.
    call: async (name, input) => structuredClone(await page.call(name, input)),
    // The suite parses what it hears.
    subscribe: (after, listen) => page.subscribe(after, listen as (item: unknown) => void),
    interrupt,
    close: async () => {
      contents.emit('destroyed')
      await close()
    },
  }
}

/** The console's own page, from its fetch on. */
async function overConsole(): Promise<Connection> {
  const page = join(folder, 'page')
  mkdirSync(page, { recursive: true })
  writeFileSync(join(page, 'index.html'), '')
  const shell = unwrap(await startConsole({ core: app, page, account, clock: Date.now }, 0))
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
    return (await fetch(`${shell.url}${path}`, sent)).json()
  }
  const { bearer } = await post('api/session', { token: shell.link(60_000).split('#token=')[1] })
  let breaker = new AbortController()
  const breakable: typeof fetch = (url, options) =>
    fetch(url, { ...options, signal: AbortSignal.any([breaker.signal, ...(options?.signal ? [options.signal] : [])]) })
  return {
    call: (name, input) => post('api/call', { name, input }, { authorization: `Bearer ${bearer}` }),
    subscribe: (after, onItem) =>
      openFeed({ url: `${shell.url}api/feed`, bearer, after, onItem, onState: () => undefined, fetch: breakable }),
    interrupt: async () => {
      breaker.abort()
      breaker = new AbortController()
    },
    close: shell.close,
  }
}

describeContract('over the console', () => app, overConsole)
describeContract('over the desktop’s bridge', () => app, overDesktop)
describeContract('over the local socket', () => app, overSocket)
