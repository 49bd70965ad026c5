/** From a built and installed project to one archive: the core of one platform in a folder that bears the name of the appliance, packed. */
import { join } from 'node:path'
import { refuse } from '../refuse.ts'
import { integrityFile } from './integrity.ts'
import { type CoreOptions, type LaidOut, layOutCore, variantOf, versionOf } from './lay-out.ts'
import { digestOfFile, pack } from './pack.ts'

export interface ApplianceOptions extends Omit<CoreOptions, 'tree'> {
  /** A folder; made where it is missing. */
  readonly out: string
}

export interface Appliance extends LaidOut {
  readonly archive: string
  readonly sha256: string
}

/** The tree alone, whole and checked. */
export function layOut({ out, ...options }: ApplianceOptions): Promise<LaidOut> {
  const { root, platform, edition, gpu } = options
  if (platform.startsWith('win-'))
    refuse(
      `An appliance for ${platform} cannot be built: its launcher is a script of a POSIX shell.`,
      'On Windows, pack the desktop: npm run desktop:package.',
    )
  const tree = join(out, `holdfast-${versionOf(root)}-${platform}${variantOf(gpu, edition)}`)
  return layOutCore({ ...options, tree })
}

export async function buildAppliance(options: ApplianceOptions): Promise<Appliance> {
  const laidOut = await layOut(options)
  const { tree, integrity, time } = laidOut
  const archive = `${tree}.tar.zst`
  await pack(tree, [...integrity.files.map(({ path }) => path), integrityFile], archive, time)
  return { ...laidOut, archive, sha256: await digestOfFile(archive) }
}
