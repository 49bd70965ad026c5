/** Makes the archive of a dataset out of a folder: sorted names, one mode, nobody's account, no times. The same files make the same bytes. */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { create, type WriteEntry } from 'tar'
import { datasetLimits } from '../domain/airgap/dataset.ts'
import { isLitter } from '../domain/litter.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { compress } from './compress.ts'
import { type DatasetFile, readDataset } from './dataset-archive.ts'

const noFolder = fail('bundle.no_folder', 'This is no folder that can be read.', 'Name the folder that holds the documents.')
const taken = fail('bundle.taken', 'The archive of documents is there already.', 'Move it away, or pack another one.')
const empty = fail('bundle.dataset_malformed', 'There are no documents in this folder.', 'Name the folder that holds them.')
const notAFile = (name: string) =>
  fail('bundle.dataset_malformed', `${name} is neither a file nor a folder.`, 'A dataset holds regular files alone: copy what it leads to.')
const tooMany = fail('bundle.dataset_malformed', `There are more than ${datasetLimits.filesMax} files.`, 'Make several datasets of them.')

/** Names below `folder`, as they stand in the archive. What file managers leave is left out. */
function namesIn(folder: string): Result<readonly string[]> {
  const names: string[] = []
  const open = ['']
  for (let below = open.pop(); below !== undefined; below = open.pop()) {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      if (isLitter(entry.name)) continue
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) open.push(name)
      else if (entry.isFile()) names.push(name)
      else return notAFile(name)
    }
    if (names.length > datasetLimits.filesMax) return tooMany
  }
  return ok(names.sort((a, b) => (a < b ? -1 : 1)))
}

const plainEntry = (entry: WriteEntry): void => {
  if (entry.stat !== undefined) entry.stat.mode = 0o100644
  entry.path = entry.path.replace(/^\.\//, '')
}

/** `archive` is not there yet. What was written is read back as a station will read it. Rejects when the disk is full. */
export async function packDataset(folder: string, archive: string): Promise<Result<readonly DatasetFile[]>> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return noFolder
  if (existsSync(archive)) return taken
  const names = namesIn(folder)
  if (!names.ok) return names
  if (names.value.length === 0) return empty
  const half = `${archive}.partial`
  try {
    const options = { cwd: folder, portable: true, noDirRecurse: true, noMtime: true, strict: true, onWriteEntry: plainEntry } as const
    // A name that begins with @ would be taken for an archive to copy from.
    const entries = names.value.map((name) => `./${name}`)
    await compress(create(options, entries), half)
    const read = await readDataset(half, null)
    if (read.ok) renameSync(half, archive)
    return read
  } finally {
    rmSync(half, { force: true })
  }
}
