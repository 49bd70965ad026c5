/** Air-gap bundles with tiny models that really load, as they lie on a medium: two releases, and one that comes in volumes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { revolume } from '../../../main/airgap/volumes.ts'
import type { PackList } from '../../../main/domain/airgap/pack-list.ts'
import { makeBundle, modelEntry, sha256 } from '../../support/airgap.ts'
import { tinyModels } from '../../support/models.ts'

export interface Carried {
  readonly first: string
  readonly second: string
  /** Folders of the volumes of the third. */
  readonly volumes: readonly string[]
  readonly fingerprint: string
}

export async function carry(folder: string): Promise<Carried> {
  const models = tinyModels(folder)
  const bytes = readFileSync(models.decoder)
  const list = (chat: string): Partial<PackList> => ({
    artifacts: [modelEntry('quill', 'chat', chat), modelEntry('compass', 'embed', models.embedder)],
    serves: { chat: 'quill', embed: 'compass', rerank: null },
  })
  const first = await makeBundle(folder, 'first', { seq: 1, version: '1.0.0', files: [], list: list(models.decoder) })
  // The same model with other weights: another file, and as able.
  const other = join(folder, 'other.gguf')
  bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1
  writeFileSync(other, bytes)
  const second = await makeBundle(folder, 'second', { seq: 2, version: '1.1.0', files: [], list: list(other) })
  const files = ['tides', 'harbour', 'lights'].map((name) => ({ name, size: 300_000, kind: 'doc' as const }))
  const third = await makeBundle(folder, 'third', { seq: 3, version: '1.2.0', files })
  const laid = await revolume(third.folder, third.manifest, third.digest, join(folder, 'volumes'), 3_200_000, sha256)
  if (!laid.ok) throw new Error(laid.error.message)
  return {
    first: first.folder,
    second: second.folder,
    volumes: laid.value.map(({ folder: place }) => place),
    fingerprint: sha256(readFileSync(join(first.folder, 'root', '1.root.json'))),
  }
}
