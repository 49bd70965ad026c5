/** The list of every shipped file with its size and digest, which lies in the tree and says of each file whether it is what was delivered. */
import { createHash } from 'node:crypto'
import { chmodSync, createReadStream, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Integrity, integrityName } from '../../main/domain/airgap/integrity.ts'

export { integrityName as integrityFile } from '../../main/domain/airgap/integrity.ts'
export type { Integrity }
export type IntegrityEntry = Integrity['files'][number]

/** Of files as they lie in the tree now. */
export async function entriesOf(tree: string, paths: readonly string[]): Promise<readonly IntegrityEntry[]> {
  const entries: IntegrityEntry[] = []
  for (const path of paths.toSorted()) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(tree, path), { highWaterMark: 1024 * 1024 }), hash)
    entries.push({ path, size: (await stat(join(tree, path))).size, sha256: hash.digest('hex') })
  }
  return entries
}

/** Writes the list of these files into the tree that they lie in. */
export async function writeIntegrity(
  tree: string,
  about: Omit<Integrity, 'format' | 'files'>,
  paths: readonly string[],
): Promise<Integrity> {
  const integrity: Integrity = { format: 1, ...about, files: await entriesOf(tree, paths) }
  writeFileSync(join(tree, integrityName), `${JSON.stringify(integrity, null, 1)}\n`)
  chmodSync(join(tree, integrityName), 0o644)
  return integrity
}
