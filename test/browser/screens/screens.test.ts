/** Every screen in every state, with invented content: nothing serious by axe, nothing refused by the content policy, nothing that scrolls sideways. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, type Harness, type Look, openHarness } from './harness.ts'
import { bringAbout, type ScreenState, screens } from './screens.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no screen was opened.')

const isWhole = process.env.HOLDFAST_WHOLE === 'yes'
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let harness: Harness

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

async function seriousFindings(page: Page): Promise<readonly string[]> {
  const violations = await page.evaluate<readonly Finding[]>('axe.run({ resultTypes: ["violations"] }).then((result) => result.violations)')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
}

interface Shown {
  readonly page: Page
  readonly violations: string[]
}
/** Pages that are taken from screen to screen, one for each scene and look: to load the window for each would cost most of the time. */
const pages = new Map<string, Shown>()

async function show({ scene, address }: ScreenState, look: Look): Promise<Shown & { readonly leave: (isClean: boolean) => Promise<void> }> {
  const key = `${scene} ${look.size} ${look.theme}`
  const known = pages.get(key)
  const shown = known ?? (await harness.open(scene, address, look))
  if (known === undefined) await shown.page.evaluate(axeSource)
  else await harness.goTo(shown.page, address)
  pages.delete(key)
  return {
    ...shown,
    leave: async (isClean) => {
      if (isClean) pages.set(key, shown)
      else await shown.page.context().close()
    },
  }
}

/** Elements wider than the window, whether or not something hides it. */
const sideways = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')

describe.skipIf(browserPath === undefined)('UI', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  const looks = [
    { size: 'large', theme: 'light' },
    { size: 'small', theme: 'dark' },
  ] as const
  for (const [at, screen] of screens.entries()) {
    // A state without content looks the same at any size: one look is enough.
    const isBare = ['empty', 'failing', 'loading', 'refusing'].includes(screen.scene)
    const count = screen.looks === 'none' ? 0 : isBare || screen.looks === 'one' ? 1 : 2
    const wanted = screen.looks === 'one' && !isBare ? looks.slice(1) : looks.slice(0, count)
    // In the short form each has one look, in turns.
    for (const look of isWhole ? wanted : wanted.slice(at % wanted.length, (at % wanted.length) + 1)) {
      test(`UI ${screen.name}, ${look.size} and ${look.theme}: accessible, within the policy, and no wider than the window`, async () => {
        const { page, violations, leave } = await show(screen, look)
        await bringAbout(screen, page)
        expect(await seriousFindings(page)).toEqual([])
        expect(await sideways(page)).toBeLessThanOrEqual(0)
        expect(violations).toEqual([])
        await leave(screen.act === undefined)
      })
    }
  }
})
