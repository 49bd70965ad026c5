/** What bundles put in place on a station, as it crosses the border. */
import * as z from 'zod'
import { bundledPolicyLimits } from '../domain/airgap/bundled-policy.ts'
import { idOf } from '../domain/ids.ts'
import { policyLimits } from '../domain/policy.ts'
import { Failure } from '../domain/result.ts'
import { call } from './define.ts'

const count = z.int().min(0)
const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** Names that are told at once; how many there are stands beside them. */
export const bundlePlacedLimits = { namesMax: 50 } as const

const Item = z.strictObject({
  bundle: digest,
  /** What the bundle calls it. */
  item: z.string(),
  title: z.string(),
})

export const BundlePolicy = Item.extend({
  /** Of the policy; null where it cannot be read here. */
  version: count.nullable(),
  isInForce: z.boolean(),
  /** Why it is not in force. */
  because: Failure.nullable(),
  /** What an administrator types to change that, where it can be changed here. */
  command: z.string().nullable(),
})
export type BundlePolicy = z.infer<typeof BundlePolicy>

export const datasetStates = ['importing', 'whole', 'unfinished', 'absent', 'not_shown'] as const

export const BundleDataset = Item.extend({
  version: z.string(),
  channel: z.string(),
  seq: count,
  /**
   * `unfinished`: some documents were not looked at, say for a full disk; `absent`: the bundle serves, and they never came in; `not_shown`: they are
   * above what this person may see.
   */
  state: z.enum(datasetStates),
  importId: idOf('imp').nullable(),
  collection: z.string().nullable(),
  /** How many of its `files` are documents here. */
  documents: count,
  files: count,
  refused: z.array(z.strictObject({ file: z.string(), code: z.string(), reason: z.string(), hint: z.string() })),
  refusedTotal: count,
  /** Documents that earlier versions brought, and that the newest does not hold. Nobody removes them but a person. */
  left: z.array(z.strictObject({ documentId: idOf('doc'), collection: z.string(), file: z.string() })),
  leftTotal: count,
  /** What an administrator types to have the rest come in. */
  command: z.string().nullable(),
})
export type BundleDataset = z.infer<typeof BundleDataset>

export const BundlePack = Item.extend({
  /** Names of its agents; empty where it cannot be read here. */
  agents: z.array(z.string()),
  isInstalled: z.boolean(),
  /** Why it is not installed. */
  because: Failure.nullable(),
})
export type BundlePack = z.infer<typeof BundlePack>

export const BundlePlaced = z.strictObject({
  /** Of the bundle that serves; null where it brings none. */
  policy: BundlePolicy.nullable(),
  /** The newest version of each dataset that ever came. */
  datasets: z.array(BundleDataset),
  /** Packs of agents of the bundle that serves. */
  packs: z.array(BundlePack),
})
export type BundlePlaced = z.infer<typeof BundlePlaced>

export const bundlePlacedCalls = {
  'bundles.placed': call(
    'What bundles put in place: the policy and the agents of the one that serves, and the documents that came with datasets',
    z.strictObject({}),
    BundlePlaced,
  ),
  'bundles.policy': call(
    'The policy that a bundle brings, as the texts that were signed',
    z.strictObject({ digest }),
    z.strictObject({ policy: z.string().max(policyLimits.bytesMax), signature: z.string().max(bundledPolicyLimits.signatureChars) }),
  ),
} as const
