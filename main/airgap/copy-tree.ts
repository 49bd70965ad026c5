/**
 * Copies a bundle, or a volume of it, onto a medium: each file is hashed as it is read, synced under another name, read back, and only then has its
 * own name. What is there already and right is not copied again; nothing that is not of this bundle is touched.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fail, ok, type Result } from '../domain/result.ts'
import { hashOfFile, openToRead, readThrough, type Watch } from './copy-part.ts'
import { syncFolder } from './durable.ts'

export interface Copied {
  readonly files: number
  readonly bytes: number
  /** Files that were there already, byte for byte. */
  readonly kept: number
}

/** A file of the source, or a text that belongs to one volume. */
export interface CopyItem {
  readonly path: string
  readonly size: number
  /** Where it is read from. */
  readonly from: string
  /** SHA-256, in hex, where it is known. */
  readonly sha256: string | null
}

const readBack = (path: string) =>
  fail('bundle.read_back', `${path} was written, and what was read back is something else.`, 'Use another medium.')
const full = fail(
  'bundle.disk_full',
  'There is not enough room on the medium.',
  'Use a larger one, or smaller volumes: holdfast bundle revolume.',
)
const notOurs = (path: string) =>
  fail('bundle.medium_not_empty', `${JSON.stringify(path)} lies on the medium and is not of this bundle.`, 'Empty the medium first.')

async function copyOne(item: CopyItem, to: string, watch: Watch): Promise<Result<'copied' | 'kept'>> {
  const target = join(to, item.path)
  const source = await openToRead(item.from, item.path, item.size)
  if (!source.ok) return source
  try {
    if (statSync(target, { throwIfNoEntry: false })?.size === item.size) {
      const there = await hashOfFile(target, item.path, item.size, {})
      const wanted = item.sha256 ?? (await readThrough(source.value, { name: item.path, from: 0, length: item.size }, null, {}))
      const hash = typeof wanted === 'string' ? wanted : wanted.ok ? wanted.value : ''
      if (there.ok && there.value === hash) {
        watch.onBytes?.(item.size)
        return ok('kept')
      }
    }
    mkdirSync(dirname(target), { recursive: true })
    const partial = `${target}.partial`
    const handle = await open(partial, 'w', 0o644)
    let hash: Result<string>
    try {
      hash = await readThrough(source.value, { name: item.path, from: 0, length: item.size }, { handle, to: 0 }, watch)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (!hash.ok) return hash
    if (item.sha256 !== null && hash.value !== item.sha256)
      return fail('bundle.file_changed', `${item.path} is not what is listed.`, 'Pack the bundle again, or get it again.')
    const back = await hashOfFile(partial, item.path, item.size, watch.signal === undefined ? {} : { signal: watch.signal })
    if (!back.ok) return back
    if (back.value !== hash.value) {
      rmSync(partial, { force: true })
      return readBack(item.path)
    }
    renameSync(partial, target)
    syncFolder(dirname(target))
    return ok('copied')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return full
    throw error
  } finally {
    await source.value.close()
  }
}

/** What systems leave on a medium by themselves. */
const leftBySystems = /^(?:System Volume Information|\.Trash-\d+|\.Trashes|\.fseventsd|\.Spotlight-V100|lost\+found)$/

function foreign(to: string, paths: readonly string[]): string | null {
  const expected = new Set(paths.flatMap((path) => [path, `${path}.partial`]))
  const folders = new Set(
    paths.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, i, all) => all.slice(0, i + 1).join('/')),
    ),
  )
  const visit = (below: string): string | null => {
    for (const entry of readdirSync(join(to, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (below === '' && leftBySystems.test(entry.name)) continue
      if (entry.isDirectory() && folders.has(path)) {
        const found = visit(path)
        if (found !== null) return found
      } else if (!entry.isFile() || !expected.has(path)) return path
    }
    return null
  }
  return existsSync(to) ? visit('') : null
}

/** `beside`: paths that whoever calls writes afterwards. */
export async function copyTree(
  items: readonly CopyItem[],
  to: string,
  watch: Watch = {},
  beside: readonly string[] = [],
): Promise<Result<Copied>> {
  mkdirSync(to, { recursive: true })
  const other = foreign(to, [...items.map(({ path }) => path), ...beside])
  if (other !== null) return notOurs(other)
  let [files, bytes, kept] = [0, 0, 0]
  for (const item of items) {
    const copied = await copyOne(item, to, watch)
    if (!copied.ok) return copied
    rmSync(join(to, `${item.path}.partial`), { force: true })
    files += 1
    bytes += item.size
    if (copied.value === 'kept') kept += 1
  }
  return ok({ files, bytes, kept })
}
