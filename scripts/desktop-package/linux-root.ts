/**
 * The tree that the packages for Linux install: the product under `/opt/holdfast`, a command, an entry in the menu. Nothing runs when it
 * is installed: no script of the maintainer, no user, no service; `manual/egress.md` says what an administrator adds.
 */
import { chmodSync, copyFileSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesBelow } from './files-below.ts'

export const prefix = 'opt/holdfast'

const menuEntry = (name: string) => `[Desktop Entry]
Type=Application
Name=${name}
Comment=Ask your own documents on this machine, and trust every quote
Exec=/opt/holdfast/holdfast
Icon=holdfast
Categories=Office;
Terminal=false
`

/** Files of the project that go along, with where they are installed. */
const carried: readonly (readonly [from: string, to: string])[] = [
  ['scripts/appliance/holdfast.service', 'usr/share/holdfast/appliance/holdfast.service'],
  ['scripts/appliance/holdfast.nft', 'usr/share/holdfast/appliance/holdfast.nft'],
  ['scripts/appliance/holdfast.desktop', 'usr/share/holdfast/appliance/holdfast.desktop'],
  ['scripts/audit-verifier.mjs', 'usr/share/holdfast/audit-verifier.mjs'],
  ['renderer/public/anchor.svg', 'usr/share/icons/hicolor/scalable/apps/holdfast.svg'],
  ['LICENSE', 'usr/share/doc/holdfast/copyright'],
]

export interface RootOptions {
  readonly root: string
  /** The finished product. It is linked, not copied. */
  readonly folder: string
  readonly target: string
  readonly productName: string
}

/** Replaces what stands in `target`. Times are not set: the packers clamp them. */
export function layOutRoot({ root, folder, target, productName }: RootOptions): void {
  rmSync(target, { recursive: true, force: true })
  const put = (path: string): string => {
    const file = join(target, path)
    mkdirSync(dirname(file), { recursive: true })
    return file
  }
  for (const path of filesBelow(folder)) linkSync(join(folder, path), put(`${prefix}/${path}`))
  for (const [from, to] of carried) {
    copyFileSync(join(root, from), put(to))
    chmodSync(join(target, to), 0o644)
  }
  // Where the unit of the service looks for the core and its manual.
  for (const name of ['node', 'dist', 'manual']) symlinkSync(`resources/core/${name}`, put(`${prefix}/${name}`))
  // The command line, by the launcher of the core that ships with the desktop.
  symlinkSync(`/${prefix}/resources/core/holdfast`, put('usr/bin/holdfast'))
  const entry = put('usr/share/applications/holdfast.desktop')
  writeFileSync(entry, menuEntry(productName))
  chmodSync(entry, 0o644)
}
