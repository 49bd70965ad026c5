/** Writes the tree of an appliance: plain files with fixed modes and one time, no links, and nothing that was there before. */
import { chmodSync, copyFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Integrity, integrityFile, writeIntegrity } from './integrity.ts'
import type { ShippedFile } from './plan.ts'

export const modes = { folder: 0o755, file: 0o644, executable: 0o755 } as const

/** Every folder that the files lie in, the tree itself as ''. */
export function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>([''])
  for (const path of paths) for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(at)
  return [...folders].sort()
}

/** Copies content, never the file: the packages here may be shared with other trees, and so may their modes. */
export async function stage(
  tree: string,
  files: readonly ShippedFile[],
  about: Omit<Integrity, 'format' | 'files'>,
  time: Date,
): Promise<Integrity> {
  rmSync(tree, { recursive: true, force: true })
  const paths = files.map(({ path }) => path)
  for (const folder of foldersOf(paths)) mkdirSync(join(tree, folder), { recursive: true })
  for (const { path, from, isExecutable } of files) {
    const to = join(tree, path)
    if (typeof from === 'string') copyFileSync(from, to)
    else writeFileSync(to, from)
    chmodSync(to, isExecutable ? modes.executable : modes.file)
  }
  const integrity = await writeIntegrity(tree, about, paths)
  for (const path of [...paths, integrityFile]) utimesSync(join(tree, path), time, time)
  // The deepest first: writing into a folder changes its time.
  for (const folder of foldersOf(paths).toReversed()) {
    chmodSync(join(tree, folder), modes.folder)
    utimesSync(join(tree, folder), time, time)
  }
  return integrity
}
