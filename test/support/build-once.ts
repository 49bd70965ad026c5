/** Before the suites that start real cores and browsers: builds what ships, so that the page and the emitted tree are of this source. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** The page as it ships. */
export const builtPage = join(import.meta.dirname, '../../dist/renderer')

export default function build(): void {
  // Each suite asks for it; the first builds for all.
  if (process.env.HOLDFAST_TEST_BUILT === 'yes') return
  process.env.HOLDFAST_TEST_BUILT = 'yes'
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.ts')], { stdio: 'inherit' })
}
