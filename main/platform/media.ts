/**
 * Which mounted volumes look like carried media and hold an air-gap bundle. It lists names and looks at what they are; it opens no file of a
 * medium, follows no link, and never touches a volume that lies elsewhere in a network.
 */
import type { Dirent } from 'node:fs'
import { lstat, opendir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { names } from '../domain/airgap/tree.ts'

const limits = { mediaMax: 32, entriesMax: 256, foldersMax: 20, waitMs: 2_000 } as const

export interface Medium {
  readonly mountPoint: string
  readonly device: string
  readonly fileSystem: string
  /** Absolute paths of the folders with a bundle in them. */
  readonly folders: string[]
}

export interface Mount {
  readonly mountPoint: string
  readonly device: string
  readonly fileSystem: string
}

/** Where systems mount what a person plugs in. */
const usualPlaces = ['/media/', '/run/media/', '/mnt/', '/Volumes/'] as const
/** File systems of sticks, cards and discs. */
const carried: ReadonlySet<string> = new Set(['vfat', 'exfat', 'msdos', 'iso9660', 'udf', 'ntfs', 'ntfs3', 'fuseblk', 'hfsplus'])
/** A name that cannot be shown as it is, or was no text to begin with, is not offered. */
const unshowable = /[\p{C}\uFFFD]/u

/** The table writes a blank, a tab, a line end and a backslash as `\040`, `\011`, `\012` and `\134`. */
const plain = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))

/** Mounts of the table that look carried: on a device of this machine, in a usual place or with a file system of a stick or a disc. */
export function carriedMounts(table: string): readonly Mount[] {
  const mounts = new Map<string, Mount>()
  for (const line of table.split('\n')) {
    const [before, after] = line.split(' - ')
    const [mountPoint] = before?.split(' ').slice(4) ?? []
    const [fileSystem, device] = after?.split(' ') ?? []
    if (mountPoint === undefined || fileSystem === undefined || device === undefined) continue
    const mount = { mountPoint: plain(mountPoint), device: plain(device), fileSystem }
    // What has no device of its own is in memory, or in a network.
    if (!mount.device.startsWith('/dev/') || unshowable.test(mount.mountPoint)) continue
    const isUsual = usualPlaces.some((place) => mount.mountPoint.startsWith(place))
    if (isUsual || carried.has(fileSystem) || /^\/dev\/(sr|fd)\d/.test(mount.device)) mounts.set(mount.mountPoint, mount)
  }
  return [...mounts.values()].slice(0, limits.mediaMax)
}

const holdsBundle = async (folder: string): Promise<boolean> => {
  const stat = await lstat(join(folder, names.manifest)).catch(() => null)
  return stat?.isFile() === true
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  const entries: Dirent[] = []
  try {
    // Reading to the end closes it; leaving the loop early does, too.
    for await (const entry of await opendir(folder)) if (entries.push(entry) >= limits.entriesMax) break
  } catch {
    // Taken out meanwhile, or not ours to read: what was seen until then is all there is.
  }
  return entries
}

async function foldersOn({ mountPoint }: Mount): Promise<string[]> {
  const found = (await holdsBundle(mountPoint)) ? [mountPoint] : []
  for (const entry of await entriesOf(mountPoint)) {
    if (found.length >= limits.foldersMax) break
    const folder = join(mountPoint, entry.name)
    if (entry.isDirectory() && !unshowable.test(entry.name) && (await holdsBundle(folder))) found.push(folder)
  }
  return found.sort()
}

/** A medium that does not answer holds nothing, as far as this list goes. */
const inTime = (folders: Promise<string[]>): Promise<string[]> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), limits.waitMs)
  })
  return Promise.race([folders, late]).finally(() => clearTimeout(timer))
}

/** `readTable` gives the system's table of mounts; null where it keeps none, and nothing is found then. */
export async function findMedia(
  readTable: () => Promise<string | null> = () => readFile('/proc/self/mountinfo', 'utf8').catch(() => null),
): Promise<Medium[]> {
  const table = await readTable()
  if (table === null) return []
  const media = await Promise.all(carriedMounts(table).map(async (mount) => ({ ...mount, folders: await inTime(foldersOn(mount)) })))
  return media.filter(({ folders }) => folders.length > 0)
}
