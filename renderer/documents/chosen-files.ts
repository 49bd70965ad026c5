/**
 * From what a person dropped or picked to the files to import. Folders are walked; what can be no document is told apart,
 * never silently lost.
 */
import { mayBeRead } from './format-names.ts'

const limits = { filesMax: 20_000, depthMax: 64 } as const

export interface ChosenFiles {
  readonly files: readonly File[]
  /** Names of files that are of no kind that is read. */
  readonly leftOut: readonly string[]
  /** True when there was more than can be taken at once. */
  readonly isCut: boolean
}

/** Left by file managers, never documents. */
const isLitter = (name: string): boolean => name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini' || name === '__MACOSX'

export function sortFiles(found: readonly File[]): ChosenFiles {
  const wanted = found.filter((file) => !isLitter(file.name))
  const files = wanted.filter((file) => mayBeRead(file.name))
  const leftOut = wanted.filter((file) => !mayBeRead(file.name)).map((file) => file.name)
  return { files: files.slice(0, limits.filesMax), leftOut, isCut: files.length > limits.filesMax }
}

/** A folder that was picked lists its files with their paths: what lies in a hidden folder is no document. */
export const fromPicker = (list: FileList): ChosenFiles =>
  sortFiles([...list].filter((file) => !file.webkitRelativePath.split('/').some(isLitter)))

const fileOf = (entry: FileSystemFileEntry): Promise<File | null> => new Promise((resolve) => entry.file(resolve, () => resolve(null)))

const entriesOf = (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> =>
  new Promise((resolve) => reader.readEntries(resolve, () => resolve([])))

async function walk(entry: FileSystemEntry, depth: number, found: File[]): Promise<void> {
  if (isLitter(entry.name) || found.length > limits.filesMax) return
  // The entry says itself which of the two it is; its type does not.
  if (entry.isFile) {
    const file = await fileOf(entry as FileSystemFileEntry)
    if (file !== null) found.push(file)
  } else if (entry.isDirectory && depth < limits.depthMax) {
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    for (let batch = await entriesOf(reader); batch.length > 0; batch = await entriesOf(reader))
      for (const inside of batch) await walk(inside, depth + 1, found)
  }
}

/** Must be called while the drop is handled: what was dropped cannot be read later. */
export async function fromDrop(transfer: DataTransfer): Promise<ChosenFiles> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  if (entries.length === 0) return sortFiles([...transfer.files])
  const found: File[] = []
  for (const entry of entries) await walk(entry, 0, found)
  return sortFiles(found)
}
