/** Says in the product what it is made of and what each of its files is. The core in it has the same lists of its own, as an appliance has. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Gpu } from '../appliance/editions.ts'
import { type Integrity, writeIntegrity } from '../appliance/integrity.ts'
import type { LaidOut } from '../appliance/lay-out.ts'
import { notices } from '../appliance/notices.ts'
import type { Part } from '../appliance/parts.ts'
import { sbom } from '../appliance/sbom.ts'
import { checkSize, desktopLimitsFor } from '../appliance/size-gate.ts'
import { filesBelow } from './files-below.ts'
import type { Shell } from './shell-files.ts'

export const standInNote = 'NOT-FOR-USE.txt'

export interface DescribeOptions {
  readonly root: string
  readonly folder: string
  readonly core: LaidOut
  readonly shell: Shell
  readonly electron: Part
  readonly gpu: Gpu
  readonly isStandIn: boolean
}

/** Refuses what is too large. Nothing is changed in the folder afterwards but modes and times. */
export async function describeFolder({ root, folder, core, shell, electron, gpu, isStandIn }: DescribeOptions): Promise<Integrity> {
  const { format: _ofTheList, files: _ofTheCore, ...about } = core.integrity
  const { lock, plan: ofCore } = core
  const plan = { places: [...new Set([...ofCore.places, ...shell.places])].sort(), windowPlaces: ofCore.windowPlaces }
  const parts = [...core.parts, electron]
  writeFileSync(join(folder, 'sbom.cdx.json'), sbom({ ...about, lock, plan, parts }))
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), notices({ root, lock, plan, parts }))
  if (isStandIn)
    writeFileSync(
      join(folder, standInNote),
      'Made with a stand-in for Electron, to try the packaging. There is no working program in it.\n',
    )
  const integrity = await writeIntegrity(folder, about, filesBelow(folder))
  checkSize(integrity.files, desktopLimitsFor(gpu))
  return integrity
}
