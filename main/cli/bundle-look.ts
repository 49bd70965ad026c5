/** `holdfast bundle inspect|plan`: who signed a bundle, and what it would change. */
import { writeFileSync } from 'node:fs'
import { checkFiles } from '../airgap/check-files.ts'
import { type Inspected, inspect } from '../airgap/inspect.ts'
import { selfSigned } from '../airgap/root-chain.ts'
import { sha256 } from '../airgap/sha256.ts'
import { walkTree } from '../airgap/walk-tree.ts'
import type { BundleInspection } from '../contract/bundles.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { formatBytes } from '../domain/airgap/sums.ts'
import { sortTree } from '../domain/airgap/tree.ts'
import { marking } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { renderTransferSheet } from '../exports/transfer-sheet.ts'
import { fromInvocation } from '../platform/paths.ts'
import { ed25519 } from '../policy/ed25519.ts'
import { follow } from './bundle-station.ts'
import type { CommandCore } from './core.ts'
import { bytesDone, createStatusLine, plain, type Spoken } from './output.ts'

const development = 'DEVELOPMENT ROOT: what it vouches for is for nobody’s use.'

function describe(found: BundleInspection, isFull: boolean): readonly string[] {
  const { channel, version, seq, createdAt, items, purpose, rootVersion, signers, siteSigners, unknownSigners, volume, custody, plan } =
    found
  const size = (ids: readonly string[]) =>
    formatBytes(items.filter(({ id }) => ids.includes(id)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  const named = (word: string, ids: readonly string[]) =>
    ids.length === 0 ? [] : [`  ${word.padEnd(12)} ${ids.map(plain).join(', ')} (${size(ids)})`]
  return [
    `Holdfast ${version}, ${channel} ${seq}, made ${createdAt}`,
    `The medium is marked ${marking(found.label)}`,
    ...(purpose === 'development' ? [development] : []),
    `Signed under root ${rootVersion} by ${signers.map(({ keyId, name }) => `${plain(name ?? '')} ${keyId}`).join(', ')}`,
    ...(siteSigners.length === 0
      ? []
      : [`For the site: ${siteSigners.map(({ keyId, name }) => `${plain(name ?? '')} ${keyId}`).join(', ')}`]),
    ...(unknownSigners.length === 0 ? [] : [`Keys that the root does not know, and that count for nothing: ${unknownSigners.join(', ')}`]),
    ...(volume === null ? [] : [`Volume ${volume.index} of ${volume.of}`]),
    ...(found.isStale ? ['It is older than it says it should be: ask whether there is a newer one.'] : []),
    ...custody.map(
      ({ time, action, actor, machine, media }) =>
        `  ${time} ${action} by ${plain(actor)} on ${plain(machine)}${media === null ? '' : `, medium ${plain(media)}`} (by their word)`,
    ),
    'What a load would change',
    ...named('added', plan.added),
    ...named('here already', plan.kept),
    ...(plan.dropped.length === 0 ? [] : [`  no longer    ${plan.dropped.map(plain).join(', ')}`]),
    ...named('deprecated', plan.deprecated),
    `  to copy      ${formatBytes(plan.copyBytes)}; ${formatBytes(plan.freeBytes)} are free`,
    ...plan.unmet.map((sentence) => `! ${sentence}`),
    ...plan.missing.slice(0, isFull ? plan.missing.length : 10).map((path) => `! not here: ${plain(path)}`),
  ]
}

/** Of the files that are read, on one line of a terminal. */
function bytesLine(word: string, files: readonly { readonly size: number }[]) {
  const line = createStatusLine()
  const total = files.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  return {
    onBytes: (bytes: number) => {
      done += bytes
      line.show(`${word}  ${bytesDone(done, total)}`)
    },
    clear: line.clear,
  }
}

export async function bundleInspect(
  core: CommandCore,
  folder: string,
  isPlan: boolean,
  { all = false }: { readonly all?: boolean } = {},
): Promise<Result<Spoken<CommandOutput<'bundle inspect'>>>> {
  const found = await core.call('bundles.inspect', { path: fromInvocation(folder) })
  if (!found.ok) return found
  const checked = all ? await follow(core, await core.call('bundles.verify', { path: fromInvocation(folder) })) : null
  if (checked?.ok === false) return checked
  const said = checked === null ? [] : [`Every file that lies here is what was signed.`]
  return ok({
    value: found.value,
    lines: [...describe(found.value, isPlan), ...said],
    isFailure: isPlan && found.value.plan.unmet.length > 0,
  })
}

const other = fail(
  'bundle.fingerprint_wrong',
  'No root in this bundle has that fingerprint.',
  'Compare it with the transfer sheet once more. If it differs, do not use this medium.',
)

/** Without a station: against the root in the tree whose fingerprint a person has compared. Everything is hashed, too. */
export async function bundleVerify(folder: string, fingerprint: string): Promise<Result<Spoken<CommandOutput<'bundle verify'>>>> {
  const found = await verify(folder, fingerprint)
  return found.ok ? ok({ value: verified(found.value), lines: verifiedLines(found.value) }) : found
}

async function verify(folder: string, fingerprint: string): Promise<Result<Inspected>> {
  const at = fromInvocation(folder)
  const entries = walkTree(at)
  const tree = entries.ok ? sortTree(entries.value) : entries
  if (!tree.ok) return tree
  const tools = { ed25519, sha256 }
  const wanted = fingerprint.replaceAll(/\s/g, '').toLowerCase()
  for (const [version, signers] of tree.value.roots) {
    const root = selfSigned(at, version, signers, tools)
    if (!root.ok || root.value.digest !== wanted) continue
    const found = inspect(at, { root: root.value, epoch: version, revokedKeys: new Set() }, tools)
    if (!found.ok) return found
    const { present } = found.value
    const status = bytesLine('Checking all files', present)
    const checked = await checkFiles(at, present, status).finally(status.clear)
    return checked.ok ? found : checked
  }
  return other
}

export interface SheetOptions {
  readonly fingerprint: string
  readonly out: string
  readonly label?: string
  readonly serial?: string
}

/** Only for what holds: a sheet that vouches for something else would be worse than none. */
export async function bundleSheet(folder: string, options: SheetOptions): Promise<Result<Spoken<CommandOutput<'bundle sheet'>>>> {
  const found = await verify(folder, options.fingerprint)
  if (!found.ok) return found
  const { manifest, digest, chain, signers, volume, custody } = found.value
  const { root } = chain.newest
  const name = (id: string) => `${root.keys.find((key) => key.id === id)?.name ?? ''} ${id}`.trim()
  const bytes = await renderTransferSheet({
    ...{ label: manifest.label, purpose: root.purpose, createdAt: manifest.createdAt, items: manifest.artifacts.length, digest },
    title: `Holdfast ${manifest.version}, ${manifest.channel} ${manifest.seq}`,
    size: formatBytes(manifest.artifacts.reduce((sum, { size }) => sum + size, 0)),
    fingerprint: options.fingerprint.replaceAll(/\s/g, '').toLowerCase(),
    signers: signers.map(name),
    volume: volume === null ? null : `${volume.index} of ${volume.of}`,
    ...{ mediumLabel: options.label ?? null, mediumSerial: options.serial ?? null },
    custodyHeads: custody.flatMap(({ lines }) => lines.at(-1)?.hash ?? []),
  })
  const file = fromInvocation(options.out)
  try {
    writeFileSync(file, bytes, { flag: 'wx' })
  } catch {
    return fail('cli.not_written', `${plain(file)} could not be written, or is there already.`, 'Name another file.')
  }
  return ok({ value: { file, digest }, lines: [plain(file)] })
}

const verified = ({ digest, manifest, signers, present, absent, chain, volume }: Inspected) => ({
  digest,
  ...{ channel: manifest.channel, version: manifest.version, seq: manifest.seq },
  purpose: chain.newest.root.purpose,
  signers: [...signers],
  files: present.length,
  absent: absent.map(({ path }) => path),
  volume: volume === null ? null : { index: volume.index, of: volume.of },
})

const verifiedLines = ({ manifest, signers, present, absent, chain, volume }: Inspected): readonly string[] => [
  `Holdfast ${manifest.version}, ${manifest.channel} ${manifest.seq}: signatures and ${present.length} files hold.`,
  ...(chain.newest.root.purpose === 'development' ? [development] : []),
  `Signed by ${signers.join(', ')}`,
  ...(volume === null ? [] : [`Volume ${volume.index} of ${volume.of}`]),
  ...(absent.length === 0 ? [] : [`${absent.length} files lie elsewhere.`]),
]
