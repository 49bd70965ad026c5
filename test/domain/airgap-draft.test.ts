import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { draftList, portable } from '../../main/domain/airgap/draft-list.ts'
import { PackList } from '../../main/domain/airgap/pack-list.ts'
import { BundleProfiles } from '../../main/domain/bundle-profile.ts'
import type { Collected } from '../../main/domain/collected.ts'
import { ModelList } from '../../main/domain/model-manifest.ts'

const folder = join(import.meta.dirname, '../../models-manifest')
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
const { models } = ModelList.parse(read('edge.json'))

/** As the connected side would say that it has all of a profile. */
function collectedFor(names: readonly string[]): Collected {
  const hash = { alg: 'sha256' as const, value: 'a'.repeat(64) }
  return {
    ...{ format: 'holdfast-collected-1', profile: 'headless', platform: 'linux-x64', collectedAt: '2026-11-01T08:00:00Z' },
    artifacts: [
      ...names.map((id) => ({
        id,
        kind: 'model' as const,
        name: id,
        version: '3f1a9c2b77d0',
        file: `model/${id}.gguf`,
        licence: 'Apache-2.0',
      })),
      { id: 'eng', kind: 'ocr-data' as const, name: 'eng', version: '4.0.0', file: 'ocr-data/eng.traineddata.gz', licence: 'Apache-2.0' },
      { id: 'electron', kind: 'electron' as const, name: 'electron', version: '45', file: 'electron/e.zip', licence: 'MIT' },
      { id: 'nobody-knows', kind: 'model' as const, name: 'x', version: '1', file: 'model/x.gguf', licence: 'MIT' },
    ].map((one) => ({ ...one, sizeBytes: 10, sha256: hash, upstream: { url: 'https://models.example/x', revision: null, sha256: hash } })),
  }
}

test('AIR-02 MOD-02 what every profile collects becomes a list that can be packed, with what is known of each model', () => {
  for (const { name, models: ids } of BundleProfiles.parse(read('profiles.json')).profiles) {
    const draft = draftList(collectedFor(ids), models)
    const facts = { format: 'holdfast-pack-1', channel: 'stable', version: '1.0.0', seq: 1, createdAt: '2026-11-01T08:00:00Z' }
    const list = PackList.parse({ ...facts, ...draft })
    expect(
      list.artifacts.map(({ kind }) => kind),
      name,
    ).toEqual([...ids.map(() => 'model'), 'ocr-data'])
    expect(list.serves.chat).toBe(portable(ids[0] ?? '', 80))
    expect(list.artifacts.find(({ id }) => id === list.serves.embed)?.model?.roles).toContain('embed')
    for (const { model, kind } of list.artifacts)
      if (kind === 'model') expect(model).toMatchObject({ developer: expect.any(String), country: expect.stringMatching(/^[A-Z]{2}$/) })
  }
})

test('names of the connected side become names that every medium takes', () => {
  expect(portable('Ministral_3 (8B)..Q4_K_M', 80)).toBe('ministral-3-8b-.q4-k-m')
  expect(portable('-.x.-', 80)).toBe('x')
  expect(portable('a'.repeat(50), 32)).toHaveLength(32)
})
