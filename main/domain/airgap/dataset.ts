/** A dataset: an archive of documents for one collection. What it may hold, and when its documents are all here. Pure. */

export const datasetLimits = {
  filesMax: 10_000,
  /** Unpacked, all files together. */
  bytesMax: 64 * 1024 ** 3,
  /** Unpacked to packed: text comes to a tenth. `ratioFreeBytes` may be there whatever the ratio. */
  ratioMax: 200,
  ratioFreeBytes: 64 * 1024 ** 2,
  nameChars: 400,
  depthMax: 32,
} as const

/** Why no document may have this name, or null. Names are shown and compared; files are never written under them. */
export function documentNameFault(name: string): string | null {
  if (name.length > datasetLimits.nameChars) return 'a name is too long'
  if (/[\p{C}\u2028\u2029\\]/u.test(name)) return 'a name holds a character that is not shown'
  const parts = name.split('/')
  if (parts.length > datasetLimits.depthMax) return 'its folders lie too deep'
  if (parts.some((part) => part === '..' || part === '.' || part === '' || part.trim() !== part))
    return 'a name leads out of it, or cannot be read'
  return null
}

/** A document that was refused for one of these was not looked at: the same one may come in next time. */
export const passingRefusals: readonly string[] = ['import.disk_full', 'import.not_stored', 'parse.unreadable', 'parse.cancelled']
