/**
 * The run's own folder, the one place where tools write. No link is followed, nothing but regular text files is touched, and a file is
 * either the old one or the new one, never a part: written aside, synced, renamed, and the folder synced.
 */
import { constants } from 'node:fs'
import { lstat, mkdir, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../domain/assert.ts'
import { diskFull, isDiskFull } from '../domain/disk-full.ts'
import { fail, ok, type Result } from '../domain/result.ts'

export const folderLimits = { fileBytesMax: 256 * 1024, recordBytesMax: 4 * 1024 } as const

/** Holds what stood before each step, and files under way. Its name cannot be that of a file of a run. */
const stepsName = '.steps'

const notAFile = fail(
  'tool.not_a_file_before_effect',
  'Something other than a plain file stands at that name.',
  'Give another name, or have a person look at the run’s folder.',
)
const notText = fail(
  'tool.not_text_before_effect',
  'The file that stands there is no text, or too large to be kept for an undo.',
  'Give another name.',
)
const unusable = fail(
  'tool.folder_before_effect',
  'The run’s folder cannot be used.',
  'Check that the data folder can be written and holds no links.',
)

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')
const refusalOf = (error: unknown): Result<never> => (isDiskFull(error) ? diskFull : unusable)

/** Whether a folder of its own stands there: null when nothing does, false when it is anything else, such as a link. */
async function isRealFolder(path: string): Promise<boolean | null> {
  try {
    return (await lstat(path)).isDirectory()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Makes the folder where it is missing. A link in its place is refused before anything is made behind it. */
async function prepare(folder: string): Promise<Result<null>> {
  try {
    for (const path of [folder, join(folder, stepsName)]) {
      if ((await isRealFolder(path)) === null) await mkdir(path, { recursive: true, mode: 0o700 })
      if ((await isRealFolder(path)) !== true) return unusable
    }
    return ok(null)
  } catch (error) {
    return refusalOf(error)
  }
}

async function readPlain(path: string, bytesMax: number): Promise<Result<string | null>> {
  let handle: Awaited<ReturnType<typeof open>>
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its other end.
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return ok(null)
    return code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO' || code === 'EISDIR' ? notAFile : unusable
  }
  try {
    const found = await handle.stat()
    if (!found.isFile()) return notAFile
    if (found.size > bytesMax) return notText
    // A mark at the start is kept, so that the same bytes can be written back.
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await handle.readFile()))
  } catch (error) {
    return error instanceof TypeError ? notText : unusable
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; there a rename is in the file system's own log.
  if (process.platform === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function replace(folder: string, path: string, part: string, text: string): Promise<Result<null>> {
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0)
    const handle = await open(part, flags, 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, path)
    await syncFolder(folder)
    return ok(null)
  } catch (error) {
    return refusalOf(error)
  }
}

function stepPath(folder: string, stepId: string, extension: string): string {
  assert(/^[A-Za-z0-9_]{1,64}$/.test(stepId), 'a step id is a plain word')
  return join(folder, stepsName, `${stepId}${extension}`)
}

/** The text of a file, null when there is none. `name` is one that `FileName` let through. */
export async function readRunFile(folder: string, name: string): Promise<Result<string | null>> {
  try {
    const isReal = await isRealFolder(folder)
    if (isReal === null) return ok(null)
    if (!isReal) return unusable
  } catch {
    return unusable
  }
  return readPlain(join(folder, name), folderLimits.fileBytesMax)
}

/** Puts the text there whole. A retry of the same step may write over its own unfinished file, and nothing else. */
export async function writeRunFile(folder: string, stepId: string, name: string, text: string): Promise<Result<null>> {
  const prepared = await prepare(folder)
  if (!prepared.ok) return prepared
  return replace(folder, join(folder, name), stepPath(folder, stepId, '.part'), text)
}

export async function removeRunFile(folder: string, name: string): Promise<Result<null>> {
  try {
    await unlink(join(folder, name))
    await syncFolder(folder)
    return ok(null)
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? ok(null) : refusalOf(error)
  }
}

/** What a step noted about itself before it changed anything; null when it has not begun. */
export async function readStepRecord(folder: string, stepId: string): Promise<Result<string | null>> {
  const prepared = await prepare(folder)
  return prepared.ok ? readPlain(stepPath(folder, stepId, '.json'), folderLimits.recordBytesMax) : prepared
}

export async function writeStepRecord(folder: string, stepId: string, text: string): Promise<Result<null>> {
  const prepared = await prepare(folder)
  if (!prepared.ok) return prepared
  const path = stepPath(folder, stepId, '.json')
  return replace(join(folder, stepsName), path, stepPath(folder, stepId, '.json.part'), text)
}
