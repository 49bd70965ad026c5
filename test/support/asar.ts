/** Reads an archive of Electron's by its published layout: four numbers, a JSON header with the files, then their bytes. */
import { readFileSync } from 'node:fs'

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>
  readonly offset?: string
  readonly size?: number
}

/** Path in the archive → its bytes. */
export function readAsar(file: string): ReadonlyMap<string, Buffer> {
  const bytes = readFileSync(file)
  const headerBytes = bytes.readUInt32LE(4)
  const header: Entry = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)))
  const found = new Map<string, Buffer>()
  const walk = (entry: Entry, path: string): void => {
    for (const [name, inner] of Object.entries(entry.files ?? {})) {
      const at = path === '' ? name : `${path}/${name}`
      if (inner.files !== undefined) walk(inner, at)
      else if (inner.offset !== undefined) {
        const start = 8 + headerBytes + Number(inner.offset)
        found.set(at, bytes.subarray(start, start + (inner.size ?? 0)))
      }
    }
  }
  walk(header, '')
  return found
}
