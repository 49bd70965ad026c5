/**
 * The Electron that a product is made of: a zip from its release page, which must be the very bytes that the `electron` package names.
 * Anything else is a stand-in, which only an explicit option lets in and which marks the product.
 */
import { createHash } from 'node:crypto'
import { copyFileSync, createReadStream, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Platform } from '../appliance/platforms.ts'
import { refuse } from '../refuse.ts'

export const electronZip = (version: string, { os, cpu }: Pick<Platform, 'os' | 'cpu'>): string => `electron-v${version}-${os}-${cpu}.zip`

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

export interface ElectronOptions {
  /** A zip, a folder with the zip in it, or, for a stand-in only, an unpacked folder. */
  readonly path: string
  readonly version: string
  readonly platform: Platform
  /** Of `node_modules/electron/checksums.json`: file name → SHA-256. */
  readonly sums: Readonly<Record<string, string>>
  readonly isStandIn: boolean
  /** Where the zip is copied to before it is hashed, so that what was checked is what is unpacked. */
  readonly workFolder: string
}

export interface Electron {
  /** For `electronDist`. */
  readonly path: string
  readonly sha256: string | null
}

export async function takeElectron(options: ElectronOptions): Promise<Electron> {
  const { path, version, platform, sums, isStandIn, workFolder } = options
  if (!existsSync(path)) refuse(`There is no Electron at ${path}.`, 'Collect it on a connected machine: npm run -s collect.')
  const name = electronZip(version, platform)
  const zip = !lstatSync(path).isDirectory() ? path : existsSync(join(path, name)) ? join(path, name) : null
  if (zip === null) {
    if (!isStandIn) refuse(`${path} is an unpacked Electron, which no published hash can vouch for.`, `Give the zip, ${name}.`)
    return { path, sha256: null }
  }
  const wanted = sums[name]
  if (wanted === undefined) refuse(`The electron package names no hash of ${name}.`, 'Use the version that the lock file pins.')
  mkdirSync(workFolder, { recursive: true })
  const copy = join(workFolder, name)
  copyFileSync(zip, copy)
  const sha256 = await sha256OfFile(copy)
  const isReal = sha256 === wanted
  if (!isReal && !isStandIn)
    refuse(
      `${basename(zip)} is not what its makers published: its SHA-256 is ${sha256}, and should be ${wanted}.`,
      'Collect it again; if it stays the same, find out who changed it.',
    )
  if (isReal && isStandIn) refuse('This is the real Electron, and was called a stand-in.', 'Leave out --stand-in.')
  return { path: copy, sha256 }
}
