/** What `npm run desktop:package` is told. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Edition, editions, type Gpu, gpus } from '../appliance/editions.ts'
import { type Platform, platforms } from '../appliance/platforms.ts'

export const targets = ['dir', 'tar.zst', 'deb', 'rpm', 'nsis', 'zip'] as const
export type Target = (typeof targets)[number]

const levelDefault = 12
const levelMax = 19

export interface PackageOptions {
  readonly platform: Platform
  readonly targets: readonly Target[]
  readonly electron: string
  readonly isStandIn: boolean
  readonly edition: Edition
  readonly gpu: Gpu
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
  --edition NAME    ${editions.join(', ')}: edge-only has no way to another machine in it (default: full)
  --gpu NAME        builds of llama.cpp for graphics processors: ${gpus.join(', ')} (default: vulkan, or none for arm64)
  --out DIR         where the products go (default: dist/packages)
  --level N         how hard to compress, 1 to ${levelMax} (default: ${levelDefault})
  --built           take dist/ as it stands
`

/** A desk has a screen, and mostly something that drives it. There is no such build for arm64. */
export const usualGpu = ({ cpu }: Platform): Gpu => (cpu === 'x64' ? 'vulkan' : 'none')

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
        edition: { type: 'string', default: 'full' },
        gpu: { type: 'string' },
        built: { type: 'boolean', default: false },
        level: { type: 'string', default: String(levelDefault) },
        out: { type: 'string' },
      },
    })
    const platform = Object.values(platforms).find(({ name }) => name === values.platform)
    const edition = editions.find((one) => one === values.edition)
    const level = /^\d{1,2}$/.test(values.level) ? Number(values.level) : 0
    if (platform === undefined || edition === undefined || level < 1 || level > levelMax) return null
    const gpu = gpus.find((one) => one === (values.gpu ?? usualGpu(platform)))
    if (gpu === undefined) return null
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
      edition,
      gpu,
      isBuilt: values.built,
    }
  } catch {
    return null
  }
}
