/** Before the suite that starts real cores and browsers: builds what ships, so that the page and the emitted tree are of this source. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export default function build(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.ts')], { stdio: 'inherit' })
}
