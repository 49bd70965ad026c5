/** `npm run appliance -- [--platform linux-x64] [--edition full|edge-only]`: builds what ships, then the appliance, into `dist/packages/`. */
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildAppliance } from './appliance/build-appliance.ts'
import { type Edition, editions } from './appliance/editions.ts'
import { platformOf, Refused } from './appliance/platforms.ts'

const root = join(import.meta.dirname, '..')

function readOptions(): { readonly platform: string; readonly edition: Edition } {
  const { values } = parseArgs({
    options: { platform: { type: 'string', default: 'linux-x64' }, edition: { type: 'string', default: 'full' } },
  })
  const edition = editions.find((one) => one === values.edition)
  if (edition === undefined)
    throw new Refused(`There is no edition ${values.edition}. Each is another product. Give one of ${editions.join(', ')}.`)
  return { platform: values.platform, edition }
}

try {
  const options = readOptions()
  // Before the build, which takes longer.
  platformOf(options.platform, join(root, 'node_modules'))
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { cwd: root, stdio: 'inherit' })
  const { archive, sha256, integrity, plan } = await buildAppliance({ root, ...options, out: join(root, 'dist/packages') })
  const bytes = integrity.files.reduce((sum, { size }) => sum + size, 0)
  const megabytes = (count: number): string => `${(count / 1_000_000).toFixed(1)} MB`
  process.stdout.write(
    `${relative(process.cwd(), archive)}: ${megabytes(statSync(archive).size)}, of ${megabytes(bytes)} in ${integrity.files.length} files ` +
      `and ${plan.places.length} packages\nsha256 ${sha256}\n`,
  )
} catch (error) {
  if (!(error instanceof Refused) && (error as NodeJS.ErrnoException).code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw error
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
