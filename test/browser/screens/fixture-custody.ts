/** The invented custody of a station: what a folder is called decides how the work on it goes. */
import type { BundlePlaced } from '../../../main/contract/bundle-placed.ts'
import type { BundleRelease, BundleStatus, BundleWork } from '../../../main/contract/bundles.ts'
import type { CallInput, CallOutput } from '../../../main/contract/calls.ts'
import { inspections, releases, trustOf } from './fixture-bundles.ts'
import { hex } from './fixture-ids.ts'
import { placed } from './fixture-placed.ts'

export interface CustodyScene {
  /** Nobody has said whose bundles are taken. */
  readonly isEmpty: boolean
  readonly isDamaged: boolean
  readonly purpose: 'production' | 'development'
}

const refused = (code: string, message: string, hint: string) => ({ ok: false as const, error: { code, message, hint } })
const last = (path: string): string => path.split('/').at(-1) ?? ''
const stick = '/media/m.arden/TRANSFER'

const media = [
  { mountPoint: stick, device: '/dev/sdb1', fileSystem: 'exfat', folders: [`${stick}/holdfast-1.3.0`, `${stick}/volume-2`] },
  { mountPoint: '/media/m.arden/HARBOUR', device: '/dev/sr0', fileSystem: 'udf', folders: ['/media/m.arden/HARBOUR/archive'] },
]

const begun = (kind: BundleWork['kind'], change: Partial<BundleWork>): BundleWork => ({
  ...{ kind, state: 'running', digest: null, step: kind === 'load' ? 'quarantine' : 'check', done: 0, total: 0 },
  ...{ missing: [], volumes: null, failure: null },
  ...change,
})

const notScanned = {
  code: 'bundle.not_scanned',
  message: 'No scanner has looked at gemma-2-9b-instruct, holdfast-linux-x64, sbom, vex, licences, notes.',
  hint: 'Have the site’s scanner look and sign for it, or answer for it yourself: --accept-unscanned "why".',
}
const notWhole = {
  code: 'bundle.file_changed',
  message: 'files/model/gemma-2-9b-instruct-2-1f0c3e77.gguf.part02 is not what was signed.',
  hint: 'Do not use this medium. Get the bundle again from whoever sent it.',
}

export function custodyAnswers(scene: CustodyScene) {
  let trust = scene.isEmpty || scene.isDamaged ? null : trustOf(scene.purpose)
  let held: readonly BundleRelease[] = scene.isEmpty ? [] : releases
  let work: BundleWork | null = null
  const status = (): BundleStatus => ({
    app: null,
    ...{ trust, releases: [...held], quarantined: [], storeBytes: held.length === 0 ? 0 : 13_704_912_340, work },
    trouble: scene.isDamaged
      ? {
          code: 'bundle.trust_disagrees',
          message: 'What this station has on record of whom it trusts is not what lies beside it.',
          hint: 'Find out who changed it. An administrator then says again whom to trust: holdfast bundle trust.',
        }
      : null,
  })
  const goBack = (digest: string): BundleWork => {
    held = held.map((one) => ({ ...one, state: one.digest === digest ? 'active' : one.state === 'active' ? 'previous' : one.state }))
    work = begun('rollback', { state: 'done', digest, step: 'switch', done: 1, total: 1 })
    return work
  }
  function load({ path, acceptUnscanned }: CallInput<'bundles.load'>): BundleWork {
    const name = last(path)
    if (name === 'volume-2')
      work = begun('load', {
        ...{ state: 'waiting', digest: hex(415), step: 'quarantine', volumes: { seen: [2, 3], of: 3 } },
        missing: inspections[name]?.plan.missing ?? [],
      })
    else if (name === 'unscanned' && acceptUnscanned == null)
      work = begun('load', { state: 'failed', step: 'scan', done: 6, total: 6, failure: notScanned })
    else if (name === 'damaged') work = begun('load', { state: 'failed', step: 'verify', failure: notWhole })
    else if (name === 'unscanned') work = begun('load', { state: 'done', digest: hex(414), step: 'promote', done: 6, total: 6 })
    else work = begun('load', { done: 2_481_037_312, total: 6_054_612_100 })
    return work
  }
  return {
    'bundles.status': status,
    'bundles.placed': (): BundlePlaced => (scene.isEmpty ? { policy: null, datasets: [], packs: [] } : placed),
    'bundles.policy': () => refused('bundle.no_policy', 'This bundle brings no policy.', 'See what it brings: holdfast bundle status.'),
    'bundles.media': () => ({ media: scene.isEmpty ? media.slice(0, 1) : media }),
    'bundles.trust': ({ path, fingerprint }: CallInput<'bundles.trust'>) => {
      if (!path.startsWith('/')) return refused('bundle.bad_path', 'A path must be absolute.', 'Give the whole path.')
      if (fingerprint !== trustOf('development').fingerprint)
        return refused(
          'bundle.fingerprint_wrong',
          'No root on this medium has that fingerprint.',
          'Compare it with the transfer sheet once more. If it differs, do not use this medium.',
        )
      trust = trustOf('development')
      return status()
    },
    'bundles.inspect': ({ path }: CallInput<'bundles.inspect'>) => {
      if (!path.startsWith('/')) return refused('bundle.bad_path', 'A path must be absolute.', 'Give the whole path.')
      const name = last(path)
      const found = inspections[name] ?? (name === 'unscanned' || name === 'damaged' ? inspections['holdfast-1.3.0'] : undefined)
      const purpose = trust?.purpose ?? 'production'
      if (found !== undefined) return { ...found, purpose, siteSigners: name === 'unscanned' ? [] : found.siteSigners }
      return refused(
        'bundle.threshold',
        'Too few of those who may sign bundles have signed this one.',
        'Do not use this medium. Get the bundle again from whoever sent it.',
      )
    },
    'bundles.load': load,
    'bundles.verify': ({ path }: CallInput<'bundles.verify'>): BundleWork => {
      work = begun(
        'verify',
        last(path) === 'damaged'
          ? { state: 'failed', step: 'verify', failure: notWhole }
          : { step: 'verify', done: 2_481_037_312, total: 6_054_612_100 },
      )
      return work
    },
    'bundles.cancel': () => {
      const hint = 'What was done of it is kept for the next time.'
      if (work !== null) work = { ...work, state: 'failed', failure: { code: 'bundle.cancelled', message: 'You stopped it.', hint } }
      return status()
    },
    'bundles.activate': ({ digest }: CallInput<'bundles.activate'>) => {
      work = begun('activate', { digest, done: 1, total: 3 })
      return work
    },
    'bundles.rollback': ({ digest }: CallInput<'bundles.rollback'>) => goBack(digest ?? ''),
    'bundles.pin': ({ digest, isPinned }: CallInput<'bundles.pin'>) => {
      held = held.map((one) => (one.digest === digest ? { ...one, isPinned } : one))
      return status()
    },
    'bundles.check': (): CallOutput<'bundles.check'> => ({
      ...{ files: 14, bytes: 13_704_912_340 },
      damaged: [{ digest: hex(302), id: 'granite-3.1-2b-instruct', releases: ['1.2.0', '1.0.0'] }],
    }),
    'bundles.sweep': ({ isDry }: CallInput<'bundles.sweep'>): CallOutput<'bundles.sweep'> => ({
      ...{ releases: ['stable 9'], files: 2, bytes: 2_709_431_961, isDone: isDry === false },
    }),
    'bundles.export': ({ id }: CallInput<'bundles.export'>): CallOutput<'bundles.export'> => ({
      file: `/home/m.arden/.local/share/holdfast/exports/bundle-2026-11-19/${id}.gguf`,
      ...{ sizeBytes: 274_290_560, digest: { alg: 'sha256', value: hex(304) } },
    }),
  }
}
