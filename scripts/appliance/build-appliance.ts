/** From a built and installed project to one archive: what is shipped is decided, described, laid out, checked and packed. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Edition, Gpu } from './editions.ts'
import { type Integrity, integrityFile } from './integrity.ts'
import { readLock } from './lock.ts'
import { notices } from './notices.ts'
import { digestOfFile, pack } from './pack.ts'
import { partsOf } from './parts.ts'
import { type Plan, planFiles, type ShippedFile } from './plan.ts'
import { platformOf, Refused } from './platforms.ts'
import { sbom } from './sbom.ts'
import { checkSize, limitsFor } from './size-gate.ts'
import { stage } from './stage.ts'

export interface ApplianceOptions {
  readonly root: string
  readonly platform: string
  readonly edition: Edition
  readonly gpu: Gpu
  /** A folder; made where it is missing. */
  readonly out: string
}

export interface LaidOut {
  readonly tree: string
  readonly integrity: Integrity
  readonly plan: Plan
  /** Of every file and folder. */
  readonly time: Date
}

export interface Appliance extends LaidOut {
  readonly archive: string
  readonly sha256: string
}

/** What every file is dated: the time that the builder says, or that of the commit. A clock would make each build another. */
export function timeOfSource(root: string): Date {
  const said = process.env.SOURCE_DATE_EPOCH
  if (said !== undefined && !/^\d{1,11}$/.test(said))
    throw new Refused(`SOURCE_DATE_EPOCH is ${said}. It dates every file. Give whole seconds since 1970.`)
  if (said !== undefined) return new Date(Number(said) * 1_000)
  try {
    return new Date(
      Number(
        execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(),
      ) * 1_000,
    )
  } catch {
    throw new Refused('There is no commit here to date the files by. The clock would make each build another. Set SOURCE_DATE_EPOCH.')
  }
}

/** The tree alone, whole and checked. */
export async function layOut({ root, platform: wanted, edition, gpu, out }: ApplianceOptions): Promise<LaidOut> {
  const packages = join(root, 'node_modules')
  const platform = platformOf(wanted, packages)
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  const lock = readLock(root)
  const plan = planFiles({ root, platform, edition, gpu, lock })
  const parts = partsOf(packages, platform)
  const about = { product: 'holdfast' as const, version, platform: platform.name, edition, gpu }
  const text = (path: string, content: string): ShippedFile => ({ path, from: Buffer.from(content), isExecutable: false })
  const files = [
    ...plan.files,
    text('sbom.cdx.json', sbom({ ...about, lock, plan, parts })),
    text('THIRD-PARTY-NOTICES.txt', notices({ root, lock, plan, parts })),
  ]
  const time = timeOfSource(root)
  mkdirSync(out, { recursive: true })
  const variant = [gpu, edition].filter((one) => one !== 'none' && one !== 'full').map((one) => `-${one}`)
  const tree = join(out, `holdfast-${version}-${platform.name}${variant.join('')}`)
  const integrity = await stage(tree, files, about, time)
  checkSize(integrity.files, limitsFor(gpu))
  return { tree, integrity, plan, time }
}

export async function buildAppliance(options: ApplianceOptions): Promise<Appliance> {
  const laidOut = await layOut(options)
  const { tree, integrity, time } = laidOut
  const archive = `${tree}.tar.zst`
  await pack(tree, [...integrity.files.map(({ path }) => path), integrityFile], archive, time)
  return { ...laidOut, archive, sha256: await digestOfFile(archive) }
}
