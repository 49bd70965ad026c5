/** `holdfast bundle pack|sign|revolume|copy|diff`: the sending side. None of it needs a core, and none of it reaches a network. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { readBounded, textOf } from '../airgap/bounded-read.ts'
import { copyTree } from '../airgap/copy-tree.ts'
import { readDataset } from '../airgap/dataset-archive.ts'
import { newestRoot, readRootFile } from '../airgap/make-root.ts'
import { pack } from '../airgap/pack.ts'
import { sha256 } from '../airgap/sha256.ts'
import { signBundle } from '../airgap/sign.ts'
import { revolume, treeItems } from '../airgap/volumes.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { artifactLimits } from '../domain/airgap/artifact.ts'
import { bundledPolicyLimits, readBundledPolicy } from '../domain/airgap/bundled-policy.ts'
import { nextLine, writeCustody } from '../domain/airgap/custody-log.ts'
import { type BundleManifest, manifestLimits, readManifest } from '../domain/airgap/manifest.ts'
import { PackList } from '../domain/airgap/pack-list.ts'
import { formatBytes } from '../domain/airgap/sums.ts'
import { names } from '../domain/airgap/tree.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { accountName } from '../platform/account.ts'
import { fromInvocation } from '../platform/paths.ts'

import { ed25519 } from '../policy/ed25519.ts'
import { productVersion } from '../version.ts'
import { timeOf } from './bundle-roots.ts'
import { readSecretKey, readText } from './key-files.ts'
import { createStatusLine, plain, type Spoken } from './output.ts'

const notABundle = (folder: string) =>
  fail('bundle.no_folder', `${plain(folder)} holds no bundle that can be read.`, 'Name the folder that holds BUNDLE.json.')

/** What a folder says that it is. Nobody has vouched for it. */
export function readUnverified(folder: string): Result<{ readonly manifest: BundleManifest; readonly digest: string }> {
  const bytes = readBounded(join(folder, names.manifest), names.manifest, manifestLimits.bytesMax)
  const text = bytes.ok ? textOf(bytes.value) : null
  const manifest = text === null ? null : readManifest(text)
  return bytes.ok && manifest !== null ? ok({ manifest, digest: sha256(bytes.value) }) : notABundle(folder)
}

/** Bytes as they are done, on the status line. */
function progress(word: string) {
  const status = createStatusLine()
  let done = 0
  return {
    onBytes: (bytes: number) => {
      done += bytes
      status.show(`${word}  ${formatBytes(done)}`)
    },
    clear: status.clear,
  }
}

const factsOf = ({ channel, version, seq, artifacts }: BundleManifest, digest: string) => ({
  digest,
  ...{ channel, version, seq, items: artifacts.length },
  sizeBytes: artifacts.reduce((sum, { size }) => sum + size, 0),
})
const line = ({ channel, version, seq, artifacts }: BundleManifest): string =>
  `Holdfast ${version}, ${channel} ${seq}: ${artifacts.length} items, ${formatBytes(artifacts.reduce((sum, { size }) => sum + size, 0))}`

export interface PackOptions {
  readonly out: string
  readonly roots: string
  readonly partSize?: number
  readonly baseline?: readonly string[]
}

/** Nobody is asked to sign what no station would take. */
async function carriedFault({ artifacts }: PackList, from: string): Promise<Result<never> | null> {
  for (const { id, kind, file } of artifacts) {
    const path = resolve(from, file)
    if (!existsSync(path)) continue
    if (kind === 'policy') {
      const bytes = readBounded(path, file, bundledPolicyLimits.bytesMax)
      const text = bytes.ok ? textOf(bytes.value) : null
      if (text === null || readBundledPolicy(text) === null)
        return fail(
          'bundle.list_wrong',
          `${id} is not a policy with its signature.`,
          'Have both wrapped: holdfast bundle draft --policy FILE.',
        )
    }
    if (kind !== 'dataset') continue
    const files = await readDataset(path, null)
    if (!files.ok) return files
  }
  return null
}

export async function bundlePack(file: string, options: PackOptions): Promise<Result<Spoken<CommandOutput<'bundle pack'>>>> {
  const text = readText(file)
  if (!text.ok) return text
  let written: unknown
  try {
    written = parseYaml(text.value)
  } catch {
    written = null
  }
  const list = PackList.safeParse(written)
  if (!list.success) {
    const [first] = list.error.issues
    return fail(
      'bundle.list_wrong',
      `This is no list to pack: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`,
      'manual/bundles.md shows one.',
    )
  }
  const loose = await carriedFault(list.data, dirname(fromInvocation(file)))
  if (loose !== null) return loose
  const roots = fromInvocation(options.roots)
  const root = readRootFile(roots, newestRoot(roots))
  if (root === null) return fail('bundle.no_root', 'There is no root in that folder.', 'Make one: holdfast bundle root new.')
  const baseline: { digest: string; manifest: BundleManifest }[] = []
  for (const one of options.baseline ?? []) {
    const read = readUnverified(fromInvocation(one))
    if (!read.ok) return read
    baseline.push(read.value)
  }
  const status = progress('Packing')
  try {
    const request = { list: list.data, from: dirname(fromInvocation(file)), to: fromInvocation(options.out), root, roots, baseline }
    const packed = await pack({ ...request, partBytes: options.partSize ?? artifactLimits.partBytesMax }, sha256, status)
    if (!packed.ok) return packed
    const { manifest, digest, omitted } = packed.value
    return ok({
      value: { ...factsOf(manifest, digest), folder: request.to, omitted: [...omitted] },
      lines: [
        line(manifest),
        ...(omitted.length === 0 ? [] : [`Left out, since the baseline has them: ${omitted.join(', ')}`]),
        `Not signed yet. ${root.roles.bundle.threshold} of ${root.roles.bundle.keys.length} must: holdfast bundle sign ${plain(options.out)} --key KEY`,
      ],
    })
  } finally {
    status.clear()
  }
}

export async function bundleSign(folder: string, { key }: { readonly key: string }): Promise<Result<Spoken<CommandOutput<'bundle sign'>>>> {
  const secret = readSecretKey(key)
  if (!secret.ok) return secret
  const status = progress('Reading all of it')
  try {
    const signed = await signBundle(fromInvocation(folder), secret.value, { ed25519, sha256 }, status)
    if (!signed.ok) return signed
    const { manifest, digest, keyId } = signed.value
    return ok({ value: { ...factsOf(manifest, digest), keyId }, lines: [line(manifest), `Signed with the key ${keyId}`] })
  } finally {
    status.clear()
  }
}

export async function bundleRevolume(
  folder: string,
  { out, size }: { readonly out: string; readonly size: number },
): Promise<Result<Spoken<CommandOutput<'bundle revolume'>>>> {
  const [from, to] = [fromInvocation(folder), fromInvocation(out)]
  const read = readUnverified(from)
  if (!read.ok) return read
  const status = progress('Writing volumes')
  try {
    const made = await revolume(from, read.value.manifest, read.value.digest, to, size, sha256, status)
    if (!made.ok) return made
    const volumes = made.value.map(({ folder: at, files, bytes }) => ({ folder: at, files, bytes }))
    return ok({
      value: { digest: read.value.digest, volumes },
      lines: volumes.map(({ folder: at, files, bytes }) => `${plain(at)}  ${files} files, ${formatBytes(bytes)}`),
    })
  } finally {
    status.clear()
  }
}

export interface CopyOptions {
  readonly label?: string
  readonly serial?: string
}

/** Copies onto a medium, reads it back, and leaves a line that says who did it. */
export async function bundleCopy(
  folder: string,
  medium: string,
  options: CopyOptions,
): Promise<Result<Spoken<CommandOutput<'bundle copy'>>>> {
  const [from, to] = [fromInvocation(folder), fromInvocation(medium)]
  const read = readUnverified(from)
  if (!read.ok) return read
  const { manifest, digest } = read.value
  const account = accountName()
  const before = readdirSync(from).includes('custody') ? readdirSync(join(from, 'custody')).length : 0
  const own = `custody/${before + 1}-${
    account
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-')
      .replace(/^-+/, '')
      .slice(0, 40) || 'sender'
  }.jsonl`
  const status = progress('Copying and reading back')
  try {
    const copied = await copyTree(treeItems(from, manifest), to, status, [own])
    if (!copied.ok) return copied
    const custody = nextLine(
      [],
      {
        ...{ action: 'copied', actor: account, machine: hostname(), role: null, setId: digest, volume: null, result: 'ok' },
        media: { label: options.label ?? null, serial: options.serial ?? null },
        ...{ evidence: [digest], tool: `holdfast ${productVersion}`, time: timeOf(undefined), clock: 'unchecked' },
      },
      sha256,
    )
    mkdirSync(join(to, 'custody'), { recursive: true })
    writeFileSync(join(to, own), writeCustody([custody]), { mode: 0o644 })
    const { files, bytes, kept } = copied.value
    return ok({
      value: { ...factsOf(manifest, digest), medium: to, files, bytes, kept, custodyHead: custody.hash },
      lines: [
        `${files} files, ${formatBytes(bytes)}, read back${kept === 0 ? '' : `; ${kept} were there already`}.`,
        `Custody ${custody.hash}`,
        'Take the medium out and in again, then look at it: what was just written may have been read from memory.',
      ],
    })
  } finally {
    status.clear()
  }
}

/** What the second has that the first has not, and the other way round. */
export function bundleDiff(first: string, second: string): Result<Spoken<CommandOutput<'bundle diff'>>> {
  const [a, b] = [readUnverified(fromInvocation(first)), readUnverified(fromInvocation(second))]
  if (!a.ok) return a
  if (!b.ok) return b
  const [before, after] = [a.value.manifest.artifacts, b.value.manifest.artifacts]
  const added = after.filter(({ id }) => !before.some((one) => one.id === id))
  const removed = before.filter(({ id }) => !after.some((one) => one.id === id))
  const changed = after.filter((one) => before.some(({ id, sha256: hash }) => id === one.id && hash.value !== one.sha256.value))
  const movedBytes = [...added, ...changed].reduce((sum, { size }) => sum + size, 0)
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id)
  return ok({
    value: { added: ids(added), removed: ids(removed), changed: ids(changed), movedBytes },
    lines: [
      ...added.map(({ id, version, size }) => `+ ${id} ${version}  ${formatBytes(size)}`),
      ...removed.map(({ id, version }) => `- ${id} ${version}`),
      ...changed.map(({ id, version, size }) => `~ ${id} ${version}  ${formatBytes(size)}`),
      `${formatBytes(movedBytes)} to move`,
    ],
  })
}
