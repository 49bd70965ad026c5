/** A window that shows missions, and what a person decided in it. */
import type { Page } from 'playwright-core'
import type { Scene } from './fixture-api.ts'
import type { Harness, Look } from './harness.ts'

/** What is sent in it is noted, and answered as ever. */
export async function openMissions(harness: Harness, address: string, size: Look['size'], scene: Scene = 'full'): Promise<Page> {
  const { page } = await harness.open(scene, address, { size, theme: 'light' })
  await page.evaluate(`(() => {
    const { call } = holdfast
    globalThis.decisions = []
    holdfast.call = (name, input) => {
      if (/^missions\\.(decide|release|plan)$|^board\\.learn$/.test(name)) decisions.push(input)
      return call(name, input)
    }
  })()`)
  return page
}

export const decisions = (page: Page) => page.evaluate<readonly Record<string, unknown>[]>('decisions')
