/** Makes products of the desktop in an empty network namespace, with a stand-in for Electron, and at a time that is always the same. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { electronZip } from '../../scripts/desktop-package/electron-dist.ts'
import { writeStandInZip } from './stand-in-electron.ts'

const root = join(import.meta.dirname, '../..')
export const packedAt = '1790000000'

/** Null where this system permits it, else why not. */
export const whyNoPacking = (): string | null =>
  spawnSync('unshare', ['-rn', 'true']).status === 0 ? null : 'this account may make no network namespace'

export interface Packer {
  readonly out: string
  /** The product, unpacked. */
  readonly folder: string
  readonly core: string
  pack(...args: readonly string[]): SpawnSyncReturns<string>
}

export function makePacker(base: string): Packer {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'))
  const zip = join(base, electronZip(version, { os: 'linux', cpu: 'x64' }))
  writeStandInZip(zip)
  const out = join(base, 'out')
  const folder = join(out, 'linux-unpacked')
  const program = [join(root, 'scripts/desktop-package.ts'), '--built', '--electron', zip, '--level', '1', '--out', out]
  const env = { ...process.env, SOURCE_DATE_EPOCH: packedAt, HTTPS_PROXY: '', GH_TOKEN: 'never-used' }
  return {
    ...{ out, folder, core: join(folder, 'resources/core') },
    pack: (...args) => spawnSync('unshare', ['-rn', process.execPath, ...program, ...args], { env, encoding: 'utf8', timeout: 300_000 }),
  }
}
