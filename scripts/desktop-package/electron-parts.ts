/** What a desktop holds besides its core: Electron, and what that is built from. Each is read from the program itself; what it does not say is left open. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Part } from '../appliance/parts.ts'

const bare = { version: null, licence: null, purl: null, sha256: null, inside: [] } as const

/** How it presents itself to a server: `Chrome/1.2.3.4 Electron/5.6.7`, as one text in the program. */
export function chromiumIn(program: Buffer): string | null {
  const mark = Buffer.from('Chrome/')
  for (let at = program.indexOf(mark); at !== -1; at = program.indexOf(mark, at + 1)) {
    const found = /^Chrome\/(\d+\.\d+\.\d+\.\d+) Electron\//.exec(program.toString('latin1', at, at + 60))
    if (found !== null) return found[1] ?? null
  }
  return null
}

export interface ElectronPartOptions {
  /** The unpacked product. */
  readonly folder: string
  readonly executable: string
  readonly version: string
  /** Of the zip that it was unpacked from; null for a stand-in that was none. */
  readonly sha256: string | null
  readonly isStandIn: boolean
}

export function electronPart({ folder, executable, version, sha256, isStandIn }: ElectronPartOptions): Part {
  const within = (name: string, licence: string, description: string, of: string | null = null): Part => ({
    ...bare,
    ...{ name, version: of, licence, description },
  })
  return {
    ...bare,
    ...{ name: 'Electron', licence: 'MIT', sha256 },
    ...(isStandIn ? {} : { version, purl: `pkg:github/electron/electron@v${version}` }),
    description: isStandIn
      ? 'A stand-in, to try the packaging. It is not Electron, and nothing of what is said to be in it may be.'
      : 'The window. The hash is that of its published archive. LICENSE.electron.txt has its licence, LICENSES.chromium.html those of all in it.',
    inside: [
      within('Chromium', 'BSD-3-Clause', 'Built into Electron.', chromiumIn(readFileSync(join(folder, executable)))),
      within('Node.js', 'MIT', 'Built into Electron; the core runs on a Node of its own.'),
      within('FFmpeg', 'LGPL-2.1-or-later', 'Lies beside the program as a library of its own.'),
    ],
  }
}
