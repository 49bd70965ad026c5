/** What may stand in the tree of an air-gap bundle, and nothing else: every name is known before anything is opened. */

import { fail, ok, type Result } from '../result.ts'
import { artifactKinds } from './artifact.ts'

export const treeLimits = { entriesMax: 20_000, pathChars: 200, signatureBytes: 4_096 } as const

/** As the file system tells, without following anything. */
export interface TreeEntry {
  /** Below the tree, with slashes. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly size: number
  /** Names that this file has on its file system; more than one is a hard link. */
  readonly links: number
}

export const names = {
  manifest: 'BUNDLE.json',
  sums: 'SHA256SUMS',
  volume: 'VOLUME.json',
  text: 'MANIFEST.txt',
  readme: 'README.txt',
  install: 'install.sh',
} as const

const signatureOf = (name: string): RegExp => new RegExp(`^${name.replaceAll('.', '\\.')}\\.([0-9A-F]{16})\\.minisig$`)
const manifestSignature = signatureOf(names.manifest)
const sumsSignature = signatureOf(names.sums)
const rootFile = /^root\/([1-9]\d{0,3})\.root\.json$/
const rootSignature = /^root\/([1-9]\d{0,3})\.root\.json\.([0-9A-F]{16})\.minisig$/
const payload = /^files\/[a-z-]+\/[a-z0-9][a-z0-9.-]*$/
const custody = /^custody\/\d{1,4}-[a-z0-9][a-z0-9-]{0,40}\.jsonl$/
const folders: ReadonlySet<string> = new Set(['root', 'custody', 'files', ...Object.keys(artifactKinds).map((kind) => `files/${kind}`)])

/** The tree, sorted out by name alone. */
export interface TreeNames {
  /** Key ids that signed `BUNDLE.json`, by its file names. */
  readonly signers: readonly string[]
  readonly sumsSigners: readonly string[]
  /** Version of a root → key ids that signed it. */
  readonly roots: ReadonlyMap<number, readonly string[]>
  readonly payload: readonly string[]
  readonly custody: readonly string[]
  readonly hasVolume: boolean
}

const refuse = (code: string, message: string) =>
  fail(code, message, 'Nothing was read from it. Get the bundle again from whoever sent it, on a clean medium.')

/** A path as it may be shown: what came across may steer a terminal. */
const shown = (path: string): string => JSON.stringify(path.slice(0, treeLimits.pathChars))

/** Some systems leave these on a medium by themselves; they are named in what is reported, and never opened. */
const leftBySystems = /^(?:System Volume Information|\.Trash-\d+|\.Trashes|\.fseventsd|\.Spotlight-V100|lost\+found|found\.\d{3})(?:\/|$)/

export function sortTree(entries: readonly TreeEntry[]): Result<TreeNames & { readonly ignored: readonly string[] }> {
  if (entries.length > treeLimits.entriesMax) return refuse('bundle.tree_too_large', 'There are more files here than a bundle can have.')
  const roots = new Map<number, string[]>()
  const [signers, sumsSigners, payloads, custodies, ignored]: [string[], string[], string[], string[], string[]] = [[], [], [], [], []]
  const seen = new Map<string, string>()
  let hasVolume = false
  const plain = new Set<string>()
  for (const { path, kind, size, links } of entries) {
    if (leftBySystems.test(path)) {
      ignored.push(path)
      continue
    }
    const folded = path.toLowerCase()
    const twin = seen.get(folded)
    if (twin !== undefined) return refuse('bundle.names_collide', `${shown(path)} and ${shown(twin)} are one file on some systems.`)
    seen.set(folded, path)
    if (kind === 'link' || kind === 'other') return refuse('bundle.not_a_file', `${shown(path)} is a link or a device, not a file.`)
    if (kind === 'folder') {
      if (!folders.has(path)) return refuse('bundle.foreign_file', `${shown(path)} does not belong to a bundle.`)
      continue
    }
    if (path.endsWith('.minisig') && size > treeLimits.signatureBytes)
      return refuse('bundle.too_large', `${shown(path)} is larger than a signature can be.`)
    if (links > 1) return refuse('bundle.hard_link', `${shown(path)} is a second name of a file that may be changed elsewhere.`)
    const [, signer] = manifestSignature.exec(path) ?? []
    const [, sumsSigner] = sumsSignature.exec(path) ?? []
    const [, root] = rootFile.exec(path) ?? []
    const [, ofRoot, rootSigner] = rootSignature.exec(path) ?? []
    if (signer !== undefined) signers.push(signer)
    else if (sumsSigner !== undefined) sumsSigners.push(sumsSigner)
    else if (root !== undefined) roots.set(Number(root), roots.get(Number(root)) ?? [])
    else if (ofRoot !== undefined && rootSigner !== undefined) roots.set(Number(ofRoot), [...(roots.get(Number(ofRoot)) ?? []), rootSigner])
    else if (payload.test(path) && !path.includes('..')) payloads.push(path)
    else if (custody.test(path)) custodies.push(path)
    else if (path === names.volume) hasVolume = true
    else if ((Object.values(names) as string[]).includes(path)) plain.add(path)
    else return refuse('bundle.foreign_file', `${shown(path)} does not belong to a bundle.`)
    if (root !== undefined) plain.add(path)
  }
  for (const name of [names.manifest, names.sums, names.text, names.readme]) {
    if (!plain.has(name)) return refuse('bundle.incomplete', `${name} is not there.`)
  }
  for (const version of roots.keys()) {
    if (!plain.has(`root/${version}.root.json`)) return refuse('bundle.incomplete', `root/${version}.root.json is not there.`)
  }
  return ok({ signers, sumsSigners, roots, payload: payloads, custody: custodies, hasVolume, ignored })
}
