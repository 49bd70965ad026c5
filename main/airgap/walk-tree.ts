/** Lists a tree without opening or following anything in it. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TreeEntry, treeLimits } from '../domain/airgap/tree.ts'
import { fail, ok, type Result } from '../domain/result.ts'

const depthMax = 3

const noFolder = fail('bundle.no_folder', 'There is no folder here that can be read.', 'Name the folder that holds BUNDLE.json.')

/** Stops one past the limit; what is deeper than a bundle is stands as a folder, which its names do not allow. */
export function walkTree(root: string): Result<readonly TreeEntry[]> {
  const entries: TreeEntry[] = []
  const visit = (below: string, depth: number): void => {
    for (const name of readdirSync(join(root, below), { encoding: 'buffer' })) {
      if (entries.length > treeLimits.entriesMax) return
      const text = name.toString('utf8')
      // A name that is no UTF-8 cannot be one of ours; it is shown as it can be, and refused by that.
      const path = below === '' ? text : `${below}/${text}`
      const stat = lstatSync(join(root, path), { throwIfNoEntry: false })
      const kind =
        stat === undefined ? 'other' : stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'other'
      entries.push({ path, kind, size: stat?.size ?? 0, links: stat?.nlink ?? 1 })
      if (kind === 'folder' && depth < depthMax) visit(path, depth + 1)
    }
  }
  try {
    if (!lstatSync(root).isDirectory()) return noFolder
    visit('', 1)
    return ok(entries)
  } catch {
    return noFolder
  }
}
