/**
 * The packs of agents that lie below the agents of this site, each in a folder of its own name. What a pack is about to own is written
 * down before anything of it is put in place, so that what was cut off in the middle is still the pack's own, and the same pack again
 * completes it.
 */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder, writeWhole } from '../airgap/durable.ts'
import { PackManifest, packLimits, packManifestName } from '../domain/agent-pack.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { join as joinLabels, Label } from '../domain/label.ts'
import { readPlainFile } from './read-agents.ts'

/** No file of a pack can have names that begin so. */
const [begunName, labelName] = [`${packManifestName}.installing`, `${packManifestName}.label`]

export interface PackHomes {
  /** Of a pack that was put in place to its end. */
  manifest(name: string): PackManifest | null
  /** Those that were put in place to their end, by their names. */
  installed(): readonly PackManifest[]
  /** Agents whose files are this pack's; of what was cut off, those that still are what it put there. */
  owned(name: string): ReadonlySet<string>
  /** The label of a pack; nobody sees it at less than the ceiling where it cannot be told. */
  labelOf(name: string): Label
  /** What a pack is held under once this label is put on it: a label only rises, for people may have worked with it under the one of before. */
  risen(name: string, label: Label): Label
  /** Of the agents of all packs, also of those that were cut off. */
  labels(): ReadonlyMap<string, Label>
  begin(manifest: PackManifest, label: Label): void
  /** A file of the pack besides its agents and prompts. */
  put(name: string, path: string, bytes: Uint8Array): void
  putAgent(agent: string, text: string): void
  removeAgent(agent: string): void
  end(manifest: PackManifest): void
}

export function createPackHomes(folder: string, ceiling: () => Label): PackHomes {
  const packs = join(folder, 'packs')
  const fileOf = (agent: string): string => join(folder, `${agent}.yaml`)

  function read(name: string, file: string): PackManifest | null {
    const text = readPlainFile(join(packs, name, file), packLimits.manifestBytesMax)
    const parsed = PackManifest.safeParse(text.ok ? readJson(text.value) : null)
    return parsed.success ? parsed.data : null
  }
  const manifest = (name: string) => read(name, packManifestName)

  /** Whether the file of an agent is, byte for byte, what this pack puts there. */
  function isAsPacked({ validations }: PackManifest, agent: string): boolean {
    const packed = validations.find(({ path }) => path === `agents/${agent}.yaml`)
    try {
      return (
        createHash('sha256')
          .update(readFileSync(fileOf(agent)))
          .digest('hex') === packed?.sha256
      )
    } catch {
      return false
    }
  }

  function names(): readonly string[] {
    try {
      return readdirSync(packs).sort()
    } catch {
      return []
    }
  }
  function labelOf(name: string): Label {
    const text = readPlainFile(join(packs, name, labelName))
    const parsed = Label.safeParse(text.ok ? readJson(text.value) : null)
    return parsed.success ? parsed.data : ceiling()
  }

  function risen(name: string, label: Label): Label {
    const isHeld = existsSync(join(packs, name, labelName)) || manifest(name) !== null
    return isHeld ? joinLabels(labelOf(name), label) : label
  }

  /** An earlier version may have had a file where this one has a folder, or the other way round. */
  function makeWay(home: string, path: string): void {
    const steps = path.split('/')
    for (let n = 1; n <= steps.length; n++) {
      const at = join(home, ...steps.slice(0, n))
      const isFolder = lstatSync(at, { throwIfNoEntry: false })?.isDirectory()
      if (isFolder !== undefined && isFolder === (n === steps.length)) rmSync(at, { recursive: true })
    }
  }

  return {
    manifest,
    installed: () => names().flatMap((name) => manifest(name) ?? []),
    labelOf,
    risen,
    labels: () => {
      const found = new Map<string, Label>()
      for (const name of names()) {
        const agents = [manifest(name), read(name, begunName)].flatMap((one) => one?.agents ?? [])
        for (const agent of agents) {
          const before = found.get(agent)
          found.set(agent, before === undefined ? labelOf(name) : joinLabels(before, labelOf(name)))
        }
      }
      return found
    },
    owned: (name) => {
      const begun = read(name, begunName)
      return new Set([...(manifest(name)?.agents ?? []), ...(begun?.agents.filter((agent) => isAsPacked(begun, agent)) ?? [])])
    },
    begin: (next, label) => {
      // Before anything that it counts for.
      writeWhole(join(packs, next.name, labelName), canonicalJson(risen(next.name, label)))
      writeWhole(join(packs, next.name, begunName), canonicalJson(next))
    },
    put: (name, path, bytes) => {
      makeWay(join(packs, name), path)
      writeWhole(join(packs, name, path), bytes)
    },
    putAgent: (agent, text) => writeWhole(fileOf(agent), text),
    removeAgent: (agent) => rmSync(fileOf(agent), { force: true }),
    // What it says is then true, and on the disk before what was begun is forgotten.
    end: (next) => {
      syncFolder(folder)
      writeWhole(join(packs, next.name, packManifestName), canonicalJson(next))
      rmSync(join(packs, next.name, begunName), { force: true })
    },
  }
}
