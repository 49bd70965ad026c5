/** Models: the registry whose rows and events are one transaction, and inference over what it admits. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Actor } from '../domain/actor.ts'
import type { Digest } from '../domain/digest.ts'
import { ModelList } from '../domain/model-manifest.ts'
import type { Tier } from '../domain/tier.ts'
import { stationCeiling } from '../handlers/station.ts'
import { createInference } from '../models/llama-host.ts'
import { createBackendChooser } from '../models/probe.ts'
import { createRegistry } from '../models/registry.ts'
import { sha256 } from '../store/event-log.ts'
import { createModels } from '../store/models.ts'
import type { ChildHost, Clock, NewId, Paths } from '../world.ts'
import type { Holdings } from './store.ts'

const listsFolder = join(import.meta.dirname, '..', '..', 'models-manifest')
const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

/** What is delivered for a tier: its models and its profile. */
export const readList = (name: Tier): ModelList => ModelList.parse(JSON.parse(readFileSync(join(listsFolder, `${name}.json`), 'utf8')))

const lists = (['edge', 'datacenter', 'frontier'] as const).map(readList)

/** What a model wants before the texts that it embeds, as far as a list knows these very bytes. */
export function prefixesOf({ value }: Digest): { readonly queryPrefix: string; readonly passagePrefix: string } {
  const listed = lists.flatMap(({ models }) => models).find(({ sha256 }) => sha256?.value === value)
  return { queryPrefix: listed?.queryPrefix ?? '', passagePrefix: listed?.passagePrefix ?? '' }
}

export interface ModelParts {
  readonly holdings: Holdings
  readonly tenant: string
  readonly paths: Paths
  readonly clock: Clock
  readonly newId: NewId
  readonly childHost: ChildHost
  /** Null measures the free cores. */
  readonly threads: number | null
  readonly account: string
}

export function openModels({ holdings, tenant, paths, clock, newId, childHost, threads, account }: ModelParts) {
  const { db, station, settings } = holdings
  const rows = createModels(db, tenant)
  const operator: Actor = { issuer: 'operator', account }
  const floor = () => stationCeiling(settings)
  const models = createRegistry({
    rows: {
      ...rows,
      insert: (record) =>
        station.commit(operator, (event) => {
          rows.insert(record)
          event({ type: 'model.admitted', modelId: record.id }, floor())
          if (record.isActive) event({ type: 'model.activated', modelId: record.id }, floor())
        }),
      activate: (id) =>
        station.commit(operator, (event) => {
          rows.activate(id)
          event({ type: 'model.activated', modelId: id }, floor())
        }),
      markVerified: (id, mark, at) =>
        station.commit(runtime, (event) => {
          rows.markVerified(id, mark, at)
          event({ type: 'model.verified', modelId: id, isUnchanged: true }, floor())
        }),
    },
    folder: paths.models,
    clock,
    newId,
    sha256,
    lists,
    onChanged: (modelId) => station.commit(runtime, (event) => event({ type: 'model.verified', modelId, isUnchanged: false }, floor())),
  })
  const resolveModel = (id: string) => models.resolve(id)
  const backends = createBackendChooser({ childHost, resolveModel, remember: settings, threads: threads ?? 1 })
  const inference = createInference({
    childHost,
    clock,
    resolveModel,
    threads,
    backend: (modelId) => backends.choose(modelId),
  })
  return { models, inference }
}
