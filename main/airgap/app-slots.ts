/**
 * The programs of this installation: a folder for each release, and a link that says which one runs. A switch is one rename; the one before stays,
 * and whoever starts the new one for the first time goes back to it by itself when it does not come up.
 */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Artifact } from '../domain/airgap/artifact.ts'
import { ok, type Result } from '../domain/result.ts'
import { syncFolder, writeWhole } from './durable.ts'
import { unpackApp } from './unpack-app.ts'

const slotsFolder = 'slots'
/** Read by the launcher: which slot to go back to, until the new one has come up once. */
export const unprovenName = 'unproven'

export interface AppSlots {
  /** Of the program that runs. */
  readonly running: string
  /** Of the one that the next start takes. */
  current(): string | null
  /** Whether this account may put programs in place here. */
  isWritable(): boolean
  nameOf(artifact: Artifact): string
  folder(name: string): string
  unpack(file: string, artifact: Artifact, signal?: AbortSignal): Promise<Result<string>>
  switchTo(name: string): void
  /** The program that runs came up: nobody goes back by itself any more. */
  proven(): void
  /** Removes what is neither named here nor current. */
  sweep(kept: ReadonlySet<string>): void
}

/** Null when the program does not run from an installation with slots, such as the source tree or a package of the system. */
export function findAppSlots(tree: string): AppSlots | null {
  const [slots, running] = [dirname(tree), basename(tree)]
  if (basename(slots) !== slotsFolder) return null
  const root = dirname(slots)
  const link = join(root, 'current')
  const folder = (name: string) => join(slots, name)
  const current = (): string | null => {
    try {
      return basename(readlinkSync(link))
    } catch {
      return null
    }
  }
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
    nameOf: ({ version, sha256 }) => `${version}-${sha256.value.slice(0, 8)}`,
    unpack: async (file, { version, sha256 }, signal) => {
      const name = `${version}-${sha256.value.slice(0, 8)}`
      mkdirSync(slots, { recursive: true, mode: 0o755 })
      const unpacked = await unpackApp(file, folder(name), signal)
      return unpacked.ok ? ok(name) : unpacked
    },
    switchTo: (name) => {
      const before = current()
      if (before === name) return
      if (before !== null) for (const name of ['before', unprovenName]) writeWhole(join(root, name), `${before}\n`, 0o644)
      const next = `${link}.next`
      rmSync(next, { force: true })
      symlinkSync(join(slotsFolder, name), next)
      renameSync(next, link)
      syncFolder(root)
    },
    proven: () => {
      if (current() === running) rmSync(join(root, unprovenName), { force: true })
    },
    sweep: (kept) => {
      for (const name of existsSync(slots) ? readdirSync(slots) : [])
        if (!kept.has(name) && name !== running && name !== current()) rmSync(folder(name), { recursive: true, force: true })
    },
  }
}
