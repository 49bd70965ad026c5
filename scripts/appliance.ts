/**
 * `npm run appliance -- [--platform linux-x64] [--edition full|edge-only] [--gpu vulkan|cuda]`: builds what ships, then the appliance, into `dist/packages/`.
 * With `--list` it writes `scripts/appliance/shipped.txt` anew instead, which a test compares with what is shipped.
 */
import { execFileSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildAppliance } from './appliance/build-appliance.ts'
import { type Edition, editions, type Gpu, gpus } from './appliance/editions.ts'
import { shippedList } from './appliance/licences.ts'
import { readLock } from './appliance/lock.ts'
import { planFiles } from './appliance/plan.ts'
import { platformOf } from './appliance/platforms.ts'
import { Refusal } from './refuse.ts'

const root = join(import.meta.dirname, '..')

interface Options {
  readonly platform: string
  readonly edition: Edition
  readonly gpu: Gpu
  readonly isList: boolean
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      platform: { type: 'string', default: 'linux-x64' },
      edition: { type: 'string', default: 'full' },
      gpu: { type: 'string', default: 'none' },
      list: { type: 'boolean', default: false },
    },
  })
  const edition = editions.find((one) => one === values.edition)
  if (edition === undefined)
    throw new Refusal(`There is no edition ${values.edition}. Each is another product. Give one of ${editions.join(', ')}.`)
  const gpu = gpus.find((one) => one === values.gpu)
  if (gpu === undefined)
    throw new Refusal(`There are no builds for ${values.gpu}. llama.cpp has some only. Give one of ${gpus.join(', ')}.`)
  return { platform: values.platform, edition, gpu, isList: values.list }
}

async function build(options: Omit<Options, 'isList'>): Promise<void> {
  const { archive, sha256, integrity, plan } = await buildAppliance({ root, ...options, out: join(root, 'dist/packages') })
  const bytes = integrity.files.reduce((sum, { size }) => sum + size, 0)
  const megabytes = (count: number): string => `${(count / 1_000_000).toFixed(1)} MB`
  process.stdout.write(
    `${relative(process.cwd(), archive)}: ${megabytes(statSync(archive).size)}, of ${megabytes(bytes)} in ${integrity.files.length} files ` +
      `and ${plan.places.length} packages\nsha256 ${sha256}\n`,
  )
}

try {
  const { isList, ...options } = readOptions()
  // Before the build, which takes longer.
  const platform = platformOf(options.platform, join(root, 'node_modules'))
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { cwd: root, stdio: 'inherit' })
  if (isList) {
    const lock = readLock(root)
    writeFileSync(join(root, 'scripts/appliance/shipped.txt'), shippedList(lock, planFiles({ root, ...options, platform, lock })))
  } else await build(options)
} catch (error) {
  const isUsage = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS_') === true
  if (!(error instanceof Refusal) && !isUsage) throw error
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
