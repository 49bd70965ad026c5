/** Looks at a bundle as this station does: whether it is taken, and what a load of it would change. Writes nothing. */
import { join } from 'node:path'
import { accept } from '../domain/airgap/acceptance.ts'
import { planLoad } from '../domain/airgap/load-plan.ts'
import { unvouched } from '../domain/airgap/vouching.ts'
import { type Label, marking, permits } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { LoadStation, Looked } from './load-station.ts'
import { stagingOf } from './stage.ts'

const noTrust = fail(
  'bundle.no_trust',
  'Nobody has said yet whose bundles this station takes.',
  'An administrator compares the fingerprint of the root with the transfer sheet: holdfast bundle trust DIR --fingerprint HEX.',
)
const aboveCeiling = (label: Label) =>
  fail(
    'bundle.above_ceiling',
    `This bundle is marked ${marking(label)}, which is above the ceiling of this station.`,
    'Take the medium off this machine, and tell your security officer.',
  )

/** Everything but a bundle's contents is verified when this succeeds. */
export async function look(station: LoadStation, folder: string, signal?: AbortSignal): Promise<Result<Looked>> {
  const trust = station.trust()
  if (!trust.ok) return trust
  if (trust.value === null) return noTrust
  const { state, root } = trust.value
  const trusted = { root, epoch: state.epoch, revokedKeys: new Set(state.revoked.keys) }
  const inspected = await station.inspect(folder, trusted, signal)
  if (!inspected.ok) return inspected
  const { manifest, digest, chain, present, role } = inspected.value
  const { newest, epoch } = chain
  const offer = {
    ...{ manifest, digest, epoch, role, createdMs: Date.parse(manifest.createdAt), rootKeys: newest.root.roles.root.keys },
    root: { version: newest.root.version, digest: { alg: 'sha256' as const, value: newest.digest } },
  }
  const acceptance = accept(state, offer, station.releases.get(digest) !== null, station.clock())
  if (!acceptance.ok) return acceptance
  const loose = unvouched(manifest, newest.root)
  if (loose !== null) return loose
  if (!permits(station.ceiling(), manifest.label)) return aboveCeiling(manifest.label)
  const quarantine = join(station.places.quarantine, digest)
  const plan = planLoad(manifest, station.current(), station.machine(), {
    isHeld: ({ sha256, size }) => station.blobs.has({ sha256: sha256.value, size }),
    staged: (artifact) => stagingOf(quarantine, artifact).done,
    present: new Set(present.map(({ path }) => path)),
  })
  return ok({ inspected: inspected.value, acceptance: acceptance.value, plan, trust: trust.value })
}
