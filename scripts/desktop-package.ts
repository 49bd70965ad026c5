/**
 * `npm run desktop:package`: makes the products of the desktop from a collected Electron, without a network. The same sources, the same
 * Electron and the same SOURCE_DATE_EPOCH give the same folder, deb, rpm and tar.zst, byte for byte.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { layOutCore, timeOfSource, variantOf, versionOf } from './appliance/lay-out.ts'
import { readLock } from './appliance/lock.ts'
import { platformOf } from './appliance/platforms.ts'
import { largestFolders, megabytes } from './appliance/size-gate.ts'
import { buildFolder, buildWindows } from './desktop-package/build-folder.ts'
import { describeFolder } from './desktop-package/describe-folder.ts'
import { sha256OfFile, takeElectron } from './desktop-package/electron-dist.ts'
import { electronPart } from './desktop-package/electron-parts.ts'
import { checkShell, fusesOf, normalise } from './desktop-package/finish-folder.ts'
import { makeDeb, makeRpm, makeTar, missingTools } from './desktop-package/linux-packages.ts'
import { layOutRoot } from './desktop-package/linux-root.ts'
import { type PackageOptions, readOptions, usage, usualGpu } from './desktop-package/options.ts'
import { planShell } from './desktop-package/shell-files.ts'
import { Refusal, refuse } from './refuse.ts'

const root = join(import.meta.dirname, '..')
const say = (text: string) => process.stderr.write(`${text}\n`)

const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))

/** Where the builder finds tools that it would fetch otherwise. */
const fromEnvironment: Readonly<Record<string, readonly string[]>> = {
  nsis: ['ELECTRON_BUILDER_NSIS_DIR', 'ELECTRON_BUILDER_NSIS_RESOURCES_DIR'],
  zip: ['ELECTRON_BUILDER_7ZIP_PATH'],
}

function checkTools({ targets, platform }: PackageOptions): void {
  for (const target of targets) {
    const missing = missingTools(target)
    if (missing.length > 0) refuse(`${target} needs ${missing.join(' and ')}.`, 'Install what is missing, or leave the target out.')
    for (const variable of fromEnvironment[target] ?? [])
      if (process.env[variable] === undefined)
        refuse(`${target} needs a tool that the builder would fetch.`, `Collect it, unpack it, and set ${variable} to where it is.`)
    const isWindows = target === 'nsis' || target === 'zip'
    if (target !== 'dir' && isWindows !== (platform.os === 'win32'))
      refuse(`${target} is not made for ${platform.os}.`, 'Linux has dir, tar.zst, deb and rpm; Windows has dir, zip and nsis.')
  }
}

async function make(options: PackageOptions): Promise<readonly string[]> {
  const { platform, edition, gpu, isStandIn, targets, output } = options
  checkTools(options)
  platformOf(platform.name, join(root, 'node_modules'))
  const epochSeconds = timeOfSource(root).getTime() / 1_000
  const workFolder = join(output, 'work')
  rmSync(workFolder, { recursive: true, force: true })
  mkdirSync(workFolder, { recursive: true })
  const electronVersion: string = readJson('node_modules/electron/package.json').version
  const electron = await takeElectron({
    ...{ path: options.electron, isStandIn, platform, workFolder, version: electronVersion },
    sums: readJson('node_modules/electron/checksums.json'),
  })
  if (!options.isBuilt) {
    const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.ts')], { stdio: ['ignore', 2, 2] })
    if (built.status !== 0) refuse('The product could not be built.', 'The message is above.')
  }
  const productName = isStandIn ? 'Holdfast NOT FOR USE' : 'Holdfast'
  const baseName = isStandIn ? 'holdfast-not-for-use' : 'holdfast'
  const variant = variantOf(gpu === usualGpu(platform) ? 'none' : gpu === 'none' ? 'cpu' : gpu, edition)
  const shell = planShell({ root, platform, edition, lock: readLock(root) })
  const building = { root, platform, edition, electron: electron.path, productName, variant, files: shell.files, output }
  const folder = await buildFolder(building)
  const executable = platform.os === 'win32' ? 'holdfast.exe' : 'holdfast'
  checkShell({ folder, executable, fuses: fusesOf(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) })
  const core = await layOutCore({ root, platform: platform.name, edition, gpu, tree: join(folder, 'resources', 'core') })
  const part = electronPart({ folder, executable, version: electronVersion, sha256: electron.sha256, isStandIn })
  const { files } = await describeFolder({ root, folder, core, shell, electron: part, gpu, isStandIn })
  normalise(folder, epochSeconds)
  const sizeBytes = files.reduce((sum, { size }) => sum + size, 0)
  say(`${basename(folder)}: ${files.length} files, ${megabytes(sizeBytes)}; the fuses are as configured.`)
  for (const one of largestFolders(files).slice(0, 8)) say(`  ${megabytes(one.bytes).padStart(11)}  ${one.folder}`)
  const installRoot = join(workFolder, 'root')
  if (targets.some((target) => target === 'deb' || target === 'rpm')) layOutRoot({ root, folder, target: installRoot, productName })
  const linux = {
    ...{ platform, baseName, variant, version: versionOf(root), folder, sizeBytes, installRoot, workFolder, output, epochSeconds },
    level: options.level,
  }
  const makers: Readonly<Record<string, () => string | null>> = {
    dir: () => null,
    'tar.zst': () => makeTar(linux),
    deb: () => makeDeb(linux),
    rpm: () => makeRpm(linux),
  }
  const made: string[] = []
  for (const target of targets) {
    const products = target === 'nsis' || target === 'zip' ? await buildWindows(building, target, folder) : [makers[target]?.() ?? null]
    for (const file of products) {
      if (file === null) continue
      say(`${basename(file)}: ${megabytes(statSync(file).size)}`)
      made.push(file)
    }
  }
  rmSync(workFolder, { recursive: true, force: true })
  return made
}

// Folders of the product are for everyone to read, whatever the account that packs it likes.
process.umask(0o022)
const options = readOptions(process.argv.slice(2), { root, initialFolder: process.env.INIT_CWD ?? process.cwd() })
if (options === null) {
  process.stderr.write(usage)
  process.exit(2)
}
try {
  const made = await make(options)
  const lines = await Promise.all(made.toSorted().map(async (file) => `${await sha256OfFile(file)}  ${basename(file)}\n`))
  if (lines.length > 0) writeFileSync(join(options.output, 'SHA256SUMS'), lines.join(''))
  process.stdout.write(lines.join(''))
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  say(error.message)
  process.exit(1)
}
