/** A disk so small that a test can fill it: a file system in memory, mounted where the account may mount one. */
import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Filler {
  /** Leaves so many bytes free, in whole pages of the file system. */
  leave(bytes: number): void
  /** Takes back everything that `leave` took. */
  free(): void
}

export interface SmallDisk extends Filler {
  unmount(): void
}

const chunk = Buffer.alloc(256 * 1024)

/** Null where this account may not mount. */
export function mountSmallDisk(folder: string, sizeBytes: number): SmallDisk | null {
  mkdirSync(folder, { recursive: true })
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=700`, 'tmpfs', folder])
  if (mounted.status !== 0) return null
  return {
    ...fillerOf(folder),
    unmount: () => {
      spawnSync('umount', ['--lazy', folder])
    },
  }
}

/** Of the disk that this folder is the top of; any process may fill it. */
export function fillerOf(folder: string): Filler {
  const filler = join(folder, 'filler')
  return {
    leave: (bytes) => {
      const file = openSync(filler, 'w')
      let written = 0
      try {
        for (;;) written += writeSync(file, chunk)
      } catch {
        // Full: now a little is given back.
      }
      try {
        for (;;) written += writeSync(file, chunk, 0, 4096)
      } catch {
        ftruncateSync(file, Math.max(0, written - bytes))
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(filler, { force: true }),
  }
}
