/** Packs of agents that bundles bring: installed when the bundle serves, as the person who let it serve would, and shown with what stands in the way. */
import { wantedOf } from '../airgap/activate.ts'
import type { Release } from '../airgap/releases.ts'
import type { BundlePack } from '../contract/bundle-placed.ts'
import type { Caller } from '../dispatch.ts'
import type { Artifact } from '../domain/airgap/artifact.ts'
import { operator, type Services } from './services.ts'

const packsOf = ({ bundles }: Pick<Services, 'bundles'>, { manifest }: Release): readonly Artifact[] =>
  wantedOf(manifest, bundles.platform).filter(({ kind }) => kind === 'agent-pack')

/** That one is not taken is no failure of the bundle. A way back takes no pack away: people may have begun to work with its agents. */
export async function bringPacks(services: Services, digest: string, caller: Caller): Promise<void> {
  const { bundles, packs, drift, mayCall } = services
  const release = bundles.releases.get(digest)
  if (release === null || mayCall('agents.install', caller) !== null) return
  for (const { sha256 } of packsOf(services, release)) {
    const installed = await packs.install(bundles.blobs.path(sha256.value), operator(caller), release.manifest.label)
    // What a person let serve is what agents are held against from now on.
    if (installed.ok) drift.acceptAgents(operator(caller))
  }
}

/** Of the bundle that serves. */
export const placedPacks = (services: Services, release: Release): Promise<BundlePack[]> =>
  Promise.all(
    packsOf(services, release).map(async ({ id, title, sha256 }) => {
      const about = { bundle: release.digest, item: id, title }
      const checked = await services.packs.check(services.bundles.blobs.path(sha256.value))
      if (!checked.ok) return { ...about, agents: [], isInstalled: false, because: checked.error }
      const { name, version, agents } = checked.value
      const isInstalled = services.packs.installed().some((one) => one.name === name && one.version === version)
      return { ...about, agents: [...agents], isInstalled, because: isInstalled ? null : notInstalled }
    }),
  )

const notInstalled = {
  code: 'pack.not_installed',
  message: 'It has not been installed yet.',
  hint: 'Somebody who may install agents takes it out and installs it: holdfast bundle export, then holdfast agents install.',
}
