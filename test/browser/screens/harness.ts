/** Opens the built window in a real browser with invented content: a static server with the product's content policy, and a scripted core. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { securityHeaders } from '../../../main/console/headers.ts'
import { builtPage } from '../../support/build-once.ts'
import type { Scene } from './fixture-api.ts'

const types: Readonly<Record<string, string>> = {
  ...{ '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' },
  ...{ '.woff2': 'font/woff2', '.woff': 'font/woff', '.wasm': 'application/wasm', '.json': 'application/json' },
}

export const sizes = { large: { width: 1_440, height: 900 }, small: { width: 1_024, height: 700 } } as const
export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

export interface Look {
  readonly size: keyof typeof sizes
  readonly theme: 'light' | 'dark'
}

export interface Harness {
  /** A page at an address of the window, such as `#/ask`, once it is at rest. */
  open(scene: Scene, address: string, look: Look): Promise<{ page: Page; violations: string[] }>
  /** Takes an open page to another address, as a link does, once it is at rest. Nothing stays of the screen that was there. */
  goTo(page: Page, address: string): Promise<void>
  close(): Promise<void>
}

/** The name, or else the words, of what has the focus. */
export const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? ""')

async function buildFixture(): Promise<string> {
  const result = await build({
    ...{ configFile: false, logLevel: 'error', root: import.meta.dirname },
    build: { write: false, minify: false, lib: { entry: join(import.meta.dirname, 'fixture-api.ts'), formats: ['iife'], name: 'fixture' } },
  })
  const outputs = Array.isArray(result) ? result.flatMap((one) => one.output) : 'output' in result ? result.output : []
  const chunk = outputs.find((one) => one.type === 'chunk')
  if (chunk?.type !== 'chunk') throw new Error('the fixture did not build')
  return chunk.code
}

function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    const file = join(folder, path === '/' ? 'index.html' : path)
    if (!file.startsWith(folder) || !existsSync(file)) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', ...securityHeaders })
    response.end(readFileSync(file))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

export async function openHarness(): Promise<Harness> {
  const fixture = await buildFixture()
  const server = await serve(builtPage)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const origin = `http://127.0.0.1:${address.port}/`
  const browser: Browser = await chromium.launch({ executablePath: browserPath ?? '', args: flags })
  return {
    async open(scene, where, { size, theme }) {
      const context = await browser.newContext({ viewport: sizes[size], colorScheme: theme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      const violations: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') violations.push(message.text())
      })
      page.on('pageerror', (error) => violations.push(String(error)))
      await page.clock.setFixedTime(new Date('2026-11-19T09:41:20Z'))
      await page.addInitScript({ content: `globalThis.holdfastScene = ${JSON.stringify(scene)};\n${fixture}` })
      await page.goto(origin + where)
      await page.locator('#root > *').first().waitFor()
      await page.evaluate('document.fonts.ready')
      await page.evaluate('holdfast.rest()')
      return { page, violations }
    },
    async goTo(page, where) {
      for (const address of ['#/nowhere', where]) {
        await page.evaluate(`location.hash = ${JSON.stringify(address)}`)
        await page.evaluate('holdfast.rest()')
      }
    },
    async close() {
      await browser.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
