/** Small files that must be whole or absent: written beside, synced, renamed into place, and the folder synced. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

const partialOf = (file: string): string => `${file}.partial`

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** For this account alone. Throws when the disk is full; the file is then what it was. */
export function writeDurablySync(file: string, content: string | Uint8Array): void {
  const partial = partialOf(file)
  try {
    const descriptor = openSync(partial, 'w', 0o600)
    try {
      writeFileSync(descriptor, content)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
  syncFolder(dirname(file))
}

/** The same beside the event loop. One at a time for one file. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const partial = partialOf(file)
  try {
    const handle = await open(partial, 'w', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  if (process.platform === 'win32') return
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
