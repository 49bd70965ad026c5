/** What bundles put in place on this station: the policy and the agents of the one that serves, and the documents that came with each dataset. */
import { wantedOf } from '../airgap/activate.ts'
import { readBounded, textOf } from '../airgap/bounded-read.ts'
import type { Release } from '../airgap/releases.ts'
import { type BundleDataset, type BundlePlaced, type BundlePolicy, bundlePlacedLimits } from '../contract/bundle-placed.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import type { Artifact } from '../domain/airgap/artifact.ts'
import { type BundledPolicy, bundledPolicyLimits, readBundledPolicy } from '../domain/airgap/bundled-policy.ts'
import { readJson } from '../domain/canonical-json.ts'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import { digestOf } from '../policy/judge.ts'
import { readPolicy } from '../policy/verify-policy.ts'
import type { BundleImport } from '../store/bundle-imports.ts'
import { placedPacks } from './bundle-packs.ts'
import { policyBytes } from './policy-load.ts'
import type { Services } from './services.ts'

const unknown = fail('bundle.unknown', 'This station has not taken such a bundle.', 'See what it has: holdfast bundle status.')
const noPolicy = fail('bundle.no_policy', 'This bundle brings no policy.', 'See what it brings: holdfast bundle status.')
const unreadable = fail(
  'bundle.structure',
  'The policy of this bundle is not of the form that bundles bring, or is gone from the store.',
  'Load the bundle again from its medium; if it stays so, ask whoever signed it.',
)
const notLoaded: Failure = {
  code: 'policy.not_loaded',
  message: 'It has not been loaded yet.',
  hint: 'An administrator looks at what it would change, and loads it.',
}

/** A bundle as people name it to a command. */
const shortOf = (digest: string): string => digest.slice(0, 12)

function policyItem({ bundles }: Services, release: Release): Artifact | null {
  return wantedOf(release.manifest, bundles.platform).find(({ kind }) => kind === 'policy') ?? null
}

function readItem({ bundles }: Services, { id, sha256 }: Artifact): Result<BundledPolicy> {
  const bytes = readBounded(bundles.blobs.path(sha256.value), id, bundledPolicyLimits.bytesMax)
  const text = bytes.ok ? textOf(bytes.value) : null
  const read = text === null ? null : readBundledPolicy(text)
  return read === null ? unreadable : ok(read)
}

/** The policy of a bundle as it was signed. */
export function policyOf(services: Services, digest: string): Result<BundledPolicy> {
  const release = services.bundles.releases.get(digest)
  if (release === null) return unknown
  const item = policyItem(services, release)
  return item === null ? noPolicy : readItem(services, item)
}

const isInForce = ({ policyDesk }: Services, { policy }: BundledPolicy): boolean => {
  const verdict = policyDesk.verdict()
  return 'bytes' in verdict && verdict.bytes !== null && digestOf(verdict.bytes) === digestOf(policyBytes(policy))
}

/** The act in which this very policy waits for a second person, or null. */
function waitingAct({ acts, bodies }: Services, { policy, signature }: BundledPolicy): string | null {
  const same = acts.rows.inState('waiting').find((row) => {
    const asked =
      row.call === 'policy.load' ? (readJson(bodies.read(row.arguments) ?? '') as Partial<BundledPolicy> | undefined) : undefined
    return asked?.policy === policy && asked.signature === signature
  })
  return same?.id ?? null
}

/** Why it is not in force, and the command that would change that; null where none would. */
function whyNot(services: Services, digest: string, bundled: BundledPolicy): { because: Failure; command: string | null } {
  const load = `holdfast policy load --from-bundle ${shortOf(digest)}`
  const accepted = services.policyDesk.accept({ bytes: policyBytes(bundled.policy), signature: bundled.signature, key: null })
  if (!accepted.ok) return { because: accepted.error, command: accepted.error.code === 'policy.key_needed' ? `${load} --key PUBKEY` : null }
  const act = waitingAct(services, bundled)
  if (act === null) return { because: notLoaded, command: load }
  const message = `The policy in force gives this to two persons: it waits as ${act}.`
  return { because: { code: 'act.waits', message, hint: 'Another person confirms it.' }, command: `holdfast acts confirm ${act}` }
}

function placedPolicy(services: Services, release: Release): BundlePolicy | null {
  const item = policyItem(services, release)
  if (item === null) return null
  const facts = { bundle: release.digest, item: item.id, title: item.title }
  const read = readItem(services, item)
  if (!read.ok) return { ...facts, version: null, isInForce: false, because: read.error, command: null }
  const policy = readPolicy(policyBytes(read.value.policy))
  const version = policy.ok ? policy.value.version : null
  if (isInForce(services, read.value)) return { ...facts, version, isInForce: true, because: null, command: null }
  return { ...facts, version, isInForce: false, ...whyNot(services, release.digest, read.value) }
}

/** What came with a dataset's newest version, as far as this person may see it. */
function placedDataset({ imports, bundleImports, sightOf }: Services, row: BundleImport, { account }: Caller): BundleDataset {
  const { importId, bundle, channel, seq, item, title, version, artifact } = row
  const facts = { item, title, version, bundle, channel, seq }
  const [found, sight] = [imports.get(importId), sightOf(account)]
  if (found === null || (sight !== null && !sight.permits(found.label))) return { ...facts, ...nothingShown, state: 'not_shown' }
  const state = bundleImports.stateOf(artifact, found.collection)
  const seen = sight?.labelIds() ?? null
  const refused = imports.files(importId, ['refused'], bundlePlacedLimits.namesMax, 0, seen)
  // Only what was looked at to its end says what it no longer holds.
  const left = state === 'whole' ? bundleImports.left(row, seen, bundlePlacedLimits.namesMax) : { items: [], total: 0 }
  const { files, indexed, inPart, duplicates } = found.totals
  return {
    ...facts,
    state: state === 'running' ? 'importing' : state === 'whole' ? 'whole' : 'unfinished',
    importId,
    collection: found.collection,
    documents: indexed + inPart + duplicates,
    files,
    refused: refused.items.map(({ file, code, reason, hint }) => ({ file, code: code ?? '', reason: reason ?? '', hint: hint ?? '' })),
    refusedTotal: refused.total,
    left: [...left.items],
    leftTotal: left.total,
    command: state === 'open' ? `holdfast bundle activate ${shortOf(bundle)}` : null,
  }
}

const nothingShown = {
  ...{ importId: null, collection: null, documents: 0, files: 0, refused: [], refusedTotal: 0, left: [], leftTotal: 0, command: null },
}

/** Datasets of the bundle that serves which never came in: a Holdfast that knew nothing of them let it serve. */
function absentDatasets({ bundles, bundleImports }: Services, { digest, manifest }: Release): BundleDataset[] {
  return wantedOf(manifest, bundles.platform).flatMap(({ kind, id, title, version, sha256, collection }) => {
    if (kind !== 'dataset' || bundleImports.stateOf(sha256.value, collection?.name ?? '') !== null) return []
    const facts = { item: id, title, version, bundle: digest, channel: manifest.channel, seq: manifest.seq }
    return [{ ...facts, ...nothingShown, state: 'absent' as const, command: `holdfast bundle activate ${shortOf(digest)}` }]
  })
}

export async function placed(services: Services, caller: Caller): Promise<BundlePlaced> {
  const { bundles, bundleImports } = services
  const { current } = bundles.slots()
  const release = current === null ? null : bundles.releases.get(current)
  return {
    policy: release === null ? null : placedPolicy(services, release),
    datasets: [
      ...bundleImports.newest().map((row) => placedDataset(services, row, caller)),
      ...(release === null ? [] : absentDatasets(services, release)),
    ],
    packs: release === null ? [] : await placedPacks(services, release, caller),
  }
}

/**
 * Loads the policy of a bundle as the person who let it serve would, with what this station knows of whose policies it takes and nothing else.
 * That it is not taken is no failure of the bundle: what stands in the way is shown.
 */
export async function bringPolicy(services: Services, digest: string, caller: Caller): Promise<void> {
  const read = policyOf(services, digest)
  if (!read.ok || isInForce(services, read.value) || services.mayCall('policy.load', caller) !== null) return
  // Where nobody has said yet whose policies count, nothing was tried, and nothing was refused.
  if (whyNot(services, digest, read.value).because.code === 'policy.key_needed') return
  await services.loadPolicy(read.value, caller)
}

export const bundlePlacedHandlers = (services: Services): Pick<Handlers, 'bundles.placed' | 'bundles.policy'> => ({
  'bundles.placed': async (_input, caller) => ok(await placed(services, caller)),
  'bundles.policy': ({ digest }) => policyOf(services, digest),
})
