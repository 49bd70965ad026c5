/** What `npm run desktop:package` is told. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Platform } from './core-packages.ts'

export const targets = ['dir', 'tar.zst', 'deb', 'rpm', 'nsis', 'zip'] as const
export type Target = (typeof targets)[number]

const platforms: Readonly<Record<string, Platform>> = {
  'linux-x64': { os: 'linux', cpu: 'x64' },
  'linux-arm64': { os: 'linux', cpu: 'arm64' },
  'win-x64': { os: 'win32', cpu: 'x64' },
}
const levelDefault = 12
const levelMax = 19

export interface PackageOptions {
  readonly platform: Platform
  readonly targets: readonly Target[]
  readonly electron: string
  readonly isStandIn: boolean
  readonly withCuda: boolean
  /** The emitted code in `dist/` is taken as it stands. */
  readonly isBuilt: boolean
  readonly level: number
  readonly output: string
}

export const usage = `npm run desktop:package -- [options]

  --targets LIST    ${targets.join(',')} (default: dir,deb,tar.zst, or dir,zip,nsis for Windows)
  --platform NAME   ${Object.keys(platforms).join(', ')} (default: linux-x64)
  --electron PATH   the collected zip of Electron, or its folder (default: collected/electron)
  --stand-in        it is none of the published ones: the product is marked NOT FOR USE
  --cuda            take the libraries for NVIDIA cards along
  --out DIR         where the products go (default: dist/packages)
  --level N         how hard to compress, 1 to ${levelMax} (default: ${levelDefault})
  --built           take dist/ as it stands
`

/** Null for what cannot be understood. Paths are taken from where the person stands. */
export function readOptions(
  args: readonly string[],
  from: { readonly root: string; readonly initialFolder: string },
): PackageOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        targets: { type: 'string' },
        platform: { type: 'string', default: 'linux-x64' },
        electron: { type: 'string' },
        'stand-in': { type: 'boolean', default: false },
        cuda: { type: 'boolean', default: false },
        built: { type: 'boolean', default: false },
        level: { type: 'string', default: String(levelDefault) },
        out: { type: 'string' },
      },
    })
    const platform = platforms[values.platform]
    const level = /^\d{1,2}$/.test(values.level) ? Number(values.level) : 0
    if (platform === undefined || level < 1 || level > levelMax) return null
    const named = (values.targets ?? (platform.os === 'win32' ? 'dir,zip,nsis' : 'dir,deb,tar.zst')).split(',')
    const wanted = targets.filter((target) => named.includes(target))
    if (wanted.length !== new Set(named).size) return null
    const electron = values.electron === undefined ? join(from.root, 'collected', 'electron') : resolve(from.initialFolder, values.electron)
    const output = values.out === undefined ? join(from.root, 'dist', 'packages') : resolve(from.initialFolder, values.out)
    return {
      platform,
      level,
      electron,
      output,
      targets: wanted,
      isStandIn: values['stand-in'],
      withCuda: values.cuda,
      isBuilt: values.built,
    }
  } catch {
    return null
  }
}
