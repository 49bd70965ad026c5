/** Whether a delivered tree is what was delivered: every file of its list, and nothing besides. */
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Integrity, integrityLimits, integrityName } from '../domain/airgap/integrity.ts'
import { readJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readBounded, textOf } from './bounded-read.ts'
import { hashOfFile, type Watch } from './copy-part.ts'

export interface TreeCheck {
  readonly integrity: Integrity
  readonly changed: readonly string[]
  readonly missing: readonly string[]
  /** Files and links that the list does not name. */
  readonly foreign: readonly string[]
}

const noList = fail(
  'bundle.tree_unlisted',
  'This tree has no list of its files, or one that is damaged.',
  'Install it again from its medium.',
)

function filesIn(tree: string): readonly string[] {
  const found: string[] = []
  const visit = (below: string) => {
    for (const name of readdirSync(join(tree, below))) {
      if (found.length > integrityLimits.filesMax) return
      const path = below === '' ? name : `${below}/${name}`
      const stat = lstatSync(join(tree, path))
      if (stat.isDirectory()) visit(path)
      else found.push(path)
    }
  }
  visit('')
  return found
}

export function readIntegrity(tree: string): Result<Integrity> {
  const bytes = readBounded(join(tree, integrityName), integrityName, integrityLimits.bytesMax)
  const text = bytes.ok ? textOf(bytes.value) : null
  const list = Integrity.safeParse(text === null ? null : readJson(text))
  return list.success ? ok(list.data) : noList
}

export async function checkTree(tree: string, watch: Watch = {}): Promise<Result<TreeCheck>> {
  const list = readIntegrity(tree)
  if (!list.ok) return list
  const listed = new Map(list.value.files.map((file) => [file.path, file]))
  const [changed, missing]: [string[], string[]] = [[], []]
  for (const { path, size, sha256 } of list.value.files) {
    const stat = lstatSync(join(tree, path), { throwIfNoEntry: false })
    if (stat === undefined) missing.push(path)
    else if (!stat.isFile() || stat.size !== size) changed.push(path)
    else {
      const hash = await hashOfFile(join(tree, path), path, size, watch)
      if (!hash.ok && hash.error.code === 'bundle.cancelled') return hash
      if (!hash.ok || hash.value !== sha256) changed.push(path)
    }
  }
  const foreign = filesIn(tree).filter((path) => path !== integrityName && !listed.has(path))
  return ok({ integrity: list.value, changed, missing, foreign })
}

/** Where the core of a desktop lies in what was delivered. */
const coreFolder = join('resources', 'core')

/**
 * Whether what was delivered with a core is what was delivered: the folder of the core, or the whole desktop around it, which has a list of
 * its own, the archive of the window included.
 */
export async function checkDelivered(core: string, watch: Watch = {}): Promise<Result<TreeCheck>> {
  const desktop = join(core, '..', '..')
  if (join(desktop, coreFolder) !== core || !existsSync(join(desktop, integrityName))) return checkTree(core, watch)
  const checked = await checkTree(desktop, watch)
  if (!checked.ok) return checked
  // Packages of the system put names beside the program that lead to the same ones in the core.
  const isLinkIntoCore = (path: string): boolean =>
    lstatSync(join(desktop, path)).isSymbolicLink() && readlinkSync(join(desktop, path)) === join(coreFolder, path)
  return ok({ ...checked.value, foreign: checked.value.foreign.filter((path) => !isLinkIntoCore(path)) })
}
