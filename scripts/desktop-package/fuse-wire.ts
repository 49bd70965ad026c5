/**
 * The fuses of an Electron binary: single bytes behind a fixed sentinel that switch its dangerous abilities off for good. The builder
 * flips them; this reads them back from the file itself, so that a product is never shipped on the word of the tool that made it.
 */
import { refuse } from '../refuse.ts'

/** What the loader of Electron looks for; the wire follows: version, length, one byte a fuse. */
const sentinel = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX', 'latin1')
const wireVersion = 1
const fuseCountMax = 32

/** Of wire version 1, in their order. Later ones may follow; they are not judged here. */
export const fuseNames = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const
export type FuseName = (typeof fuseNames)[number]
export type FuseState = 'on' | 'off' | 'removed' | 'inherited'

const states: Readonly<Record<number, FuseState>> = { 48: 'off', 49: 'on', 114: 'removed', 144: 'inherited' }

/** Refuses a binary without exactly one well-formed wire. */
export function readFuses(binary: Buffer): ReadonlyMap<FuseName, FuseState> {
  const at = binary.indexOf(sentinel)
  if (at < 0) refuse('The binary has no fuses.', 'It is not an Electron of this kind; give the one that the lock file pins.')
  if (binary.indexOf(sentinel, at + 1) >= 0) refuse('The binary has more than one set of fuses.', 'Give an Electron for one processor.')
  const wire = binary.subarray(at + sentinel.length)
  const [version = 0, length = 0] = wire
  if (version !== wireVersion)
    refuse(`The fuses have version ${version}, not ${wireVersion}.`, 'Teach scripts/desktop-package/fuse-wire.ts that version.')
  if (length < fuseNames.length || length > fuseCountMax || wire.length < length + 2)
    refuse(`The binary says that it has ${length} fuses.`, 'It is damaged; collect it again.')
  return new Map(
    fuseNames.map((name, index) => {
      const byte = wire[index + 2] ?? 0
      return [name, states[byte] ?? refuse(`The fuse ${name} has the unknown value ${byte}.`, 'The binary is damaged; collect it again.')]
    }),
  )
}

/** Refuses when a fuse is not what the configuration says. Returns the names that were checked. */
export function checkFuses(binary: Buffer, wanted: Readonly<Record<string, boolean>>): readonly string[] {
  const found = readFuses(binary)
  for (const [name, isOn] of Object.entries(wanted)) {
    const fuse =
      fuseNames.find((known) => known === name) ?? refuse(`There is no fuse ${name}.`, 'Correct electronFuses in electron-builder.yml.')
    const state = found.get(fuse)
    if (state !== (isOn ? 'on' : 'off'))
      refuse(
        `The fuse ${name} is ${state}, and should be ${isOn ? 'on' : 'off'}.`,
        'The builder did not flip it; do not ship this product.',
      )
  }
  return Object.keys(wanted)
}
