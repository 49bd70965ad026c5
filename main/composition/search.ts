/** Search over the holdings: the embedder that serves, the vectors that are made in the background, and recall over both. */
import { join } from 'node:path'
import { defaultTenant } from '../domain/tenant.ts'
import { builtinEmbedder } from '../memory/builtin-embedder.ts'
import { createModelEmbedder } from '../memory/model-embedder.ts'
import { createRecall } from '../memory/recall.ts'
import { createVectorIndex } from '../memory/vector-index.ts'
import { createVectorUpkeep } from '../memory/vector-upkeep.ts'
import type { InferenceHost } from '../models/llama-host.ts'
import type { Registry } from '../models/registry.ts'
import { createVectorStore } from '../store/vectors.ts'
import type { ChildHost, Embedder, Paths } from '../world.ts'
import { prefixesOf } from './models.ts'
import type { Holdings } from './store.ts'

export interface SearchParts {
  readonly holdings: Pick<Holdings, 'db' | 'reader'>
  readonly tenant: string
  readonly models: Registry
  readonly inference: InferenceHost
  readonly childHost: ChildHost
  readonly paths: Paths
  /** What a model wants before the texts that it embeds, as the bundle says that brought these very bytes; null = none did. */
  readonly bundledPrefixes: (digest: string) => { readonly queryPrefix: string; readonly passagePrefix: string } | null
}

export function openSearch({ holdings, tenant, models, inference, childHost, paths, bundledPrefixes }: SearchParts) {
  const embedders = new Map<string, Embedder>([[builtinEmbedder.key, builtinEmbedder]])
  const servingEmbedder = (): Embedder => {
    const record = models.active('embed')
    if (record === null) return builtinEmbedder
    const { manifest, shape } = record
    const { name, sha256 } = manifest
    const pooling = shape.pooling ?? 'none'
    const embedder = createModelEmbedder({
      ...{ inference, modelId: record.id, name, digest: sha256.value, dimensions: shape.width, pooling },
      ...(bundledPrefixes(sha256.value) ?? prefixesOf(sha256)),
    })
    embedders.set(embedder.key, embedder)
    return embedder
  }
  const upkeep = createVectorUpkeep({
    store: createVectorStore(holdings.db, tenant),
    // An index over the vectors of one tenant never holds those of another.
    index: createVectorIndex({ children: childHost, folder: tenant === defaultTenant ? paths.vectors : join(paths.vectors, tenant) }),
  })
  const recall = createRecall({
    reader: holdings.reader,
    embedderOf: (key) => embedders.get(key) ?? null,
    indexOf: upkeep.indexOf,
    onIndexFailure: upkeep.onIndexFailure,
  })
  return {
    recall,
    upkeep,
    /** Takes the embedder of the active model into use, or the built-in one. */
    refreshEmbedder: () => upkeep.use(servingEmbedder()),
  }
}
