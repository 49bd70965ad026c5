/** What the self-check says of how this program came here: its files, the machine it needs, whose bundles it takes, and its clock. */
import { lstatSync } from 'node:fs'
import { basename } from 'node:path'
import { isUsable } from '../airgap/activate.ts'
import { readReceipt } from '../airgap/receipts.ts'
import { compareVersions } from '../domain/airgap/load-plan.ts'
import { thisMachine } from '../memory/cpu.ts'
import { folderFault } from '../platform/paths.ts'
import { type Check, failed, passed, skipped, warning } from './doctor-check.ts'

const glibcMin = '2.34'
const skewMs = 48 * 60 * 60 * 1000
/** What llama.cpp's fastest builds use; without them it is slow, and runs. */
const wantedFeatures = ['avx2', 'fma', 'f16c'] as const

const first = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`

const files: Check = {
  id: 'files',
  title: 'Delivered files',
  find: async ({ bundles }) => {
    const checked = await bundles.delivered()
    if (checked === null) return skipped('This runs from its source, which nobody signed.')
    if (!checked.ok) return failed(checked.error.message, checked.error.hint)
    const { changed, missing, foreign, integrity } = checked.value
    if (changed.length + missing.length + foreign.length > 0) {
      const parts = [
        ...(changed.length > 0 ? [`${changed.length} changed: ${first(changed)}`] : []),
        ...(missing.length > 0 ? [`${missing.length} missing: ${first(missing)}`] : []),
        ...(foreign.length > 0 ? [`${foreign.length} that do not belong here: ${first(foreign)}`] : []),
      ]
      return failed(
        `Files of this program are not what was delivered. ${parts.join('; ')}.`,
        'Find out who changed them, then install it again from its medium.',
      )
    }
    const proof = await bundles.provesOwnList()
    if (proof === false)
      return failed(
        'The list of files itself is not the one that was signed.',
        'Find out who changed it, then install it again from its medium.',
      )
    const said = `${integrity.files.length} files are what was delivered`
    return passed(
      proof === null ? `${said}, by a list that the installation verified.` : `${said}, by a list that is in the signed archive.`,
    )
  },
}

const machine: Check = {
  id: 'machine',
  title: 'Processor and C library',
  find: ({ bundles }) => {
    const { glibc } = bundles.machine()
    if (process.platform === 'linux' && (glibc === null || compareVersions(glibc, glibcMin) < 0))
      return failed(
        `This machine has glibc ${glibc ?? 'of no kind'}; ${glibcMin} is needed.`,
        'Use a newer system: Debian 12 and RHEL 9 have it.',
      )
    const { arch, cpuInfo } = thisMachine()
    const said = `${arch}${glibc === null ? '' : `, glibc ${glibc}`}`
    if (arch !== 'x64' || cpuInfo === null) return passed(`${said}.`)
    const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuInfo)?.[1]?.split(/\s+/) ?? [])
    const lacking = wantedFeatures.filter((feature) => !flags.has(feature))
    return lacking.length === 0
      ? passed(`${said}, with ${wantedFeatures.join(', ')}.`)
      : warning(`${said}, without ${lacking.join(', ')}.`, 'Models run, and slowly; a newer processor is much faster.')
  },
}

const permissions: Check = {
  id: 'permissions',
  title: 'Who may read the data folder',
  find: ({ paths }) => {
    const fault = folderFault(paths.data)
    if (fault !== null) return failed(fault.message, fault.hint)
    const open = [paths.database, paths.keys, paths.models, paths.airgap].filter((path) => {
      const stat = lstatSync(path, { throwIfNoEntry: false })
      return stat !== undefined && process.platform !== 'win32' && (stat.mode & 0o077) !== 0
    })
    return open.length === 0
      ? passed('This account alone.')
      : warning(
          `Others may read: ${open.map((path) => basename(path)).join(', ')}.`,
          'The folder above is closed to them; close these too, with chmod go=.',
        )
  },
}

const secrets: Check = {
  id: 'keystore',
  title: 'Keys of endpoints',
  find: ({ routing }) => {
    const held = routing.router.endpoints().filter(({ id }) => routing.secrets.has(id)).length
    if (held === 0) return passed('None are kept.')
    return warning(
      `${held} kept in an encrypted file whose key lies beside it: this account can read them, and so can whoever copies the folder.`,
      'Encrypt the disk. No keystore of the operating system is used.',
    )
  },
}

const custody: Check = {
  id: 'bundles',
  title: 'Air-gap bundles',
  find: ({ bundles }) => {
    const trust = bundles.trust()
    if (!trust.ok) return failed(trust.error.message, trust.error.hint)
    if (trust.value === null) return passed('Nobody has said yet whose bundles this station takes; it takes none.')
    const { root, state } = trust.value
    const { current, pending } = bundles.slots()
    const release = current === null ? null : bundles.releases.get(current)
    if (current !== null && release === null)
      return failed('The bundle that serves is gone from the store.', 'Load it again from its medium.')
    if (release !== null && !isUsable(release, trust.value, readReceipt(bundles.places, release.digest)))
      return failed('The bundle that serves was called back.', 'Load and activate a newer one.')
    const said = `Root ${root.root.version}${root.root.purpose === 'development' ? ', A DEVELOPMENT ROOT' : ''}; ${release === null ? 'no bundle serves yet' : `${release.manifest.version} serves`}; ${state.revoked.bundles.length + state.revoked.blobs.length + state.revoked.keys.length} called back.`
    if (pending !== null) return warning(`${said} A bundle was being put in place.`, 'Wait, or start Holdfast again: it settles that.')
    return root.root.purpose === 'development'
      ? warning(said, 'A development root is for nobody’s use: install with one for production.')
      : passed(said)
  },
}

const clock: Check = {
  id: 'clock',
  title: 'Clock',
  find: ({ clock: read, bundles }) => {
    const trust = bundles.trust()
    const floor = Math.max(Date.UTC(2026, 0, 1), trust.ok && trust.value !== null ? trust.value.state.timeFloorMs : 0)
    const [now, at] = [new Date(read()).toISOString(), new Date(floor).toISOString()]
    if (read() + skewMs < floor)
      return failed(
        `The clock says ${now}, and it is later than ${at}.`,
        'Set it: times in the record are taken from it, and bundles are refused meanwhile.',
      )
    return read() < floor
      ? warning(`The clock says ${now}, a little before ${at}.`, 'Set it; times in the record are taken from it.')
      : passed(`The clock says ${now}; no time before ${at} can be now.`)
  },
}

export const deliveryChecks = { files, machine, permissions, secrets, custody, clock } as const
