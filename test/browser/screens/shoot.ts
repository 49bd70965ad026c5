/** Takes a picture of every screen in both themes and sizes: `node test/browser/screens/shoot.ts FOLDER [PART-OF-A-NAME]`. For eyes, not for a verdict. */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import build from '../../support/build-once.ts'
import { openHarness } from './harness.ts'
import { bringAbout, screens } from './screens.ts'

const [, , folder = join(tmpdir(), 'holdfast-screens'), wanted = ''] = process.argv
mkdirSync(folder, { recursive: true })
build()
const harness = await openHarness()
try {
  for (const screen of screens) {
    for (const size of ['large', 'small'] as const) {
      for (const theme of ['light', 'dark'] as const) {
        const name = `${screen.name}-${size}-${theme}`
        if (!name.includes(wanted)) continue
        const { page, violations } = await harness.open(screen.scene, screen.address, { size, theme })
        await bringAbout(screen, page)
        await page.waitForTimeout(150)
        await page.screenshot({ path: join(folder, `${name}.png`) })
        for (const violation of violations) process.stderr.write(`${name}: ${violation}\n`)
        await page.context().close()
      }
    }
  }
} finally {
  await harness.close()
}
