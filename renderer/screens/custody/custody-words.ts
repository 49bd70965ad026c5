/** What the parts of an air-gap bundle and the steps of the work on it are called. */
import type { BundleItem, BundleRelease, BundleStatus, BundleWork } from '../../../main/contract/bundles.ts'
import type { Tone } from '../../components/chip.tsx'

export const kindWords: Readonly<Record<BundleItem['kind'], string>> = {
  ...{ app: 'Holdfast itself', deb: 'Debian packages', rpm: 'RPM packages', installer: 'Installers', zip: 'Portable copies' },
  ...{ model: 'Models', dataset: 'Data sets', 'ocr-data': 'Reading data for scans', 'agent-pack': 'Agents', policy: 'Policies' },
  ...{ sbom: 'Parts lists (SBOM)', vex: 'Statements on weaknesses (VEX)', advisory: 'Advisories', provenance: 'Provenance' },
  ...{ licences: 'Licences', manual: 'Manuals', doc: 'Notes' },
}

type Step = BundleWork['step']

interface StepWords {
  /** In the row of steps. */
  readonly title: string
  /** What is being done. */
  readonly doing: string
  readonly unit: 'bytes' | 'files' | null
}

export const stepWords: Readonly<Record<Step, StepWords>> = {
  inspect: { title: 'Look', doing: 'Reading signatures and lists', unit: null },
  plan: { title: 'Plan', doing: 'Working out what will change', unit: null },
  quarantine: { title: 'Copy', doing: 'Copying into quarantine', unit: 'bytes' },
  verify: { title: 'Verify', doing: 'Hashing every file', unit: 'bytes' },
  scan: { title: 'Scan', doing: 'Asking the scanner of this machine', unit: 'files' },
  structure: { title: 'Structure', doing: 'Checking that each file is what it is said to be', unit: 'files' },
  promote: { title: 'Take in', doing: 'Putting the files into the store', unit: 'files' },
  admit: { title: 'Admit', doing: 'Admitting its models', unit: 'files' },
  check: { title: 'Try', doing: 'Trying each model that is to serve', unit: 'files' },
  unpack: { title: 'Unpack', doing: 'Unpacking the documents that it brings', unit: 'bytes' },
  switch: { title: 'Switch', doing: 'Letting it serve', unit: null },
}

const loading: readonly Step[] = ['inspect', 'plan', 'quarantine', 'verify', 'scan', 'structure', 'promote']
const serving: readonly Step[] = ['admit', 'check', 'unpack', 'switch']
const steps: Readonly<Record<BundleWork['kind'], readonly Step[]>> = {
  ...{ load: loading, verify: ['inspect', 'verify'], check: ['verify'], activate: serving, rollback: serving },
}
export const stepsOf = (kind: BundleWork['kind']): readonly Step[] => steps[kind]

export const workWords: Readonly<Record<BundleWork['kind'], { readonly doing: string; readonly failed: string }>> = {
  load: { doing: 'Taking an air-gap bundle in', failed: 'It was not taken in' },
  check: { doing: 'Checking all files of this station', failed: 'Not all files were checked' },
  verify: { doing: 'Checking all files on a medium', failed: 'It was not found whole' },
  activate: { doing: 'Letting a release serve', failed: 'It does not serve' },
  rollback: { doing: 'Going back to a release', failed: 'It was not gone back to' },
}

export const stateWords: Readonly<Record<BundleRelease['state'], string>> = { active: 'serves', previous: 'served before', kept: 'kept' }
export const stateTones: Readonly<Record<BundleRelease['state'], Tone>> = { active: 'ok', previous: 'info', kept: 'plain' }

type Outcome = NonNullable<BundleRelease['receipt']>['scans'][number]['outcome']
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  clean: 'found clean',
  infected: 'infected',
  not_scanned: 'not looked at',
  absent: 'no scanner there',
}

type TrustRole = NonNullable<BundleStatus['trust']>['roles'][number]['role']
export const roleTitles: Readonly<Record<TrustRole, { readonly title: string; readonly detail: string }>> = {
  root: { title: 'Root', detail: 'Say who may sign, and who comes after them.' },
  bundle: { title: 'Air-gap bundles', detail: 'Vouch for everything in one.' },
  models: { title: 'Models', detail: 'Vouch for models and their papers only.' },
  site: { title: 'Site', detail: 'Sign once the site has scanned it.' },
}

/** What a release is called: its version, and its number in its channel. */
export const releaseName = ({ version, channel, seq }: Pick<BundleRelease, 'version' | 'channel' | 'seq'>): string =>
  `${version} (${channel} ${seq})`

/** Numbers of the volumes that have not been here yet. */
export const openVolumes = ({ seen, of }: NonNullable<BundleWork['volumes']>): readonly number[] =>
  Array.from({ length: of }, (_, at) => at + 1).filter((one) => !seen.includes(one))

/** `1`, `1 and 3`, `1, 3 and 4`. */
export const listed = (parts: readonly (number | string)[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
