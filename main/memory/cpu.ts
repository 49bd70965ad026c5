/** What this processor can do. LanceDB's native module dies with an illegal instruction without AVX2, so it is asked before the module is loaded. */
import { readFileSync } from 'node:fs'

/** Where Linux describes the processor; other systems have no such file. */
const cpuInfoFile = '/proc/cpuinfo'

/** Whether a `/proc/cpuinfo` names AVX2 for every processor it lists. */
export function listsAvx2(cpuInfo: string): boolean {
  const flags = cpuInfo.split('\n').filter((line) => /^flags\s*:/.test(line))
  return flags.length > 0 && flags.every((line) => /\savx2(\s|$)/.test(line))
}

/**
 * Whether LanceDB may be loaded here. Only x64 needs AVX2. Where the processor cannot be asked, the answer is no on x64 Linux; on
 * other systems, which have no such file, the index's own process finds out and may die of it without harm.
 */
export function canLoadVectorIndex(machine: {
  readonly arch: string
  readonly platform: string
  readonly cpuInfo: string | null
}): boolean {
  if (machine.arch !== 'x64' || machine.platform !== 'linux') return true
  return machine.cpuInfo !== null && listsAvx2(machine.cpuInfo)
}

/** This machine, as `canLoadVectorIndex` wants it. */
export function thisMachine(): { readonly arch: string; readonly platform: string; readonly cpuInfo: string | null } {
  const { arch, platform } = process
  try {
    return { arch, platform, cpuInfo: readFileSync(cpuInfoFile, 'utf8') }
  } catch {
    return { arch, platform, cpuInfo: null }
  }
}
