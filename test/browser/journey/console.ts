/** Starts the console shell as `npm start` does, in a process of its own, and opens it in a real browser. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

const root = join(import.meta.dirname, '../../..')
export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

const browserFlags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  )

export interface ConsoleShell {
  readonly origin: string
  /** A page at the console's first screen, in a profile of its own. */
  open(): Promise<{ readonly page: Page; readonly close: () => Promise<void> }>
  close(): Promise<void>
  /** Ends the core, and all that it started, without a word. */
  kill(): Promise<void>
}

/** `tree` is the folder with the code: the repository, or `dist` for what ships. `trace` is a command that the core runs under. */
export async function startConsole(data: string, tree: 'source' | 'emitted', trace: readonly string[] = []): Promise<ConsoleShell> {
  const [folder, extension] = tree === 'source' ? [join(root, 'main'), 'ts'] : [join(root, 'dist/main'), 'js']
  const args = [process.execPath, join(folder, `cli/start.${extension}`), '--console', '--no-open', '--data', data]
  const [command = process.execPath, ...rest] = [...trace, ...args]
  const core = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HOLDFAST_LLAMA_THREADS: '1' },
    detached: true,
  })
  const origin = await firstAddress(core)
  const link = async () => {
    const asked = spawn(process.execPath, [join(folder, `cli/holdfast.${extension}`), 'console', 'url', '--json', '--data', data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    for await (const chunk of asked.stdout) text += String(chunk)
    return (JSON.parse(text) as { url: string }).url
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (core.exitCode !== null || core.signalCode !== null) return
    const ended = new Promise((resolve) => core.once('exit', resolve))
    // A tracer keeps the signal to itself; its whole group is told.
    if (core.pid !== undefined) process.kill(-core.pid, signal)
    await ended
  }
  return {
    origin,
    open: async () => {
      const browser = await chromium.launch({ ...(browserPath === undefined ? {} : { executablePath: browserPath }), args: browserFlags })
      const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
      await page.goto(await link())
      return { page, close: () => browser.close() }
    },
    close: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

function firstAddress(core: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    core.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)
      if (found !== null) resolve(found[0])
    })
    core.once('exit', (code) => reject(new Error(`the console ended with ${code}: ${text}`)))
  })
}
