/**
 * Lays the core out in a folder: what is shipped is decided, described, laid out and checked. It is the appliance, and the same folder is
 * the core of a desktop, so that what is proven on one is what runs on the other.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { Refusal } from '../refuse.ts'
import type { Edition, Gpu } from './editions.ts'
import type { Integrity } from './integrity.ts'
import { type Lock, readLock } from './lock.ts'
import { notices } from './notices.ts'
import { type Part, partsOf } from './parts.ts'
import { type Plan, planFiles, type ShippedFile } from './plan.ts'
import { platformOf } from './platforms.ts'
import { sbom } from './sbom.ts'
import { checkSize, limitsFor } from './size-gate.ts'
import { stage } from './stage.ts'

export interface CoreOptions {
  /** The project's root, built and installed. */
  readonly root: string
  /** The name of one. */
  readonly platform: string
  readonly edition: Edition
  readonly gpu: Gpu
  /** The folder; what stands there is replaced. */
  readonly tree: string
}

export interface LaidOut {
  readonly tree: string
  readonly integrity: Integrity
  readonly lock: Lock
  readonly plan: Plan
  readonly parts: readonly Part[]
  /** Of every file and folder. */
  readonly time: Date
}

/** What every file is dated: the time that the builder says, or that of the commit. A clock would make each build another. */
export function timeOfSource(root: string): Date {
  const said = process.env.SOURCE_DATE_EPOCH
  if (said !== undefined && !/^\d{1,11}$/.test(said))
    throw new Refusal(`SOURCE_DATE_EPOCH is ${said}. It dates every file. Give whole seconds since 1970.`)
  if (said !== undefined) return new Date(Number(said) * 1_000)
  try {
    return new Date(
      Number(
        execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(),
      ) * 1_000,
    )
  } catch {
    throw new Refusal('There is no commit here to date the files by. The clock would make each build another. Set SOURCE_DATE_EPOCH.')
  }
}

export const versionOf = (root: string): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).version

export const textFile = (path: string, content: string): ShippedFile => ({ path, from: Buffer.from(content), isExecutable: false })

/** What lies in the name of a product behind its platform. */
export const variantOf = (...parts: readonly string[]): string =>
  parts
    .filter((one) => one !== 'none' && one !== 'full')
    .map((one) => `-${one}`)
    .join('')

export async function layOutCore({ root, platform: wanted, edition, gpu, tree }: CoreOptions): Promise<LaidOut> {
  const packages = join(root, 'node_modules')
  const platform = platformOf(wanted, packages)
  const lock = readLock(root)
  const plan = planFiles({ root, platform, edition, gpu, lock })
  const parts = partsOf(packages, platform)
  const about = { product: 'holdfast' as const, version: versionOf(root), platform: platform.name, edition, gpu }
  const files = [
    ...plan.files,
    textFile('sbom.cdx.json', sbom({ ...about, lock, plan, parts })),
    textFile('THIRD-PARTY-NOTICES.txt', notices({ root, lock, plan, parts })),
  ]
  const time = timeOfSource(root)
  const integrity = await stage(tree, files, about, time)
  checkSize(integrity.files, limitsFor(gpu))
  return { tree, integrity, lock, plan, parts, time }
}
