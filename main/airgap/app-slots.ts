/**
 * The programs of this installation: a folder for each release, and a link that says which one runs. A switch is one rename; the one before stays,
 * and whoever starts the new one for the first time goes back to it by itself when it does not come up.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { TrustState } from '../domain/airgap/acceptance.ts'
import type { Artifact } from '../domain/airgap/artifact.ts'
import type { Sha256 } from '../domain/digest.ts'
import { isDiskFull } from '../domain/disk-full.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readIntegrity } from './check-tree.ts'
import { syncFolder, writeWhole } from './durable.ts'
import { isUnpacked, plainSeams, type SlotSeams, unpackApp } from './unpack-app.ts'

export type { SlotSeams } from './unpack-app.ts'

const slotsFolder = 'slots'
/** Read by the launcher: which slot to go back to, until the new one has come up once. */
export const unprovenName = 'unproven'

/** What has no way to another machine is not given one by an update. */
const closed = 'edge-only'
const otherEdition = fail(
  'bundle.other_edition',
  'This is the edition of Holdfast for the edge alone, and the bundle brings one that can reach other machines.',
  'Ask for a bundle with the edition for the edge, or install the other one into a folder of its own.',
)

function editionOf(tree: string): string | null {
  const list = readIntegrity(tree)
  return list.ok ? list.value.edition : null
}

export type NotedTrust = Pick<TrustState, 'channel' | 'highest' | 'minSeq' | 'revoked'>

const digits = { name: 32, earlier: 8 } as const

/** What the slot of an archive is called, and what earlier versions called it, by so few digits of its hash that another archive can be made to have them. */
export const slotNames = ({ version, sha256 }: Pick<Artifact, 'version' | 'sha256'>): readonly [name: string, earlier: string] => [
  `${version}-${sha256.value.slice(0, digits.name)}`,
  `${version}-${sha256.value.slice(0, digits.earlier)}`,
]

export interface AppSlots {
  /** Of the program that runs. */
  readonly running: string
  /** Of the one that the next start takes. */
  current(): string | null
  /** Whether this account may put programs in place here. */
  isWritable(): boolean
  /** Whether the next start takes it: by its own name alone, since an earlier one proves nothing. */
  isCurrent(artifact: Artifact): boolean
  /** Of the slot that `unpack` found or made. */
  nameOf(artifact: Artifact): string
  folder(name: string): string
  unpack(file: string, artifact: Artifact, signal?: AbortSignal): Promise<Result<string>>
  /** Returns how to take it back. */
  switchTo(name: string): () => void
  /** SHA-256, in hex, of every root under which this installation was verified; empty where none is kept. */
  roots(sha256: Sha256): ReadonlySet<string>
  /**
   * What the script on the next medium and the launcher must know: the roots in the folder of a release, how far this installation has come, what
   * was called back, and the highest number of a bundle that brought each of these programs.
   */
  noteTrust(release: string, trust: NotedTrust, brought: ReadonlyArray<readonly [artifact: Artifact, seq: number]>): void
  /** The program that runs came up: nobody goes back by itself any more. */
  proven(): void
  /** Removes what is neither named here nor current. */
  sweep(kept: ReadonlySet<string>): void
}

/** Null when the program does not run from an installation with slots, such as the source tree or a package of the system. */
export function findAppSlots(tree: string, seams: SlotSeams = plainSeams): AppSlots | null {
  const [slots, running] = [dirname(tree), basename(tree)]
  if (basename(slots) !== slotsFolder) return null
  const root = dirname(slots)
  const link = join(root, 'current')
  const folder = (name: string) => join(slots, name)
  /** Slots that something here points at: the one that runs, the next, and those to go back to. */
  const named = (): ReadonlySet<string | null> =>
    new Set([
      running,
      current(),
      ...['before', unprovenName].map((name) => {
        const file = join(root, name)
        return existsSync(file) ? readFileSync(file, 'utf8').trim() : null
      }),
    ])
  const current = (): string | null => {
    try {
      return basename(readlinkSync(link))
    } catch {
      return null
    }
  }
  const pointAt = (name: string): void => {
    const next = `${link}.next`
    rmSync(next, { force: true })
    symlinkSync(join(slotsFolder, name), next)
    renameSync(next, link)
    syncFolder(root)
  }
  /** Where there is no room for a note, it names at worst the program that runs. */
  const restore = (file: string, text: string | null): void => {
    try {
      if (text === null) rmSync(file, { force: true })
      else writeWhole(file, text, 0o644)
    } catch (error) {
      if (!isDiskFull(error)) throw error
    }
  }
  const wayBack = ['before', unprovenName].map((name) => join(root, name))
  return {
    running,
    current,
    folder,
    isWritable: () => {
      try {
        for (const path of [root, slots]) accessSync(path, constants.W_OK)
        return true
      } catch {
        return false
      }
    },
    isCurrent: (artifact) => current() === slotNames(artifact)[0],
    nameOf: (artifact) => {
      const [name, earlier] = slotNames(artifact)
      return existsSync(folder(name)) || !existsSync(folder(earlier)) ? name : earlier
    },
    unpack: async (file, artifact, signal) => {
      const [name, earlier] = slotNames(artifact)
      if (!existsSync(folder(name)) && (await isUnpacked(file, folder(earlier), seams))) return ok(earlier)
      mkdirSync(slots, { recursive: true, mode: 0o755 })
      const unpacked = await unpackApp(file, folder(name), signal, seams)
      if (!unpacked.ok) return unpacked
      if (editionOf(tree) !== closed || editionOf(folder(name)) === closed) return ok(name)
      if (!named().has(name)) rmSync(folder(name), { recursive: true, force: true })
      return otherEdition
    },
    switchTo: (name) => {
      const before = current()
      if (before === name) return () => undefined
      const said = wayBack.map((file) => ({ file, text: existsSync(file) ? readFileSync(file, 'utf8') : null }))
      const takeBack = () => {
        if (before !== null && current() !== before) pointAt(before)
        for (const { file, text } of said) restore(file, text)
      }
      try {
        if (before !== null) for (const file of wayBack) writeWhole(file, `${before}\n`, 0o644)
        seams.failpoint('app.noted')
        pointAt(name)
      } catch (error) {
        takeBack()
        throw error
      }
      seams.failpoint('app.switched')
      return takeBack
    },
    roots: (sha256) => {
      const kept = join(root, 'trust', 'root')
      const files = existsSync(kept) ? readdirSync(kept).filter((name) => name.endsWith('.root.json')) : []
      return new Set(files.map((name) => sha256(readFileSync(join(kept, name)))))
    },
    noteTrust: (release, { channel, highest, minSeq, revoked }, brought) => {
      const kept = join(root, 'trust')
      if (!existsSync(kept) || channel === null) return
      for (const name of readdirSync(join(release, 'root')))
        writeWhole(join(kept, 'root', name), readFileSync(join(release, 'root', name)), 0o644)
      const note = (name: string, lines: readonly string[]) =>
        writeWhole(join(kept, name), lines.map((line) => `${line}\n`).join(''), 0o644)
      /** What the script has noted is not forgotten. */
      const add = (name: string, more: readonly string[]) => {
        const before = existsSync(join(kept, name)) ? readFileSync(join(kept, name), 'utf8').split('\n') : []
        note(name, [...new Set([...before, ...more])].filter((line) => line !== '').sort())
      }
      note('seq', [`${channel} ${highest.bundle}`])
      note('minseq', [String(minSeq)])
      add(
        'slots',
        brought.flatMap(([artifact, number]) => slotNames(artifact).map((name) => `${name} ${number}`)),
      )
      add('revoked', revoked.keys)
      add('revoked-bundles', revoked.bundles)
      add('revoked-files', revoked.blobs)
    },
    proven: () => {
      try {
        if (current() === running) rmSync(join(root, unprovenName), { force: true })
      } catch {
        // An installation of root: its launcher does not go back by itself either.
      }
    },
    sweep: (kept) => {
      for (const name of existsSync(slots) ? readdirSync(slots) : [])
        if (!kept.has(name) && !named().has(name)) rmSync(folder(name), { recursive: true, force: true })
    },
  }
}
