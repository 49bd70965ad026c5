/**
 * Makes the tree of a bundle out of files: measures and splits them, and writes the lists that are to be signed. The same list makes the same tree,
 * byte for byte.
 */
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Artifact, artifactLimits, type Chunk, partsOf } from '../domain/airgap/artifact.ts'
import { type BundleManifest, manifestFault } from '../domain/airgap/manifest.ts'
import type { PackList } from '../domain/airgap/pack-list.ts'
import { writeStrictJson } from '../domain/airgap/strict-json.ts'
import { type Sum, writeManifestText, writeSums } from '../domain/airgap/sums.ts'
import { names } from '../domain/airgap/tree.ts'
import type { TrustRoot } from '../domain/airgap/trust-root.ts'
import { unvouched } from '../domain/airgap/vouching.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { openToRead, readThrough, type Watch } from './copy-part.ts'
import { syncFile, syncFolder } from './durable.ts'
import { installText } from './install-script.ts'
import { readmeText } from './readme.ts'

export interface PackRequest {
  readonly list: PackList
  /** The folder that the files of the list are relative to. */
  readonly from: string
  /** A folder that is not there yet. */
  readonly to: string
  /** The newest root, and the folder in which the whole chain lies. */
  readonly root: TrustRoot
  readonly roots: string
  readonly partBytes: number
  /** Bundles that the receiving side has: what they carry is left out. */
  readonly baseline: ReadonlyArray<{ readonly digest: string; readonly manifest: BundleManifest }>
}

export interface Packed {
  readonly manifest: BundleManifest
  readonly digest: string
  /** Artifacts whose files are left out, since the baseline has them. */
  readonly omitted: readonly string[]
}

type Listed = PackList['artifacts'][number]

const unreadable = (file: string) => fail('bundle.unreadable', `${file} cannot be read as a file.`, 'Name a file that is there.')
const upstreamChanged = (id: string) =>
  fail(
    'bundle.upstream_changed',
    `${id} is not what was published where it came from.`,
    'Collect it again, and find out which of both is right.',
  )
const taken = fail('bundle.taken', 'The folder is there already.', 'Name a folder that is not there yet.')

/** Copies one file into the tree, split where it is too long for some media. */
async function packOne(listed: Listed, request: PackRequest, watch: Watch): Promise<Result<Artifact>> {
  const { file, ...facts } = listed
  const path = resolve(request.from, file)
  const stat = await open(path, 'r').then(
    async (handle) => {
      const found = await handle.stat()
      await handle.close()
      return found
    },
    () => null,
  )
  if (stat === null || !stat.isFile() || stat.size === 0) return unreadable(file)
  const source = await openToRead(path, file, stat.size)
  if (!source.ok) return source
  const whole = createHash('sha256')
  const chunks: Chunk[] = []
  const temporary = (index: number) => join(request.to, 'files', `${listed.id}.${index}.partial`)
  try {
    for (let from = 0; from < stat.size; from += request.partBytes) {
      const length = Math.min(request.partBytes, stat.size - from)
      const target = await open(temporary(chunks.length), 'wx', 0o644)
      try {
        const hash = await readThrough(source.value, { name: file, from, length }, { handle: target, to: 0 }, watch, [whole])
        if (!hash.ok) return hash
        await target.sync()
        chunks.push({ size: length, sha256: { alg: 'sha256', value: hash.value } })
      } finally {
        await target.close()
      }
    }
  } finally {
    await source.value.close()
  }
  const artifact: Artifact = { ...facts, size: stat.size, sha256: { alg: 'sha256', value: whole.digest('hex') }, chunks }
  const published = artifact.upstream?.sha256
  if (published !== null && published !== undefined && published.value !== artifact.sha256.value) return upstreamChanged(listed.id)
  for (const { path: to, index } of partsOf(artifact)) {
    mkdirSync(dirname(join(request.to, to)), { recursive: true })
    renameSync(temporary(index), join(request.to, to))
  }
  return ok(artifact)
}

function manifestOf(request: PackRequest, artifacts: readonly Artifact[]): BundleManifest {
  const { list, root, baseline } = request
  const { artifacts: _, format: __, ...facts } = list
  return {
    ...facts,
    format: 'holdfast-bundle-1',
    product: 'holdfast',
    rootVersion: root.version,
    baseline: baseline.map(({ digest }) => ({ alg: 'sha256', value: digest })),
    artifacts: [...artifacts],
  }
}

/** Writes everything but the artifacts, and returns the digest of `BUNDLE.json`. */
function writeLists(request: PackRequest, manifest: BundleManifest, sha256: (data: string | Uint8Array) => string): string {
  const { to, roots } = request
  const text = writeStrictJson(manifest)
  cpSync(roots, join(to, 'root'), { recursive: true })
  const written: Readonly<Record<string, string>> = {
    [names.manifest]: text,
    [names.text]: writeManifestText(manifest),
    [names.readme]: readmeText,
    [names.install]: installText,
  }
  for (const [name, content] of Object.entries(written)) writeFileSync(join(to, name), content, { mode: 0o644 })
  const rootFiles = readdirSync(join(to, 'root')).filter((name) => name.endsWith('.root.json'))
  const sums: Sum[] = [
    ...Object.entries(written).map(([path, content]) => ({ path, sha256: sha256(content) })),
    ...rootFiles.map((name) => ({ path: `root/${name}`, sha256: sha256(readFileSync(join(to, 'root', name))) })),
    ...manifest.artifacts.flatMap((artifact) => partsOf(artifact).map(({ path, sha256: hash }) => ({ path, sha256: hash }))),
  ]
  writeFileSync(join(to, names.sums), writeSums(sums), { mode: 0o644 })
  for (const name of [...Object.keys(written), names.sums]) syncFile(join(to, name))
  syncFolder(to)
  return sha256(text)
}

export async function pack(
  request: PackRequest,
  sha256: (data: string | Uint8Array) => string,
  watch: Watch = {},
): Promise<Result<Packed>> {
  const { to, list, root, partBytes, baseline } = request
  if (partBytes > artifactLimits.partBytesMax || partBytes < artifactLimits.partBytesMin)
    return fail('bundle.part_size', 'A part has at least 64 KiB and at most 1.75 GiB.', 'Give another size of parts.')
  try {
    mkdirSync(dirname(to), { recursive: true })
    mkdirSync(to)
  } catch {
    return taken
  }
  const giveUp = <T>(result: T): T => {
    rmSync(to, { recursive: true, force: true })
    return result
  }
  try {
    mkdirSync(join(to, 'files'))
    const artifacts: Artifact[] = []
    for (const listed of list.artifacts) {
      const packed = await packOne(listed, request, watch)
      if (!packed.ok) return giveUp(packed)
      artifacts.push(packed.value)
    }
    const manifest = manifestOf(request, artifacts)
    const fault = manifestFault(manifest)
    if (fault !== null)
      return giveUp(fail('bundle.list_wrong', `The list contradicts itself: ${fault}.`, 'Mend the list, then pack again.'))
    const loose = unvouched(manifest, root)
    if (loose !== null) return giveUp(loose)
    const known = new Set(baseline.flatMap(({ manifest: one }) => one.artifacts.map(({ sha256: hash }) => hash.value)))
    const left = artifacts.filter(({ sha256: hash }) => known.has(hash.value))
    for (const { path } of left.flatMap(partsOf)) rmSync(join(to, path))
    dropEmptyFolders(join(to, 'files'))
    return ok({ manifest, digest: writeLists(request, manifest, sha256), omitted: left.map(({ id }) => id) })
  } catch (error) {
    giveUp(null)
    throw error
  }
}

function dropEmptyFolders(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (readdirSync(join(folder, name)).length === 0) rmSync(join(folder, name), { recursive: true })
  }
}
