/** The station: what this machine is, what serves on it, and what it may hold. */
import * as z from 'zod'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { Role } from '../domain/role.ts'
import { Tier } from '../domain/tier.ts'
import { ReadOnlyStore } from './audit.ts'

const count = z.int().min(0)

export const StationStatus = z.strictObject({
  version: z.string(),
  boot: idOf('boot'),
  dataFolder: z.string(),
  /** Who asks. */
  account: z.string(),
  /** Held by the account that asks. */
  roles: z.array(Role),
  /** Null until the first start's question is answered; until then nothing above unclassified may be held. */
  ceiling: Label.nullable(),
  /** The highest that this account may see here; null = nothing. */
  clearance: Label.nullable(),
  /** What would serve a question now. */
  serving: z.strictObject({ tier: Tier, modelId: idOf('mdl').nullable(), modelName: z.string().nullable(), device: z.string().nullable() }),
  embedder: z.string(),
  vectorSearch: z.enum(['lancedb', 'exact']),
  /** Figures of the last answer of this boot; null before there was one. */
  lastAnswer: z
    .strictObject({
      tokensPerSecond: z.number().nullable(),
      firstTokenMs: z.number().nullable(),
      contextUse: z.number().min(0).max(1).nullable(),
      totalMs: z.number(),
    })
    .nullable(),
  counts: z.strictObject({ collections: count, documents: count, passages: count, runs: count }),
  /** Highest label of anything held; what the banner shows. */
  highest: Label,
  /** Endpoints outside this machine that are configured, and connections that left it since the start. */
  tiersConfigured: count,
  packetsOut: count,
  /** The store is damaged: it can be read, and nothing is changed in it. Null when all is well. */
  readOnly: ReadOnlyStore.nullable(),
  sampleCase: z.strictObject({ name: z.string(), isLoaded: z.boolean(), introduction: z.string(), questions: z.array(z.string()) }),
})
export type StationStatus = z.infer<typeof StationStatus>
