import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ModelList, ModelManifest } from '../../main/domain/model-manifest.ts'
import { TierProfile } from '../../main/domain/tier-profile.ts'

const folder = join(import.meta.dirname, '../../models-manifest')

for (const tier of ['edge', 'datacenter', 'frontier'] as const) {
  test(`MOD-01 the list of the ${tier} tier keeps to the schema, and no model stands in it twice`, () => {
    const list = ModelList.parse(JSON.parse(readFileSync(join(folder, `${tier}.json`), 'utf8')))
    expect(list.tier).toBe(tier)
    expect(new Set(list.models.map(({ sha256 }) => sha256.value)).size).toBe(list.models.length)
  })
}

test('MOD-01 a manifest has every field of a model, and nothing else', () => {
  const manifest = {
    id: 'example',
    name: 'Example',
    developer: 'Someone',
    country: 'NL',
    file: 'example.gguf',
    sha256: { alg: 'sha256', value: '0'.repeat(64) },
    sizeBytes: 1,
    licence: 'Apache-2.0',
    contextTokens: 8_192,
    quantisation: 'Q4_K',
    levels: ['unclassified'],
    roles: ['chat'],
    chatTemplateHash: null,
  }
  expect(ModelManifest.safeParse(manifest).success).toBe(true)
  for (const key of Object.keys(manifest)) {
    const { [key as keyof typeof manifest]: _, ...rest } = manifest
    expect(ModelManifest.safeParse(rest).success, `without ${key}`).toBe(false)
  }
  expect(ModelManifest.safeParse({ ...manifest, extra: 1 }).success).toBe(false)
  expect(ModelManifest.safeParse({ ...manifest, country: 'Netherlands' }).success).toBe(false)
  expect(ModelManifest.safeParse({ ...manifest, roles: ['chat', 'paint'] }).success).toBe(false)
})

test('RTE-01 RTE-02 every tier says which way out it has, what serves there and what is aimed at', () => {
  const profiles = (['edge', 'datacenter', 'frontier'] as const).map((tier) => {
    const { profile } = ModelList.parse(JSON.parse(readFileSync(join(folder, `${tier}.json`), 'utf8')))
    return [tier, profile]
  })
  expect(Object.fromEntries(profiles)).toMatchObject({
    edge: { egress: 'denied', quantisation: 'Q4_K_M', contextTokensMin: 8_192, firstTokenMsMax: expect.any(Number) },
    datacenter: { egress: 'internal', parametersMin: 70, parametersMax: 123, firstTokenMsMax: expect.any(Number) },
    frontier: { egress: 'allowed', firstTokenMsMax: expect.any(Number) },
  })
  expect(TierProfile.safeParse({ ...Object(profiles[0]?.[1]), egress: 'open' }).success).toBe(false)
})
