/** What every page of these tests is held to. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { OpenWindow } from './window.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

/** Nothing serious or critical by axe on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource)
  const violations = await page.evaluate<readonly Violation[]>('axe.run().then((result) => result.violations)')
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([])
}

/** Nothing but the page's own origin was asked for, and nothing complained: no error, no violation of the content policy. */
export function expectQuiet({ requests, complaints, origin }: OpenWindow): void {
  const foreign = requests.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`))
  expect(foreign).toEqual([])
  expect(complaints).toEqual([])
}

/** Nothing scrolls sideways: not the page, and nothing in it that scrolls at all. */
export async function expectNoSideways(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const scrolling = [document.documentElement, ...document.querySelectorAll('main *')].filter((one) => {
      const { overflowX } = getComputedStyle(one)
      return one === document.documentElement || overflowX === 'auto' || overflowX === 'scroll'
    })
    return scrolling.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML.slice(0, 120))
  })
  expect(wide).toEqual([])
}
