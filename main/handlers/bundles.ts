/** Bundles: whose are taken, what lies on a medium, and what of it is taken in and let serve. */
import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { isUsable, rollbackTarget, wantedOf } from '../airgap/activate.ts'
import { checkStore, planSweep, quarantined, sweep } from '../airgap/keep.ts'
import { look } from '../airgap/look.ts'
import { readReceipt } from '../airgap/receipts.ts'
import type { BundleStatus } from '../contract/bundles.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import { pin } from '../domain/airgap/slots.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { isOwnFile } from '../memory/expand-sources.ts'
import type { FollowUp } from './bundle-desk.ts'
import { bringPacks } from './bundle-packs.ts'
import { bringPolicy, bundlePlacedHandlers } from './bundle-placed.ts'
import { toInspection, toRelease, toTrust } from './bundle-views.ts'
import { operator, type Services } from './services.ts'

const notAbsolute = fail('bundle.bad_path', 'A path must be absolute.', 'Give the whole path.')
const own = fail('bundle.own_data', 'This lies in the data folder of Holdfast itself.', 'Name the folder on the medium.')
const busy = fail('bundle.busy', 'Work on a bundle is under way.', 'Wait until it is done, or stop it.')
const unknown = fail('bundle.unknown', 'This station has not taken such a bundle.', 'See what it has: holdfast bundle status.')
const notHere = fail('bundle.no_such_item', 'No bundle that is kept here has such an item.', 'See what there is: holdfast bundle status.')

/** The packs of agents and the policy of a bundle, as the person who let it serve would bring them. */
export const bringRest =
  (services: Services): FollowUp =>
  async ({ digest, account }) => {
    // Nothing of it depends on the shell that the person stood at.
    const caller: Caller = { account, shell: 'cli' }
    await bringPacks(services, digest, caller)
    await bringPolicy(services, digest, caller)
  }

type Names = Extract<keyof Handlers, `bundles.${string}`>

export const bundleHandlers = (services: Services): Pick<Handlers, Names> => {
  const { bundles, clock, paths, dual } = services
  const { desk, places, blobs, releases, apps } = bundles

  const medium = (path: string): Result<string> => {
    if (!isAbsolute(path)) return notAbsolute
    return isOwnFile(paths.data, path) ? own : ok(path)
  }
  const activate = dual(
    'bundle.activate',
    'bundles.activate',
    // A way back never brings a policy: the numbers of policies only rise.
    ({ digest }, caller) => desk.activate(digest, operator(caller), bringRest(services)),
    () => ({ serves: bundles.slots().current }),
  )
  const rollback = dual(
    'bundle.rollback',
    'bundles.rollback',
    ({ digest }, caller) => desk.rollback(digest, operator(caller)),
    // The last one is another one once something else serves.
    ({ digest }) => ({ serves: bundles.slots().current, to: digest ?? bundles.slots().previous[0] ?? null }),
  )
  function status(): BundleStatus {
    const trust = bundles.trust()
    const held = trust.ok ? trust.value : null
    const slots = bundles.slots()
    return {
      trust: held === null ? null : toTrust(held),
      trouble: trust.ok ? null : trust.error,
      app: apps === null ? null : { running: apps.running, next: apps.next(), isOurs: apps.isOurs() },
      releases: releases
        .list()
        .map((release) =>
          toRelease(
            release,
            slots,
            held !== null && isUsable(release, held, readReceipt(places, release.digest)),
            readReceipt(places, release.digest),
            held?.root.root ?? null,
          ),
        )
        .reverse(),
      quarantined: [...quarantined(places)],
      storeBytes: blobs.list().reduce((sum, { size }) => sum + size, 0),
      work: desk.work(),
    }
  }

  return {
    'bundles.status': () => ok(status()),
    'bundles.trust': ({ path, fingerprint }, caller) => {
      const at = medium(path)
      if (!at.ok) return at
      if (desk.isBusy()) return busy
      const trusted = bundles.trustRoot(at.value, fingerprint, operator(caller))
      return trusted.ok ? ok(status()) : trusted
    },
    'bundles.media': async () => ok({ media: await bundles.media() }),
    'bundles.inspect': async ({ path }, caller) => {
      const at = medium(path)
      if (!at.ok) return at
      const station = bundles.station.load(caller.account)
      const looked = await look(station, at.value)
      if (!looked.ok) {
        bundles.station.refused(looked.error, operator(caller))
        return looked
      }
      return ok(toInspection(looked.value, station.machine().freeBytes, releases.get(looked.value.inspected.digest) !== null))
    },
    'bundles.load': ({ path, acceptUnscanned }, caller) => {
      const at = medium(path)
      return at.ok ? desk.load(at.value, acceptUnscanned, operator(caller)) : at
    },
    'bundles.verify': ({ path }, caller) => {
      const at = medium(path)
      return at.ok ? desk.verify(at.value, operator(caller)) : at
    },
    'bundles.cancel': () => {
      desk.cancel()
      return ok(status())
    },
    ...bundlePlacedHandlers(services),
    'bundles.activate': (input, caller) => (releases.get(input.digest) === null ? unknown : activate(input, caller)),
    'bundles.rollback': (input, caller) => {
      const target = rollbackTarget(bundles.slots(), input.digest)
      return target.ok ? rollback(input, caller) : target
    },
    'bundles.pin': ({ digest, isPinned }) => {
      if (releases.get(digest) === null) return unknown
      bundles.keepSlots(pin(bundles.slots(), digest, isPinned))
      return ok(status())
    },
    'bundles.check': () =>
      desk.watched('check', async (signal, onStep) => {
        const checked = await checkStore(places, blobs, releases, bundles.platform, bundles.findDamaged, { signal, onStep })
        if (!checked.ok) return checked
        const { files, bytes, damaged } = checked.value
        return ok({ files, bytes, damaged: damaged.map(({ sha256, id, releases: of }) => ({ digest: sha256, id, releases: [...of] })) })
      }),
    'bundles.sweep': ({ isDry }, caller) =>
      desk.alone(async () => {
        const planned = planSweep(blobs, releases, bundles.slots())
        if (!isDry) {
          sweep(places, blobs, releases, planned)
          await services.models.recheck(new Set(planned.files.map(({ sha256 }) => sha256)))
          apps?.sweep(releases.list().flatMap(({ manifest }) => manifest.artifacts.filter(({ kind }) => kind === 'app')))
          bundles.swept(planned.releases.length, planned.files.length, operator(caller))
        }
        return ok({
          releases: planned.releases.map(({ manifest }) => `${manifest.channel} ${manifest.seq}`),
          files: planned.files.length,
          bytes: planned.files.reduce((sum, { size }) => sum + size, 0),
          isDone: !isDry,
        })
      }),
    'bundles.export': async ({ id }) => {
      const slots = bundles.slots()
      // The one that serves comes first, then the newest.
      const all = [...releases.list()].reverse().sort((a, b) => Number(b.digest === slots.current) - Number(a.digest === slots.current))
      const artifact = all.flatMap(({ manifest }) => wantedOf(manifest, bundles.platform)).find((one) => one.id === id)
      if (artifact === undefined) return notHere
      const written = await bundles.exportFile(artifact, clock())
      if (!written.ok) return written
      return ok({ file: written.value, sizeBytes: statSync(written.value).size, digest: artifact.sha256 })
    },
  }
}
