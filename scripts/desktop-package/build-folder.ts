/** Runs the builder for the one thing that it does alone: Electron and the shell's archive in one folder, with the fuses flipped. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Arch, build, type Configuration, Platform as Systems } from 'electron-builder'
import type { Edition } from '../appliance/editions.ts'
import type { Platform } from '../appliance/platforms.ts'

export interface FolderOptions {
  readonly root: string
  readonly platform: Platform
  readonly edition: Edition
  /** For `electronDist`: what was checked before. */
  readonly electron: string
  readonly productName: string
  /** What stands in the names of files behind the platform. */
  readonly variant: string
  /** The archive's, relative to the root. */
  readonly files: readonly string[]
  /** The folder that the builder writes into. */
  readonly output: string
}

/** The builder publishes and signs when it finds the means in the environment; this product is signed as a whole bundle, elsewhere. */
const foreign = /^(GH|GITHUB|GITLAB|BT|BITBUCKET|KEYGEN)_TOKEN$|^(WIN_)?CSC_|^APPLE_|^ELECTRON_BUILDER_(CACHE|BINARIES_MIRROR)$/

const configuration = ({ electron, edition, productName, variant, files, output }: FolderOptions): Configuration => ({
  extends: 'electron-builder.yml',
  productName,
  electronDist: electron,
  directories: { output },
  files: ['!**/*', 'package.json', ...files],
  // What the project depends on is not what this archive holds.
  extraMetadata: { edition, dependencies: null, optionalDependencies: null },
  // The braces are for the builder to fill in.
  win: { artifactName: `\${productName}-\${version}-win-\${arch}${variant}.\${ext}` },
  nsis: { artifactName: `\${productName}-\${version}-win-\${arch}${variant}-setup.\${ext}` },
  // Electron's own welcome page would be a second program in the product, and would be counted into the archives' hashes.
  afterExtract: async ({ appOutDir }) => rmSync(join(appOutDir, 'resources', 'default_app.asar'), { force: true }),
})

const systemOf = ({ os }: Platform) => (os === 'win32' ? Systems.WINDOWS : Systems.LINUX)
const archOf = ({ cpu }: Platform) => (cpu === 'arm64' ? Arch.arm64 : Arch.x64)

/** The builder's own name for the folder. */
export const unpackedName = ({ os, cpu }: Platform): string =>
  `${os === 'win32' ? 'win' : 'linux'}${cpu === 'x64' ? '' : `-${cpu}`}-unpacked`

export async function buildFolder(options: FolderOptions): Promise<string> {
  const folder = join(options.output, unpackedName(options.platform))
  rmSync(folder, { recursive: true, force: true })
  await runBuilder(options, 'dir', null)
  return folder
}

/** Packages for Windows are made by the builder, from the folder that was checked. Returns the files. */
export const buildWindows = (options: FolderOptions, target: 'nsis' | 'zip', folder: string): Promise<readonly string[]> =>
  runBuilder(options, target, folder)

async function runBuilder(options: FolderOptions, target: string, prepackaged: string | null): Promise<readonly string[]> {
  for (const name of Object.keys(process.env)) if (foreign.test(name)) delete process.env[name]
  process.env.CSC_IDENTITY_AUTO_DISCOVERY = 'false'
  return build({
    projectDir: options.root,
    targets: systemOf(options.platform).createTarget(target, archOf(options.platform)),
    publish: 'never',
    config: configuration(options),
    ...(prepackaged !== null && { prepackaged }),
  })
}
