/** Packs of agents that bundles bring: installed when the bundle serves, as the person who let it serve would, and shown with what stands in the way. */
import { notWhole, wantedOf } from '../airgap/activate.ts'
import type { Release } from '../airgap/releases.ts'
import type { BundlePack } from '../contract/bundle-placed.ts'
import type { Caller } from '../dispatch.ts'
import type { Artifact } from '../domain/airgap/artifact.ts'
import type { Label } from '../domain/label.ts'
import { type Failure, ok, type Result } from '../domain/result.ts'
import { operator, type Services } from './services.ts'

const packsOf = ({ bundles }: Pick<Services, 'bundles'>, { manifest }: Release): readonly Artifact[] =>
  wantedOf(manifest, bundles.platform).filter(({ kind }) => kind === 'agent-pack')

/** The file of a pack, once its bytes were held against what was signed: the store is older than this moment. */
async function wholeFile({ bundles: { blobs } }: Pick<Services, 'bundles'>, { id, sha256, size }: Artifact): Promise<Result<string>> {
  const isWhole = await blobs.check({ sha256: sha256.value, size }, {})
  if (!isWhole.ok) return isWhole
  return isWhole.value ? ok(blobs.path(sha256.value)) : notWhole([id])
}

async function bringPack(services: Services, pack: Artifact, { manifest }: Release, caller: Caller): Promise<Result<unknown>> {
  const file = await wholeFile(services, pack)
  if (!file.ok) return file
  const installed = await services.packs.install(file.value, operator(caller), manifest.label)
  // What a person let serve is what agents are held against from now on.
  if (installed.ok) services.drift.acceptAgents(operator(caller))
  return installed
}

/** That one is not taken is no failure of the bundle. A way back takes no pack away: people may have begun to work with its agents. */
export async function bringPacks(services: Services, digest: string, caller: Caller): Promise<void> {
  const { bundles, mayCall, onDefect } = services
  const release = bundles.releases.get(digest)
  if (release === null || mayCall('agents.install', caller) !== null) return
  for (const pack of packsOf(services, release)) {
    // The other packs and the policy come whatever becomes of this one.
    try {
      const brought = await bringPack(services, pack, release, caller)
      if (!brought.ok) onDefect('bundle', new Error(`${pack.id}: ${brought.error.code}`))
    } catch (error) {
      onDefect('bundle', error)
    }
  }
}

/** Why a pack is not taken names its agents, and what is here already. */
const withoutNames = ({ code }: Failure): Failure => ({
  code,
  message: 'It cannot be installed here, and why is above what you may see.',
  hint: 'Ask somebody who may see the label of the bundle and of the packs that are here.',
})

/** Of the bundle that serves. */
export const placedPacks = (services: Services, release: Release, { account }: Caller): Promise<BundlePack[]> =>
  Promise.all(
    packsOf(services, release).map(async (pack) => {
      const about = { bundle: release.digest, item: pack.id, title: pack.title }
      const file = await wholeFile(services, pack)
      const checked = file.ok ? await services.packs.check(file.value) : file
      // Whom the label of the bundle is above learns the names of its agents nowhere.
      const permits = (label: Label): boolean => services.sightOf(account)?.permits(label) !== false
      const isSeen = permits(release.manifest.label)
      if (!checked.ok) {
        const isTold = isSeen && services.packs.installed().every(({ label }) => permits(label))
        return { ...about, agents: [], isInstalled: false, because: isTold ? checked.error : withoutNames(checked.error) }
      }
      const { name, version, agents } = checked.value
      const isInstalled = services.packs.installed().some((one) => one.name === name && one.version === version)
      return { ...about, agents: isSeen ? [...agents] : [], isInstalled, because: isInstalled ? null : notInstalled }
    }),
  )

const notInstalled = {
  code: 'pack.not_installed',
  message: 'It has not been installed yet.',
  hint: 'Somebody who may install agents takes it out and installs it: holdfast bundle export, then holdfast agents install.',
}
