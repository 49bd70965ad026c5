import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { prefixesOf } from '../../main/composition/models.ts'
import { BundleProfiles, profileNames } from '../../main/domain/bundle-profile.ts'
import type { Endpoint } from '../../main/domain/endpoint.ts'
import { ListedModel, ModelList, ModelManifest, machineSizes, modelRoles } from '../../main/domain/model-manifest.ts'
import { TierProfile } from '../../main/domain/tier-profile.ts'
import { composeRequest } from '../../main/routing/compose.ts'

const folder = join(import.meta.dirname, '../../models-manifest')

const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
const edge = ModelList.parse(read('edge'))

for (const tier of ['edge', 'datacenter', 'frontier'] as const) {
  test(`MOD-01 the list of the ${tier} tier keeps to the schema, names who made what, and names nothing twice`, () => {
    const { tier: named, models, served = [] } = ModelList.parse(read(tier))
    expect(named).toBe(tier)
    for (const of of [models.map(({ id }) => id), models.map(({ sha256, file }) => sha256?.value ?? file), served.map(({ id }) => id)])
      expect(new Set(of).size).toBe(of.length)
    // Openly licensed: anyone may carry them across and use them for anything.
    for (const { id, licence } of [...models, ...served]) expect(['Apache-2.0', 'MIT'], id).toContain(licence)
  })
}

test('MOD-01 there is a model to chat with, to embed and to rank for every size of machine, of more than one country', () => {
  for (const size of machineSizes) {
    const fit = edge.models.filter(({ machinesGib }) => machinesGib.includes(size))
    expect([...new Set(fit.flatMap(({ roles }) => roles))].toSorted(), `${size} GiB`).toEqual([...modelRoles].toSorted())
    expect(new Set(fit.map(({ country }) => country)).size).toBeGreaterThan(1)
    // Half of the memory is for everything else.
    for (const { id, sizeBytes } of fit) if (sizeBytes !== null) expect(sizeBytes / 2 ** 30, id).toBeLessThan(size / 2)
  }
})

test('MOD-01 a listed model says what stands before a text exactly when it embeds, and fits the smallest size that it names and all above', () => {
  for (const { id, roles, queryPrefix, passagePrefix, machinesGib } of edge.models) {
    const embeds = roles.includes('embed')
    expect([queryPrefix !== null, passagePrefix !== null], id).toEqual([embeds, embeds])
    expect(machinesGib, id).toEqual(machineSizes.filter((size) => size >= (machinesGib[0] ?? 0)))
  }
})

test('MOD-01 what is not certain of a listed model is null, and never left out or guessed in another form', () => {
  const [model] = edge.models
  expect(ListedModel.safeParse({ ...model, sha256: null, sizeBytes: null, revision: null }).success).toBe(true)
  for (const key of Object.keys(model ?? {})) {
    const { [key as keyof ListedModel]: _, ...rest } = model as ListedModel
    expect(ListedModel.safeParse(rest).success, `without ${key}`).toBe(false)
  }
  for (const wrong of [
    ...[
      { revision: 'main' },
      { source: 'http://models.example/x' },
      { licence: 'Apache 2.0' },
      { country: 'france' },
      { file: '../x.gguf' },
    ],
    ...[{ machinesGib: [12] }, { machinesGib: [] }, { sha256: { alg: 'sha256', value: 'x' } }, { roles: [] }, { extra: 1 }],
  ])
    expect(ListedModel.safeParse({ ...model, ...wrong }).success, JSON.stringify(wrong)).toBe(false)
})

test('MOD-01 the texts that an embedder wants are found by its bytes alone', () => {
  const nomic = edge.models.find(({ id }) => id.startsWith('nomic'))?.sha256
  expect(nomic && prefixesOf(nomic)).toEqual({ queryPrefix: 'search_query: ', passagePrefix: 'search_document: ' })
  expect(prefixesOf({ alg: 'sha256', value: '0'.repeat(64) })).toEqual({ queryPrefix: '', passagePrefix: '' })
})

test('RTE-02 an endpoint must offer all that a request asks for', () => {
  const endpoint: Endpoint = JSON.parse(
    JSON.stringify({ id: 'end', models: [{ name: 'm', contextTokens: 512, promptMicros: 0, completionMicros: 0 }] }),
  )
  const composed = composeRequest(endpoint, 'm', { messages: [], schema: {}, tokensMax: 1, seed: 1, temperature: 0, stop: ['x'] })
  const body = composed.ok ? JSON.parse(composed.value.body) : {}
  const asked = {
    streaming: body.stream,
    usage: body.stream_options?.include_usage,
    json_schema: body.response_format?.json_schema,
    seed: body.seed,
  }
  for (const tier of ['datacenter', 'frontier']) {
    const { endpoint: offer, profile } = ModelList.parse(read(tier))
    expect(Object.keys(asked).filter((name) => asked[name as keyof typeof asked] === undefined)).toEqual([])
    expect(offer?.required).toEqual(Object.keys(asked))
    expect(offer?.contextTokensMin).toBe(profile?.contextTokensMin)
  }
})

describe('what a bundle takes', () => {
  const { profiles } = BundleProfiles.parse(read('profiles'))

  test('is said for every profile, once', () => {
    expect(profiles.map(({ name }) => name)).toEqual([...profileNames])
  })

  test('are models that stand in the edge list, fit the machine and are of roles that the product loads: one that embeds, one or more to chat', () => {
    for (const { name, machineGib, models } of profiles) {
      const listed = models.map((id) => edge.models.find((model) => model.id === id))
      expect(
        listed.every((model) => model?.machinesGib.includes(machineGib)),
        name,
      ).toBe(true)
      const roles = listed.flatMap((model) => model?.roles ?? [])
      expect(
        roles.filter((role) => role === 'embed'),
        name,
      ).toHaveLength(1)
      expect(roles.filter((role) => role === 'chat').length, name).toBeGreaterThan(0)
      expect(roles, name).not.toContain('rerank')
    }
  })
})

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
