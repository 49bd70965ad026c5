/**
 * The built window in a real browser, served by the product's own console over a core of the test's choice. Everything the
 * page asks for and complains about is kept.
 */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { startConsole } from '../../../main/console/server.ts'
import type { Core } from '../../../main/core.ts'
import { builtPage } from '../../support/build-once.ts'

const linkMs = 60_000

export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--enable-precise-memory-info'],
]

export interface Look {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'light' | 'dark'
  readonly reducedMotion?: 'reduce' | 'no-preference'
}

export interface OpenWindow {
  readonly page: Page
  /** Every address that the page, its workers and its styles asked for. */
  readonly requests: string[]
  /** Errors and warnings of the page, violations of the content policy among them. */
  readonly complaints: string[]
  readonly origin: string
  goTo(address: string): Promise<void>
}

export interface Windows {
  open(core: Core, address: string, look?: Look): Promise<OpenWindow>
  close(): Promise<void>
}

export async function openWindows(): Promise<Windows> {
  const browser: Browser = await chromium.launch({ executablePath: browserPath ?? '', args: flags })
  const closing: (() => Promise<unknown>)[] = []
  return {
    open: async (core, address, look = {}) => {
      const started = await startConsole({ core, page: builtPage, account: 'm.arden', clock: Date.now }, 0)
      if (!started.ok) throw new Error(started.error.message)
      const served = started.value
      const context: BrowserContext = await browser.newContext({
        viewport: { width: look.width ?? 1_440, height: look.height ?? 900 },
        colorScheme: look.theme ?? 'light',
        reducedMotion: look.reducedMotion ?? 'reduce',
      })
      closing.push(
        () => context.close(),
        () => served.close(),
      )
      const page = await context.newPage()
      const requests: string[] = []
      const complaints: string[] = []
      context.on('request', (request) => requests.push(request.url()))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(served.link(linkMs))
      await page.getByRole('navigation').first().waitFor()
      const goTo = async (where: string) => {
        await page.evaluate((hash) => {
          location.hash = hash
        }, where)
      }
      await goTo(address)
      return { page, requests, complaints, origin: new URL(served.url).origin, goTo }
    },
    close: async () => {
      for (const close of closing.toReversed()) await close()
      await browser.close()
    },
  }
}
