/** Every regular file below a folder. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../refuse.ts'

/** Sorted, relative to it. A link is refused: what it points at may be anywhere. */
export function filesBelow(folder: string, isWanted: (path: string) => boolean = () => true, below = ''): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) return filesBelow(folder, isWanted, path)
      if (!isWanted(path)) return []
      if (!entry.isFile()) refuse(`${join(folder, path)} is neither a file nor a folder.`, 'Build it anew, into an empty folder.')
      return [path]
    })
}
