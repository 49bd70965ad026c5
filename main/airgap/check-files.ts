/** Hashes the files of a bundle where they lie, against what was signed, and writes nothing. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../domain/result.ts'
import { hashOfFile, type Watch } from './copy-part.ts'

/** One file as the signed list names it. */
export interface ListedFile {
  readonly path: string
  readonly size: number
  /** In hex. */
  readonly sha256: string
}

const changed = (path: string) =>
  fail('bundle.file_changed', `${path} is not what was signed.`, 'Copy the bundle again, and look at it again.')

/** Stops at the first file that is not what was signed. */
export async function checkFiles(folder: string, files: readonly ListedFile[], watch: Watch): Promise<Result<null>> {
  for (const { path, size, sha256 } of files) {
    const hash = await hashOfFile(join(folder, path), path, size, watch)
    if (!hash.ok) return hash
    if (hash.value !== sha256) return changed(path)
  }
  return ok(null)
}

/** Paths of those that are gone, or are not what is listed any more. A file that cannot be read is a failure, and no verdict. */
export async function findDamaged(folder: string, files: readonly ListedFile[], watch: Watch): Promise<Result<readonly string[]>> {
  const damaged: string[] = []
  for (const { path, size, sha256 } of files) {
    const isThere = lstatSync(join(folder, path), { throwIfNoEntry: false })?.size === size
    const hash = isThere ? await hashOfFile(join(folder, path), path, size, watch) : ok(null)
    if (!hash.ok) return hash
    if (hash.value !== sha256) damaged.push(path)
  }
  return ok(damaged)
}
